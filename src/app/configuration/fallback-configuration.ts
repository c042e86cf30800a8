import { resolve } from 'node:path';
import { readAtMost } from '../../config/bounded-file.ts';
import type { ReadConfiguration } from '../../config/changes.ts';
import type { Environment } from '../../config/environment.ts';
import type { Loaded } from '../../config/load.ts';
import { readConfiguration } from './configuration.ts';
import { readLastGood } from './last-good.ts';
import type { Configuration } from './options.ts';

export interface Fallback extends ReadConfiguration<Configuration> {
  /** What it is, for people. */
  description: string;
}

/** What to run on, with `--fail-open`, if the configuration has mistakes: the best there is of what is right. */
export function fallbackConfiguration(environment: Environment, dataDirectory: string): Fallback {
  const candidates: [read: () => Loaded<Configuration> | undefined, description: string][] = [
    [() => readLastGoodAgain(environment, dataDirectory), 'the last configuration that was right'],
    [
      () => readConfiguration([], environment, 'warning'),
      'the defaults and the environment, without any file',
    ],
  ];
  for (const [read, description] of candidates) {
    const { value, tree } = read() ?? {};
    if (value !== undefined && tree !== undefined) return { value, tree, description };
  }
  const { value, tree } = readConfiguration([], {}, 'warning');
  return { value: value!, tree, description: 'the defaults alone: NOBODY IS TOLD of failures' };
}

function readLastGoodAgain(
  environment: Environment,
  dataDirectory: string,
): Loaded<Configuration> | undefined {
  const files = readLastGood(resolve(dataDirectory)) ?? [];
  if (files.length === 0) return undefined;
  const texts = new Map(files.map(({ path, text }) => [path, Buffer.from(text)]));
  const readFile = (path: string, maxBytes: number): Uint8Array =>
    texts.get(path) ?? readAtMost(path, maxBytes);
  return readConfiguration([...texts.keys()], environment, 'warning', readFile);
}
