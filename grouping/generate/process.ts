import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Thrown } from './language.ts';

/** @returns what it wrote to standard output. @throws Error with what it wrote to standard error, if it failed */
export async function execute(
  [command, ...args]: readonly [string, ...string[]],
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0)
    throw new Error(`${command} ${args.join(' ')} exited with ${child.exitCode}\n${errors}`);
  return output;
}

/** One error a line, as JSON. */
export function thrownIn(output: string): Thrown[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Thrown);
}
