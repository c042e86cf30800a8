import type { Frame } from '../error-event.ts';
import { isOfPage } from './call-text.ts';
import { sourceFile } from '../source-file.ts';

/**
 * Without what the program begins with: it stands below every failure, except where a thread or too many asynchronous calls have cut
 * it off.
 */
export function withoutEntry(calls: readonly Frame[]): readonly Frame[] {
  return calls.slice(0, calls.findLastIndex((call) => !isEntry(call)) + 1);
}

export function isEntry(call: Frame): boolean {
  const { module, file, function: name } = call;
  if (name !== undefined) return name === 'main' || name === 'Main';
  // Nothing begins in a page's code: a browser calls any of it.
  return module === undefined && file !== undefined && !isOfPage(call) && entryFile.test(sourceFile(file));
}

/** Files that programs begin with. Code in them that is in no function may be run by the runtime. */
const entryFile =
  /^(?:[^/]+\/)?(?:main|index|app|server|worker|cli|start|run|manage|wsgi|asgi|__main__)\.[a-z]+$/;
