import type * as z from 'zod';
import { find, formatPath, type LocatedMap, type Path, placeOf, plainValue } from './located.ts';
import type { Problem } from './problem.ts';
import { keysAt } from './schema-facts.ts';
import { readAs, sentence } from './sentence.ts';
import { suggest } from './suggest.ts';

export interface Validated<T> {
  /** Present if nothing is wrong but keys that are not known. */
  value: T | undefined;
  problems: Problem[];
}

/**
 * Holds a configuration against its schema. Keys that are not known are told one by one and then taken away, and text from a
 * reference is read as a number or a boolean where one is wanted; what is then wrong is told all at once.
 */
export function validate<T>(
  root: LocatedMap,
  schema: z.ZodType<T>,
  unknownKeys: Problem['severity'],
): Validated<T> {
  const problems: Problem[] = [];
  for (;;) {
    const result = schema.safeParse(plainValue(root));
    if (result.success) return { value: result.data, problems };
    const { issues } = result.error;
    const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
    for (const issue of unknown) {
      const path = issue.path as Path;
      for (const key of issue.keys) problems.push(unknownKey(root, schema, path, key, unknownKeys));
    }
    if (unknown.length > 0 || readReferred(root, issues)) continue;
    // What a whole number may be at all and what it may be here are two checks; the later one is about here.
    const last = new Map(issues.map((issue) => [JSON.stringify([issue.code, issue.path]), issue]));
    for (const issue of issues) {
      const isLast = last.get(JSON.stringify([issue.code, issue.path])) === issue;
      if (isLast || issue.code === 'custom') problems.push(problemOf(root, issue));
    }
    return { value: undefined, problems };
  }
}

/** Says that a key is not known, and takes it away. */
function unknownKey(
  root: LocatedMap,
  schema: z.ZodType,
  path: Path,
  key: string,
  severity: Problem['severity'],
): Problem {
  const known = keysAt(schema, path);
  const meant = suggest(key, known);
  const allowed = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  const place = placeOf(root, [...path, key]);
  const parent = find(root, path);
  const keyPlace = parent?.kind === 'map' ? parent.entries.get(key)?.keyPlace : undefined;
  if (parent?.kind === 'map') parent.entries.delete(key);
  const ignored = severity === 'warning' ? ' (ignored)' : '';
  return {
    severity,
    place: keyPlace ?? place,
    path: formatPath([...path, key]),
    message: `unknown key${ignored}: ${allowed}`,
  };
}

/** `max_series: ${env:MAX}` is text until it is known that a number is wanted. @returns whether anything was read */
function readReferred(root: LocatedMap, issues: readonly z.core.$ZodIssue[]): boolean {
  let read = false;
  for (const issue of issues) {
    const node = find(root, issue.path as Path);
    if (issue.code !== 'invalid_type' || node?.kind !== 'scalar' || !node.referred || !node.plain) continue;
    if (typeof node.value !== 'string') continue;
    const value = readAs(issue.expected, node.value);
    if (value === undefined) continue;
    node.value = value;
    read = true;
  }
  return read;
}

function problemOf(root: LocatedMap, issue: z.core.$ZodIssue): Problem {
  const path = issue.path as Path;
  return {
    severity: 'error',
    place: placeOf(root, path),
    path: formatPath(path),
    message: sentence(issue, find(root, path)),
  };
}
