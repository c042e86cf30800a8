import type { Frame } from '../error-event.ts';
import { javascriptFrames } from './javascript.ts';

/** Reads the stack trace of one language; answers no frames for what it does not know. */
type StackReader = (lines: readonly string[]) => Frame[];

const readers: readonly StackReader[] = [javascriptFrames];

/** In UTF-16 units: what follows is not looked at. */
const maxLength = 64 * 1024;
const maxFrames = 100;

/** What a terminal's colours leave in a text: Node greys its own frames. */
const colour = /\p{Cc}\[[0-9;]*m/gu;

/** The calls of a stack trace, the failing one first and at most 100; none if its format is not known. */
export function parseStack(stack: string): Frame[] {
  const lines = stack.slice(0, maxLength).replaceAll(colour, '').split('\n');
  for (const read of readers) {
    const frames = read(lines);
    if (frames.length > 0) return frames.slice(0, maxFrames);
  }
  return [];
}
