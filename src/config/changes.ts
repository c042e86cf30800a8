import type * as z from 'zod';
import { find, formatPath, type LocatedMap, type Path, plainValue } from './located.ts';
import { factsOf, stepInto } from './schema-facts.ts';
import { Secret } from './secret.ts';

/** A configuration that was read, and what it was read from. */
export interface ReadConfiguration<T> {
  value: T;
  tree: LocatedMap;
}

/**
 * The keys whose values are not the same in two configurations, such as `metrics.max_series`. A list is one value: nobody can say
 * which of its items became which.
 */
export function changedKeys<T>(
  schema: z.ZodType<T>,
  before: ReadConfiguration<T>,
  after: ReadConfiguration<T>,
): string[] {
  const visit = (schema: z.core.$ZodType, a: unknown, b: unknown, path: Path): string[] => {
    const facts = factsOf(schema);
    const isSection = facts.keys !== undefined && !facts.isList && isMap(a) && isMap(b);
    if (!isSection) return isSame(a, b, path) ? [] : [formatPath(path)];
    // Also names that the schema does not know: what is read may be made into something else.
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].flatMap((name) => {
      const below = [...path, name];
      const known = stepInto(facts, name);
      if (known !== undefined) return visit(known, a[name], b[name], below);
      return isSame(a[name], b[name], below) ? [] : [formatPath(below)];
    });
  };
  // What was made of a text, such as a compiled expression, may not show what it is: then the texts are compared.
  const isSame = (a: unknown, b: unknown, path: Path): boolean =>
    sameValue(a, b, 0) ?? written(before.tree, path) === written(after.tree, path);
  return visit(schema, before.value, after.value, []);
}

function written(tree: LocatedMap, path: Path): string | undefined {
  const node = find(tree, path);
  return node && JSON.stringify(plainValue(node));
}

/** What is nested deeper than this, perhaps in a circle, was not written by a person. */
const maxDepth = 30;

/** Undefined if that cannot be known from outside. */
function sameValue(a: unknown, b: unknown, depth: number): boolean | undefined {
  if (Object.is(a, b)) return true;
  if (a instanceof Secret && b instanceof Secret) return a.reveal() === b.reveal();
  if (!isReference(a) || !isReference(b)) return false;
  if (depth > maxDepth || !isPlain(a) || !isPlain(b)) return undefined;
  const keys = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || keys.length !== Object.keys(b).length) return false;
  let verdict: boolean | undefined = true;
  for (const key of keys) {
    const same = Object.hasOwn(b, key) ? sameValue(a[key], b[key], depth + 1) : false;
    if (same === false) return false;
    verdict = same === undefined ? undefined : verdict;
  }
  return verdict;
}

function isReference(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || prototype === Array.prototype;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return isReference(value) && isPlain(value) && !Array.isArray(value);
}
