import type * as z from 'zod';
import { environmentTree, type EnvironmentValue } from './environment-layer.ts';
import { find, formatPath, type LocatedMap, merge, type Path, placeOf } from './located.ts';
import { removePlanned } from './planned.ts';
import { type Advice, type Problem, sortProblems } from './problem.ts';
import { type ReferenceSources, reasonOf, resolveReferences } from './references.ts';
import { validate } from './validate.ts';
import { parseYamlFile } from './yaml-file.ts';

export interface Sources<T> extends ReferenceSources {
  /** YAML files, the later ones over the earlier. */
  files: readonly string[];
  /** What single environment variables set; files lie over it. */
  variables: readonly EnvironmentValue[];
  schema: z.ZodType<T>;
  /** Documented keys that this version does not act on, such as `alerts.rules` or `alerts.receivers[].fallback`. */
  planned: readonly string[];
  /** What there is to warn of in a configuration that has no mistakes. */
  advise?: (value: T) => readonly Advice[];
  /** An error where a person checks a file, a warning where a fleet of mixed versions runs on it. */
  unknownKeys: Problem['severity'];
}

export interface Loaded<T> {
  /** Present iff no problem is an error. */
  value: T | undefined;
  /** What all files and variables together say, without defaults. */
  tree: LocatedMap;
  problems: Problem[];
}

const maxFileBytes = 1024 * 1024;

/** Reads the whole configuration and tells every mistake in it at once. */
export function loadConfiguration<T>(sources: Sources<T>): Loaded<T> {
  const problems: Problem[] = [];
  const files = sources.files.map((file) => readFile(file, sources));
  problems.push(...files.flatMap((file) => file.problems));
  const isWritten = (path: Path): boolean => files.some(({ tree }) => holdsSomething(tree, path));
  const variables = sources.variables.filter(
    ({ yieldsTo }) => yieldsTo === undefined || !isWritten(yieldsTo),
  );
  let root = environmentTree(variables);
  for (const { tree } of files) root = merge(root, tree);
  problems.push(...removePlanned(root, sources.planned));
  // A reference that could not be resolved makes its value wrong as well; the first says why.
  const told = new Set(problems.filter(({ severity }) => severity === 'error').map(subject));
  const validated = validate(root, sources.schema, sources.unknownKeys);
  problems.push(...validated.problems.filter((problem) => !told.has(subject(problem))));
  const failed = problems.some(({ severity }) => severity === 'error');
  const value = failed ? undefined : validated.value;
  for (const { path, message } of (value !== undefined && sources.advise?.(value)) || [])
    problems.push({ severity: 'warning', place: placeOf(root, path), path: formatPath(path), message });
  return { value, tree: root, problems: sortProblems(problems, sources.files) };
}

function readFile<T>(file: string, sources: Sources<T>): { tree: LocatedMap; problems: Problem[] } {
  const place = { file, line: 1, column: 1 };
  const unusable = (message: string) => {
    const tree: LocatedMap = { kind: 'map', place, entries: new Map() };
    return { tree, problems: [{ severity: 'error', place, path: '', message } satisfies Problem] };
  };
  let text: string;
  try {
    const bytes = sources.readFile(file, maxFileBytes);
    if (bytes.length > maxFileBytes)
      return unusable(`too large for a configuration: at most ${maxFileBytes} bytes`);
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    return unusable(`cannot be read: ${reasonOf(error)}`);
  }
  if (text.includes('\u0000')) return unusable('not a configuration: it is a binary file');
  const { tree, problems } = parseYamlFile(file, text);
  return { tree, problems: [...problems, ...resolveReferences(tree, sources)] };
}

function holdsSomething(tree: LocatedMap, path: Path): boolean {
  const node = find(tree, path);
  if (node === undefined) return false;
  if (node.kind === 'scalar') return node.value !== undefined;
  return node.kind === 'list' || node.entries.size > 0;
}

function subject({ place, path }: Problem): string {
  return JSON.stringify([place, path]);
}
