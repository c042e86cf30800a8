import type { Frame } from '../error-event.ts';
import { sourceFile } from '../source-file.ts';

/**
 * Without what the program begins with: it stands below every failure, except where a thread or too many asynchronous calls have cut
 * it off. It stays where there is nothing else.
 */
export function withoutEntry(calls: readonly Frame[]): readonly Frame[] {
  const last = calls.findLastIndex((call) => !isEntry(call));
  return calls.slice(0, Math.max(last, 0) + 1);
}

export function isEntry({ module, file, function: name }: Frame): boolean {
  if (name !== undefined) return name === 'main' || name === 'Main';
  return module === undefined && file !== undefined && entryFile.test(sourceFile(file));
}

/** Files that programs begin with, in the folders where those stand. Code in them that is in no function may be run by the runtime. */
const entryFile =
  /^(?:(?:src|dist|build|lib|bin|app|out)\/)?(?:main|index|app|server|worker|cli|start|run)\.[a-z]+$/;
