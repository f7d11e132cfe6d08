/** A command line that cannot be taken apart. */
export class BadCommand extends Error {
  override readonly name = "BadCommand";
}

/**
 * A command line as words: white space separates, single and double quotes hold together. A backslash is a character like any
 * other, so that Windows paths work, except before a quote inside double quotes. There is no shell, and no variable, pipe or wildcard.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else if (char === "\\" && quote === '"' && line[i + 1] === '"') word += line[++i] as string;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  if (quote !== undefined) throw new BadCommand(`a ${quote} is not closed in: ${line}`);
  if (word !== undefined) words.push(word);
  return words;
}

/** A word as the user's shell takes it literally, for command lines that are printed to be copied. */
export function quoteWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return process.platform === "win32" ? `"${word.replace(/"/g, '\\"')}"` : `'${word.replace(/'/g, "'\\''")}'`;
}
