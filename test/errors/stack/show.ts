import type { Cause, Frame } from '../../../src/errors/error-event.ts';
import { parseStack } from '../../../src/errors/stack/parse.ts';

/** `module function file:line:column`, with `-` for what is absent and `*` for the app's own. */
export function show({ module, function: name, file, line, column, inApp }: Frame): string {
  const place = [file ?? '-', line, column].filter((part) => part !== undefined).join(':');
  return `${module ?? '-'} ${name ?? '-'} ${place}${inApp ? ' *' : ''}`;
}

/** Only what a call is named by. */
export function names(frames: readonly Frame[]): string[] {
  return frames.map(({ module = '-', function: name = '-' }) => `${module} ${name}`);
}

/** The exception's own calls, and of each cause its type, its message and its calls. */
export function chain(stack: string): unknown[] {
  const { frames, causes } = parseStack(stack);
  return [names(frames), ...causes.map(showCause)];
}

function showCause({ type, message, frames }: Cause): unknown[] {
  return [type, message, names(frames)];
}
