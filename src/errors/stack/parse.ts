import { dotnetStack } from './dotnet.ts';
import { geckoStack } from './gecko.ts';
import { goStack } from './go.ts';
import { javaStack } from './java.ts';
import { javascriptStack } from './javascript.ts';
import { phpStack } from './php.ts';
import { pythonStack } from './python.ts';
import type { ParsedStack, StackReader } from './reader.ts';
import { rubyStack } from './ruby.ts';
import { rustStack } from './rust.ts';

/**
 * The first that knows a trace reads it. None takes that of another language; their order decides where a message quotes the stack of
 * one, so that those whose lines are least like prose come first.
 */
export const readers: readonly StackReader[] = [
  pythonStack,
  rubyStack,
  phpStack,
  javascriptStack,
  javaStack,
  dotnetStack,
  goStack,
  rustStack,
  geckoStack,
];

const unknown: ParsedStack = { frames: [], causes: [] };

/** In UTF-16 units: what follows is not looked at. */
const maxLength = 64 * 1024;
/** More than a trace of that length has, whose lines are not empty. */
const maxLines = 4096;
const maxFrames = 100;
const maxCauses = 10;

/** What a terminal's colours leave in a text: Node greys its own frames. */
const colour = /\p{Cc}\[[0-9;]*m/gu;

/** At most 100 calls and 10 causes; none if the format is not known. */
export function parseStack(stack: string): ParsedStack {
  const lines = stack.slice(0, maxLength).replaceAll(colour, '').split('\n', maxLines);
  for (const read of readers) {
    const parsed = read(lines);
    if (parsed !== undefined) return bounded(parsed);
  }
  return unknown;
}

function bounded({ frames, causes }: ParsedStack): ParsedStack {
  return {
    frames: frames.slice(0, maxFrames),
    causes: causes
      .slice(0, maxCauses)
      .map((cause) => ({ ...cause, frames: cause.frames.slice(0, maxFrames) })),
  };
}
