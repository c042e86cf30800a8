import { hash } from 'node:crypto';
import type { Part } from '../sample.ts';

/**
 * Half of the bugs for each part, always the same. What stands before the slash of a bug's name is its family: bugs that look alike
 * stay together, since only within a part they can be taken for one another.
 */
export function partsOf(language: string, bugs: readonly string[]): Map<string, Part> {
  const families = Map.groupBy(new Set(bugs), familyOf);
  const shuffled = [...families.keys()].sort((one, other) =>
    compare(key(language, one), key(language, other)),
  );
  const parts = new Map<string, Part>();
  let balance = 0;
  for (const family of shuffled) {
    const members = families.get(family)!;
    const part = balance <= 0 ? 'tuning' : 'validation';
    balance += part === 'tuning' ? members.length : -members.length;
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
