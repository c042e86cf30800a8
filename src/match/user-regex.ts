import { loadWhenUsed } from '../runtime/load-when-used.ts';
import type * as re2 from './re2.ts';

export type UserRegex = re2.RE2JS;

let library: typeof re2 | undefined;

/** What a user wrote as a regular expression, in RE2's syntax: its time is linear in the text, whatever both are. @throws RE2JSSyntaxException */
export function compileUserRegex(expression: string): UserRegex {
  library ??= loadWhenUsed(import.meta.url, 're2') as typeof re2;
  return library.RE2JS.compile(expression);
}
