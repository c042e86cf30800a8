import { resolve } from 'node:path';
import { readAtMost } from '../config/bounded-file.ts';
import type { Environment } from '../config/environment.ts';
import { readConfiguration } from './configuration.ts';
import { readLastGood } from './last-good.ts';
import type { Configuration } from './options.ts';

export interface Fallback {
  configuration: Configuration;
  /** What it is, for people. */
  description: string;
}

/** What to run on, with `--fail-open`, if the configuration has mistakes: the best there is of what is right. */
export function fallbackConfiguration(environment: Environment, dataDirectory: string): Fallback {
  const lastGood = lastGoodConfiguration(environment, dataDirectory);
  if (lastGood !== undefined)
    return { configuration: lastGood, description: 'the last configuration that was right' };
  const { value } = readConfiguration([], environment, 'warning');
  if (value !== undefined)
    return { configuration: value, description: 'the defaults and the environment, without any file' };
  const { value: defaults } = readConfiguration([], {}, 'warning');
  return { configuration: defaults!, description: 'the defaults alone: NOBODY IS TOLD of failures' };
}

function lastGoodConfiguration(environment: Environment, dataDirectory: string): Configuration | undefined {
  const files = readLastGood(resolve(dataDirectory)) ?? [];
  if (files.length === 0) return undefined;
  const texts = new Map(files.map(({ path, text }) => [path, Buffer.from(text)]));
  const readFile = (path: string, maxBytes: number): Uint8Array =>
    texts.get(path) ?? readAtMost(path, maxBytes);
  return readConfiguration([...texts.keys()], environment, 'warning', readFile).value;
}
