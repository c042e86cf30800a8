/** The word that was most likely meant, or undefined if none is near. */
export function suggest(written: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const word of known) {
    const edits = editDistance(written.toLowerCase(), word.toLowerCase(), fewest);
    if (edits < fewest) [best, fewest] = [word, edits];
  }
  return best;
}

/** What to say of a name that nothing has; without the name that was written: it may have come from a secret. */
export function noSuch(what: string, name: string, known: readonly string[], none: string): string {
  const meant = suggest(name, known);
  const there = known.length === 0 ? none : `there are ${known.join(', ')}`;
  return `no ${what} has this name: ${meant === undefined ? there : `did you mean ${meant}?`}`;
}

/** Insertions, deletions, replacements and swaps of neighbours; `limit` or more is given as `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, beforeLast[j - 2]! + 1);
      row.push(edits);
    }
    [beforeLast, last] = [last, row];
  }
  return Math.min(limit, last[b.length]!);
}
