import { lineNumber } from './text.ts';

/** Where a call stands, as all engines of JavaScript write it. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** `file:line:column`, where the file may hold colons. */
export function positionIn(location: string): Position | undefined {
  const beforeColumn = location.lastIndexOf(':');
  const beforeLine = location.lastIndexOf(':', beforeColumn - 1);
  if (beforeLine <= 0) return undefined;
  const line = lineNumber(location.slice(beforeLine + 1, beforeColumn));
  const column = lineNumber(location.slice(beforeColumn + 1));
  if (line === undefined || column === undefined) return undefined;
  const file = location.slice(0, beforeLine);
  // Rust writes its places in the same form.
  if (file.endsWith('.rs')) return undefined;
  return { file, line, column };
}

/** Modules of Node (`internal/` before version 15), Deno and Bun; Hermes' own. */
const runtimeFile = /^(?:node|ext|deno|bun):|^internal\/|(?:^|\/)InternalBytecode\.js$/;

/** What browsers are made of themselves, and what people have put into theirs. */
const browserFile = /^(?:resource|chrome|[a-z-]+-extension|webkit-masked-url):|^self-hosted$/;

export function isInApp(file: string): boolean {
  return !runtimeFile.test(file) && !browserFile.test(file) && !/(?:^|[\\/])node_modules[\\/]/.test(file);
}
