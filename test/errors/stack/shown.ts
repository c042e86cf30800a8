import type { Cause, Frame } from '../../../src/errors/error-event.ts';
import { parseStack } from '../../../src/errors/stack/parse.ts';
import type { ParsedStack } from '../../../src/errors/stack/reader.ts';

/** `module::function file:line:column`, with `-` for what is absent and `*` for the app's own. */
export function shownFrame({ module, function: name = '-', file = '-', line, column, inApp }: Frame): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${module === undefined ? '' : `${module}::`}${name} ${place}${inApp ? ' *' : ''}`;
}

function shownCause({ type, message, frames }: Cause): string[] {
  return [`<- ${type}: ${message}`, ...frames.map(shownFrame)];
}

/** A line for each call, and for each cause in front of its own. */
export function shown({ frames, causes }: ParsedStack): string[] {
  return [...frames.map(shownFrame), ...causes.flatMap(shownCause)];
}

export function shownStack(stack: string): string[] {
  return shown(parseStack(stack));
}
