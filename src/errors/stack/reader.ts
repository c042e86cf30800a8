import type { Cause, Frame } from '../error-event.ts';

/** The calls of a stack trace, the failing one first, and the exceptions that caused it, the root cause last. */
export interface ParsedStack {
  frames: readonly Frame[];
  causes: readonly Cause[];
}

/** Reads the stack traces of one language; undefined for what it does not know. Linear in the length of the lines, whatever they hold. */
export type StackReader = (lines: readonly string[]) => ParsedStack | undefined;
