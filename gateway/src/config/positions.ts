/** Where the keys and values of a TOML document stand, which its parser does not tell. */
import { parse } from "smol-toml";

/** Keys in lower case, and the indices of lists. */
export type Path = readonly (string | number)[];

export interface Position {
  /** Both from 1; a column is a UTF-16 code unit. */
  readonly line: number;
  readonly column: number;
}

export interface Place {
  readonly key: Position;
  /** Where the value begins; of a table the same as `key`. */
  readonly value: Position;
  /** Offsets of the value in the text; empty for a table that has a header. */
  readonly from: number;
  readonly to: number;
}

export type Places = ReadonlyMap<string, Place>;

export const pathKey = (path: Path): string => JSON.stringify(path);

/** @param text a document that the parser has found valid; of any other the places mean nothing */
export function placesOf(text: string): Places {
  return new Scanner(text).scan().places;
}

/** The same document with its keys in lower case, as the original read them in any. Everything stays where it stands. */
export function lowerKeys(text: string): string {
  let lowered = "";
  let at = 0;
  for (const key of new Scanner(text).scan().keys) {
    const name = text.slice(key.from, key.to);
    // An escape sequence means something else in lower case.
    lowered += text.slice(at, key.from) + (name.includes("\\") ? name : name.replace(/[A-Z]/g, (c) => c.toLowerCase()));
    at = key.to;
  }
  return lowered + text.slice(at);
}

/** What a quoted key says; of what is none, the text. */
function unquoted(text: string): string {
  try {
    return String(parse(`key = ${text}`).key);
  } catch {
    return text;
  }
}

interface Key {
  readonly name: string;
  readonly at: number;
}

class Scanner {
  readonly #text: string;
  readonly #lines: number[] = [0];
  readonly #places = new Map<string, Place>();
  readonly #keyRanges: { readonly from: number; readonly to: number }[] = [];
  /** How many tables of a list of tables have been seen. */
  readonly #tables = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#lines.push(at + 1);
  }

  scan() {
    let table: Path = [];
    for (this.#skip(); this.#at < this.#text.length; this.#skip()) {
      if (this.#text[this.#at] === "[") table = this.#header();
      else this.#pair(table);
    }
    return { places: this.#places as Places, keys: this.#keyRanges };
  }

  #header(): Path {
    const list = this.#text.startsWith("[[", this.#at);
    this.#at += list ? 2 : 1;
    const keys = this.#keys();
    this.#at += list ? 2 : 1;
    let path: Path = [];
    for (const [index, { name, at }] of keys.entries()) {
      path = [...path, name.toLowerCase()];
      const last = index === keys.length - 1;
      this.#add(path, at, at, at);
      const seen = this.#tables.get(pathKey(path)) ?? 0;
      if (last && list) {
        this.#tables.set(pathKey(path), seen + 1);
        path = [...path, seen];
        this.#add(path, at, at, at);
      } else if (seen > 0) path = [...path, seen - 1];
    }
    return path;
  }

  #pair(table: Path): void {
    const keys = this.#keys();
    this.#at += 1; // =
    this.#skip();
    let path = table;
    for (const { name, at } of keys.slice(0, -1)) {
      path = [...path, name.toLowerCase()];
      this.#add(path, at, at, at);
    }
    const { name, at } = keys.at(-1) as Key;
    this.#value([...path, name.toLowerCase()], at);
  }

  /** A key with its dots; stops at what follows it. */
  #keys(): Key[] {
    const keys: Key[] = [];
    for (;;) {
      this.#skip();
      const at = this.#at;
      const quote = this.#text[at];
      if (quote === '"' || quote === "'") {
        this.#string();
        keys.push({ name: unquoted(this.#text.slice(at, this.#at)), at });
      } else {
        while (/[\w-]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
        keys.push({ name: this.#text.slice(at, this.#at), at });
      }
      this.#keyRanges.push({ from: at, to: this.#at });
      this.#skip();
      // Nothing was there: the document is not what the parser takes, and this must end.
      if (this.#text[this.#at] !== "." || this.#at === at) return keys;
      this.#at += 1;
    }
  }

  #value(path: Path, keyAt: number): void {
    const from = this.#at;
    const place = this.#add(path, keyAt, from, from);
    const first = this.#text[from];
    if (first === '"' || first === "'") this.#string();
    else if (first === "[") this.#list(path);
    else if (first === "{") this.#inlineTable(path);
    else while (this.#at < this.#text.length && !/[,\]}#\n]/.test(this.#text[this.#at] as string)) this.#at += 1;
    place.to = from + this.#text.slice(from, this.#at).trimEnd().length;
  }

  #list(path: Path): void {
    this.#at += 1;
    for (let index = 0; ; index += 1) {
      this.#skip();
      if (this.#ended("]")) return;
      this.#value([...path, index], this.#at);
      this.#next("]");
    }
  }

  #inlineTable(path: Path): void {
    this.#at += 1;
    for (;;) {
      this.#skip();
      if (this.#ended("}")) return;
      this.#pair(path);
      this.#next("}");
    }
  }

  /** Behind the comma; whatever else stands there is no document, and is passed over. */
  #next(bracket: string): void {
    this.#skip();
    if (this.#text[this.#at] !== bracket) this.#at += 1;
  }

  #ended(bracket: string): boolean {
    if (this.#at < this.#text.length && this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  /** Any of the four kinds of strings. */
  #string(): void {
    const quote = this.#text[this.#at] as string;
    const long = this.#text.startsWith(quote.repeat(3), this.#at);
    const end = long ? quote.repeat(3) : quote;
    this.#at += end.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(end, this.#at)) {
      this.#at += quote === '"' && this.#text[this.#at] === "\\" ? 2 : 1;
    }
    this.#at += end.length;
    // A long string may end in quotes of its own, which stand before the three that close it.
    for (let extra = 0; long && extra < 2 && this.#text[this.#at] === quote; extra += 1) this.#at += 1;
  }

  /** White space, line ends and comments. */
  #skip(): void {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const next = this.#text[this.#at] as string;
      if (next === "#") {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (!/[\s\ufeff]/.test(next)) return;
    }
  }

  /** A table may be named again by tables in it: it stands where it stood first. */
  #add(path: Path, keyAt: number, from: number, to: number): { to: number } {
    const place = { key: this.#position(keyAt), value: this.#position(from), from, to };
    if (!this.#places.has(pathKey(path))) this.#places.set(pathKey(path), place);
    return place;
  }

  #position(at: number): Position {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lines[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (this.#lines[low] as number) + 1 };
  }
}
