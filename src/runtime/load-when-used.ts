import { createRequire } from 'node:module';

/**
 * Loads a file of the program at once, where nothing can wait for it: a configuration is read without waiting. In the bundle it is an
 * entry of its own (`build.ts`), beside all others.
 * @param from `import.meta.url` of who needs it. @param name of a file in the same directory, without its ending
 */
export function loadWhenUsed(from: string, name: string): unknown {
  const ending = from.endsWith('.ts') ? 'ts' : 'js';
  return createRequire(from)(`./${name}.${ending}`);
}
