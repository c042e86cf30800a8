import type { z } from 'zod';
import { find, formatPath, type LocatedMap, type Path, placeOf, plainValue } from './located.ts';
import type { Problem } from './problem.ts';
import { keysAt } from './schema-keys.ts';
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
    for (const issue of issues) problems.push(problemOf(root, issue));
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
  const allowed = meant === undefined ? `allowed here: ${known.join(', ')}` : `did you mean ${meant}?`;
  const place = placeOf(root, [...path, key]);
  const parent = find(root, path);
  const keyPlace = parent?.kind === 'map' ? parent.entries.get(key)?.keyPlace : undefined;
  if (parent?.kind === 'map') parent.entries.delete(key);
  const ignored = severity === 'warning' ? ' (ignored)' : '';
  return {
    severity,
    place: keyPlace ?? place,
    path: formatPath([...path, key]),
    message: `unknown key${ignored}; ${allowed}`,
  };
}

/** `max_series: ${env:MAX}` is text until it is known that a number is wanted. @returns whether anything was read */
function readReferred(root: LocatedMap, issues: readonly z.core.$ZodIssue[]): boolean {
  let read = false;
  for (const issue of issues) {
    const node = find(root, issue.path as Path);
    if (issue.code !== 'invalid_type' || node?.kind !== 'scalar' || !node.referred || !node.plain) continue;
    if (typeof node.value !== 'string') continue;
    const value = issue.expected === 'boolean' ? asBoolean(node.value) : asNumber(node.value);
    if (value === undefined) continue;
    node.value = value;
    read = true;
  }
  return read;
}

function asBoolean(text: string): boolean | undefined {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  return /^(false|False|FALSE)$/.test(text) ? false : undefined;
}

function asNumber(text: string): number | undefined {
  return /^[-+]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function problemOf(root: LocatedMap, issue: z.core.$ZodIssue): Problem {
  const path = issue.path as Path;
  return {
    severity: 'error',
    place: placeOf(root, path),
    path: formatPath(path),
    message: sentence(root, issue),
  };
}

/** What zod found, in words; never with the value, which may be secret. */
function sentence(root: LocatedMap, issue: z.core.$ZodIssue): string {
  const written = find(root, issue.path as Path);
  switch (issue.code) {
    case 'invalid_type':
      if (written === undefined) return `missing; ${kinds[issue.expected] ?? issue.expected} is needed`;
      // A schema's own words are better than the kind alone, but for what is not a single value at all.
      if (!issue.message.startsWith('Invalid input') && written.kind === 'scalar') return issue.message;
      return `not ${kinds[issue.expected] ?? `of the kind ${issue.expected}`}, but ${kindOf(written)}`;
    case 'invalid_value':
      if (!issue.message.startsWith('Invalid')) return issue.message;
      return `not one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `too small: at least ${issue.minimum}`
        : `too short: at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `too large: at most ${issue.maximum}`
        : `too long: at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping of keys to values',
  array: 'a list',
};

function kindOf(node: ReturnType<typeof find>): string {
  if (node?.kind === 'map') return 'a mapping of keys to values';
  if (node?.kind === 'list') return 'a list';
  return { string: 'text', number: 'a number', boolean: 'true or false' }[typeof node?.value as 'string'];
}
