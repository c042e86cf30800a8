import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { z } from 'zod';
import { adviceOn, configurationSchema, plannedKeys } from '../../src/app/configuration/options.ts';
import type { Environment } from '../../src/config/environment.ts';
import { type Loaded, loadConfiguration } from '../../src/config/load.ts';
import { type Advice, formatProblem, type Problem } from '../../src/config/problem.ts';

export interface Given {
  environment?: Environment;
  /** What `${file:}` finds. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  unknownKeys?: Problem['severity'];
  planned?: readonly string[];
}

/** Loads YAML texts as the files a.yaml, b.yaml, … against a schema of the test's own. */
export function load<T>(
  schema: z.ZodType<T>,
  texts: readonly (string | Uint8Array)[],
  given: Given = {},
  advise: (value: T) => readonly Advice[] = () => [],
): Loaded<T> {
  const { environment = {}, files = {}, unknownKeys = 'error', planned = [] } = given;
  const names = texts.map((_, i) => `${String.fromCharCode(97 + i)}.yaml`);
  const contents = new Map(Object.entries(files));
  for (const [i, name] of names.entries()) contents.set(name, texts[i]!);
  const readFile = (path: string): Uint8Array => {
    const content = contents.get(path);
    if (content === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
    return typeof content === 'string' ? Buffer.from(content) : content;
  };
  return loadConfiguration({
    files: names,
    environment,
    readFile,
    variables: [],
    schema,
    planned,
    advise,
    unknownKeys,
  });
}

/** The same, against the schema of the whole configuration. */
export function loadWhole(texts: string | Uint8Array | readonly string[], given: Given = {}) {
  const list = typeof texts === 'string' || texts instanceof Uint8Array ? [texts] : texts;
  return load(configurationSchema, list, { planned: plannedKeys, ...given }, adviceOn);
}

/** Every problem, as a person sees it. */
export function lines({ problems }: Loaded<unknown>): string[] {
  return problems.map(formatProblem);
}

/** A directory that is gone after the test. */
export function temporaryDirectory(t: Pick<TestContext, 'after'>): string {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a file into a directory. @returns its path */
export function write(directory: string, name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}
