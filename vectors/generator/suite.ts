/** Collects tests into a file: numbers them, builds their ids and keeps the count. */
import { hex, utf8 } from "./bytes.ts";
import { Drbg } from "./drbg.ts";
import { notes } from "./notes.ts";
import { sha256 } from "./primitives.ts";
import type { Fields, VectorError, VectorFile, VectorGroup, VectorTest } from "./types.ts";

export const FORMAT = "flatend-vectors/1";
export const SPEC_REVISION = "r1";
export const GENERATOR = { name: "flatend-vectors", version: "1.0.0-alpha.1" } as const;

interface Common {
  readonly comment: string;
  readonly requirements: readonly string[];
  readonly flags?: readonly string[];
  readonly input: Fields;
  readonly expect?: Fields;
  readonly steps?: Readonly<Record<string, Uint8Array>>;
}

export interface Invalid extends Common {
  readonly error: VectorError;
  readonly twin: string;
  readonly change: string;
}

export class Group {
  readonly tests: VectorTest[] = [];
  readonly #numberOf: (op: string) => number;
  readonly #suite: string;
  readonly type: string;
  readonly description: string;

  constructor(suite: string, type: string, description: string, numberOf: (op: string) => number) {
    this.#suite = suite;
    this.#numberOf = numberOf;
    this.type = type;
    this.description = description;
  }

  /** Adds a test whose input must be accepted. Returns its id, for the invalid tests made from it. */
  valid(op: string, slug: string, test: Common): string {
    return this.#add(op, slug, test, "valid");
  }

  invalid(op: string, slug: string, test: Invalid): string {
    return this.#add(op, slug, test, "invalid", test);
  }

  #add(op: string, slug: string, test: Common, result: "valid" | "invalid", invalid?: Invalid): string {
    const number = String(this.#numberOf(op)).padStart(3, "0");
    const id = `${this.#suite}/${op}/${number}-${slug}`;
    this.tests.push({
      id,
      comment: test.comment,
      requirements: test.requirements,
      flags: test.flags ?? [],
      op,
      input: test.input,
      ...(test.expect ? { expect: test.expect } : {}),
      ...(test.steps ? { steps: Object.entries(test.steps).map(([name, value]) => ({ name, hex: hex(value) })) } : {}),
      result,
      ...(invalid ? { error: invalid.error, twin: invalid.twin, change: invalid.change } : {}),
    });
    return id;
  }
}

export class Suite {
  readonly name: string;
  readonly path: string;
  readonly seed: Buffer;
  readonly #description: string;
  readonly #profile: VectorGroup["profile"];
  readonly #groups: Group[] = [];
  readonly #counts = new Map<string, number>();

  /** @param name also the first part of each id; a transcript's file stands in a folder of its own. */
  constructor(name: string, description: string, profile: VectorGroup["profile"] = "base") {
    this.name = name;
    this.path = `v1/${profile}/${name}.json`;
    this.#profile = profile;
    this.seed = sha256(utf8(`${FORMAT} ${name}`));
    this.#description = description;
  }

  random(label: string): Drbg {
    return new Drbg(this.seed, label);
  }

  group(type: string, description: string): Group {
    const group = new Group(this.name, type, description, (op) => {
      const count = (this.#counts.get(op) ?? 0) + 1;
      this.#counts.set(op, count);
      return count;
    });
    this.#groups.push(group);
    return group;
  }

  file(): VectorFile {
    const groups: VectorGroup[] = this.#groups.map(({ type, description, tests }) => ({
      type,
      description,
      profile: this.#profile,
      tests,
    }));
    const used = new Set(groups.flatMap((group) => group.tests.flatMap((test) => test.flags)));
    return {
      $schema: `${"../".repeat(this.path.split("/").length - 1)}schema/vectors.schema.json`,
      format: FORMAT,
      suite: this.name,
      spec: { revision: SPEC_REVISION },
      generator: GENERATOR,
      seed: hex(this.seed),
      description: this.#description,
      notes: Object.fromEntries(Object.entries(notes).filter(([flag]) => used.has(flag))),
      numberOfTests: groups.reduce((sum, group) => sum + group.tests.length, 0),
      groups,
    };
  }
}
