import type { z } from 'zod';
import { factsOf, stepInto } from './schema-facts.ts';
import { Secret } from './secret.ts';

/**
 * The keys whose values are not the same in two configurations that were read, such as `metrics.max_series`. A list is one value:
 * nobody can say which of its items became which.
 */
export function changedKeys(schema: z.core.$ZodType, before: unknown, after: unknown, path = ''): string[] {
  const facts = factsOf(schema);
  const isSection = facts.keys !== undefined && !facts.isList && isMap(before) && isMap(after);
  if (!isSection) return same(before, after, 0) ? [] : [path];
  // Also names that the schema does not know: what is read may be made into something else.
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const below = `${path}${path === '' ? '' : '.'}${name}`;
    const schema = stepInto(facts, name);
    if (schema !== undefined) return changedKeys(schema, before[name], after[name], below);
    return same(before[name], after[name], 0) ? [] : [below];
  });
}

/** What is nested deeper was not written by a person; taken as different, it is only named once too often. */
const maxDepth = 30;

function same(a: unknown, b: unknown, depth: number): boolean {
  if (Object.is(a, b)) return true;
  // Secrets keep what they are where no comparison of fields sees it.
  if (a instanceof Secret || b instanceof Secret)
    return a instanceof Secret && b instanceof Secret && a.reveal() === b.reveal();
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (depth > maxDepth || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], depth + 1),
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}
