import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Truth } from '../truth.ts';
import type { Taken } from './take.ts';

export const recordings = fileURLToPath(new URL('../recordings', import.meta.url));

/** `<runtime>/<library>/<scenario>`: its spans are in the `.ndjson` of that name, its truth in the `.truth.json` beside it. */
export function nameOf({
  runtime,
  library,
  scenario,
}: Pick<Truth, 'runtime' | 'library' | 'scenario'>): string {
  return `${runtime}/${library}/${scenario}`;
}

export function write({ lines, truth }: Taken): void {
  const base = join(recordings, nameOf(truth));
  mkdirSync(dirname(base), { recursive: true });
  writeFileSync(`${base}.ndjson`, lines.map((line) => `${line}\n`).join(''));
  writeFileSync(`${base}.truth.json`, truthText(truth));
}

/** One call a line: a change of a recording is to be read, and not too long. */
function truthText({ calls, ...rest }: Truth): string {
  const head = JSON.stringify(rest, undefined, 1).replace(/\n\}$/, '');
  return `${head},\n "calls": [\n${calls.map((call) => `  ${JSON.stringify(call)}`).join(',\n')}\n ]\n}\n`;
}

export function names(): string[] {
  return readdirSync(recordings, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.truth.json'))
    .map((file) => file.replaceAll('\\', '/').replace(/\.truth\.json$/, ''))
    .sort();
}

export function readTruth(name: string): Truth {
  return JSON.parse(readFileSync(join(recordings, `${name}.truth.json`), 'utf8')) as Truth;
}

export function readLines(name: string): string[] {
  return readFileSync(join(recordings, `${name}.ndjson`), 'utf8')
    .split('\n')
    .slice(0, -1);
}

export function removeRuntime(runtime: string): void {
  const folder = join(recordings, runtime);
  if (existsSync(folder)) rmSync(folder, { recursive: true });
}
