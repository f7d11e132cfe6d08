/** The number of single-character edits between two words. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
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
