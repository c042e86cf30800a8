import { Random } from '../../fuzz/random.ts';

export type Factors = Readonly<Record<string, readonly (string | number)[]>>;
export type Row<F extends Factors> = { [Name in keyof F]: F[Name][number] };

/** Tried for each row; more make fewer rows, slowly. */
const candidatesPerRow = 60;

/**
 * Rows in which every value of every factor meets every value of every other factor at least once: a small part of the full
 * product that still shows what any two conditions do together. Always the same ones for the same factors and seed.
 * @param dear factors whose first value is the cheapest: it stands wherever no pair needs another
 */
export function pairwise<const F extends Factors>(
  factors: F,
  seed: number,
  dear: readonly (string & keyof F)[] = [],
): Row<F>[] {
  const names = Object.keys(factors);
  const random = new Random(seed, 0, 0);
  const left = new Set(allPairs(factors, names));
  const rows: AnyRow[] = [];
  while (left.size > 0) {
    const row = bestRow(factors, names, left, random);
    for (const pair of pairsOf(row, names)) left.delete(pair);
    rows.push(row);
  }
  return cheapened(rows, factors, dear) as Row<F>[];
}

type AnyRow = Record<string, string | number>;

function bestRow(factors: Factors, names: string[], left: ReadonlySet<string>, random: Random): AnyRow {
  let best: AnyRow = {};
  let most = -1;
  const wanted = [...left];
  for (let i = 0; i < candidatesPerRow; i++) {
    const row: AnyRow = { ...(JSON.parse(random.one(wanted)) as AnyRow) };
    for (const name of names) row[name] ??= random.one(factors[name]!);
    const fresh = pairsOf(row, names).filter((pair) => left.has(pair)).length;
    if (fresh <= most) continue;
    most = fresh;
    best = row;
  }
  return best;
}

function cheapened(rows: readonly AnyRow[], factors: Factors, dear: readonly string[]): AnyRow[] {
  const names = Object.keys(factors);
  const counts = new Map<string, number>();
  const count = (row: AnyRow, by: number): void => {
    for (const pair of pairsOf(row, names)) counts.set(pair, (counts.get(pair) ?? 0) + by);
  };
  for (const row of rows) count(row, 1);
  return rows.map((row) => {
    let current = row;
    for (const name of dear) {
      const cheaper = { ...current, [name]: factors[name]![0]! };
      count(current, -1);
      count(cheaper, 1);
      if (pairsOf(current, names).every((pair) => counts.get(pair)! > 0)) {
        current = cheaper;
        continue;
      }
      count(cheaper, -1);
      count(current, 1);
    }
    return current;
  });
}

/** Each as the part of a row that it is. */
function pairsOf(row: AnyRow, names: readonly string[]): string[] {
  return names.flatMap((one, i) =>
    names.slice(i + 1).map((other) => JSON.stringify({ [one]: row[one], [other]: row[other] })),
  );
}

export function allPairs(factors: Factors, names: readonly string[] = Object.keys(factors)): string[] {
  return names.flatMap((one, i) =>
    names
      .slice(i + 1)
      .flatMap((other) =>
        factors[one]!.flatMap((left) =>
          factors[other]!.map((right) => JSON.stringify({ [one]: left, [other]: right })),
        ),
      ),
  );
}
