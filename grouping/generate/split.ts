import { hash } from 'node:crypto';
import type { Part } from '../sample.ts';

/**
 * Half of the bugs for each part, always the same, and one that has been in a part stays there: whoever has seen it in one cannot judge by it in
 * the other. What stands before the slash of a bug's name is its family: bugs that look alike
 * stay together, since only within a part they can be taken for one another.
 */
export function partsOf(
  language: string,
  bugs: readonly string[],
  known: ReadonlyMap<string, Part> = new Map(),
): Map<string, Part> {
  const families = Map.groupBy(new Set(bugs), familyOf);
  const shuffled = [...families.keys()].sort((one, other) =>
    compare(key(language, one), key(language, other)),
  );
  const parts = new Map<string, Part>();
  let balance = 0;
  for (const family of shuffled) {
    const members = families.get(family)!;
    const before = members.map((bug) => known.get(bug)).find((part) => part !== undefined);
    const part = before ?? (balance <= 0 ? 'tuning' : 'validation');
    if (before === undefined) balance += part === 'tuning' ? members.length : -members.length;
    for (const bug of members) parts.set(bug, part);
  }
  return parts;
}

function familyOf(bug: string): string {
  return bug.split('/', 1)[0]!;
}

function key(language: string, family: string): string {
  return hash('sha256', `${language}/${family}`);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
