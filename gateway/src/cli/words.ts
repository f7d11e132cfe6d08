/** A line as it is typed, taken apart into a command and its operands. */

/** Words are apart by spaces. One that begins with `"` or `'` goes to the next of its kind, one that begins with `{` to the brace that closes it. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== "") {
    const length = wordLength(rest);
    const word = rest.slice(0, length);
    const quoted = /^(["'])([\s\S]*)\1$/.exec(word);
    words.push(quoted?.[2] ?? word);
    rest = rest.slice(length).trimStart();
  }
  return words;
}

function wordLength(text: string): number {
  const [first] = text;
  if (first === '"' || first === "'") {
    const end = text.indexOf(first, 1);
    if (end > 0) return end + 1;
  }
  if (first === "{") return objectLength(text);
  const end = text.search(/\s/);
  return end < 0 ? text.length : end;
}

function objectLength(text: string): number {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const one = text[at];
    if (inText && one === "\\") at++;
    else if (one === '"') inText = !inText;
    else if (!inText && one === "{") depth++;
    else if (!inText && one === "}" && --depth === 0) return at + 1;
  }
  return text.length;
}
