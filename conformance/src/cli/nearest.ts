/** The number of single-character edits between two words; two neighbours that changed places are one edit. */
export function distance(a: string, b: string): number {
  let above: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (above[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(substitution, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    above = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The candidate most like `word`, if any is like it at all. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = word.replace(/[*]/g, "");
  let best: string | undefined;
  let least = Math.max(3, Math.ceil(plain.length * 0.6));
  for (const candidate of candidates) {
    const contained = plain.length >= 3 && candidate.includes(plain);
    const edits = contained ? 1 : distance(plain, candidate);
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}
