import { parseStack } from './parse.ts';
import type { ParsedStack } from './reader.ts';

/** A stack trace without the message in it, which varies where the calls do not. */
export interface StackTrace {
  before: string;
  /** Undefined if the message does not stand in it: `before` is all of it. */
  after: string | undefined;
}

/** Between type and message, in all languages that write both into the stack. */
const separator = ': ';

/** @param message as the exception has it */
export function withoutMessage(stack: string, message: string): StackTrace {
  const at = message === '' ? -1 : stack.indexOf(separator + message);
  if (at === -1) return { before: stack, after: undefined };
  const start = at + separator.length;
  const after = stack.slice(start + message.length);
  // It heads the stack, or ends it as in Python; anywhere else it is part of something else.
  const isHead = !stack.slice(0, at).includes('\n');
  if (!isHead && after.trim() !== '') return { before: stack, after: undefined };
  return { before: stack.slice(0, start), after };
}

/** The stack as it was. @param message the one that was taken out of it */
export function withMessage({ before, after }: StackTrace, message: string): string {
  return after === undefined ? before : before + message + after;
}

interface Known extends StackTrace {
  parsed: ParsedStack;
}

/** Traces that were parsed of late, by what is cheap to ask of a long text: a storm brings the same few, and to hash all of it costs. */
const known = new Map<string, Known>();
const mostKnown = 512;
/** In UTF-16 units. */
const longestKnown = 16_384;
const ending = 48;

/** What stands in a stack trace, whatever the message says: the same objects for the same trace, most often. */
export function readStackTrace(stack: string, message: string): ParsedStack {
  const { before, after } = withoutMessage(stack, message);
  const key = `${before.length} ${after?.length} ${before.slice(-ending)}${after?.slice(-ending)}`;
  const found = known.get(key);
  if (found !== undefined && found.before === before && found.after === after) return found.parsed;
  const parsed = parseStack(before + (after ?? ''));
  if (known.size >= mostKnown) known.clear();
  if (stack.length <= longestKnown) known.set(key, { before, after, parsed });
  return parsed;
}
