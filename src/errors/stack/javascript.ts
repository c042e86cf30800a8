import type { Frame } from '../error-event.ts';
import { isInApp, positionIn } from './javascript-place.ts';
import type { ParsedStack } from './reader.ts';
import { indentation } from './text.ts';

/**
 * The frames of `Error.stack` as V8 writes it (https://v8.dev/docs/stack-trace-api), and of an error printed by Node's
 * `util.inspect`. Only the error's own: those of its causes are left out.
 *
 * The message stands above the frames and is the app's: it may well quote another stack. So it is the last block of
 * frames that counts.
 */
export function javascriptStack(lines: readonly string[]): ParsedStack | undefined {
  const frames = javascriptFrames(lines);
  return frames.length === 0 ? undefined : { frames, causes: [] };
}

function javascriptFrames(lines: readonly string[]): Frame[] {
  let frames: Frame[] = [];
  let inBlock = false;
  let isOfRust = false;
  for (const line of ownLines(lines)) {
    if (elidedFrames.test(line)) continue;
    // Below a line with a number and a name, Rust writes where that is.
    const isRustPlace = isOfRust && line.startsWith('at ');
    isOfRust = rustCall.test(line);
    if (isRustPlace) continue;
    if (!line.startsWith('at ')) {
      if (frames.length > 0 && causeHeading.test(line)) break;
      inBlock = false;
      continue;
    }
    const frame = parseFrame(line.slice(3));
    // Between frames this is one of some unknown form; above them it is prose.
    if (frame === undefined) continue;
    if (!inBlock) frames = [];
    inBlock = true;
    frames.push(frame);
  }
  return frames;
}

const rustCall = /^\d+: \S/;

/** The lines, trimmed, without the properties that `util.inspect` puts in braces behind the last frame. */
function* ownLines(lines: readonly string[]): Generator<string> {
  let nestedBelow: number | undefined;
  for (const line of lines) {
    const text = line.trim();
    if (nestedBelow !== undefined) {
      if (text.startsWith('}') && indentation(line) < nestedBelow) {
        nestedBelow = undefined;
        yield text;
      }
    } else if (text.startsWith('at ') && text.endsWith(' {')) {
      nestedBelow = indentation(line);
      yield text.slice(0, -2);
    } else if (inspectedCause.test(text)) {
      nestedBelow = indentation(line);
    } else {
      yield text;
    }
  }
}

/** What `util.inspect` puts in the place of frames that an error shares with its cause. */
const elidedFrames = /^\.\.\. \d+ lines matching /;

/** How `util.inspect` announces the errors within an error. */
const inspectedCause = /^\[(?:cause|errors)\]:/;

/** How libraries do that write the stacks of a chain one below the other; Bluebird's is the last. */
const causeHeading = /^(?:caused by|from previous event)\b/i;

/** One line without its `at `: `function (location)` or only a location. */
function parseFrame(line: string): Frame | undefined {
  const call = line.startsWith('async ') ? line.slice(6) : line;
  if (!call.endsWith(')')) return startsLikeLocation(call) ? frameAt(undefined, call) : undefined;
  // The first one: a path may have parentheses too (`C:\Program Files (x86)`), a function's name has none.
  const parenthesis = call.indexOf(' (');
  if (parenthesis === -1) return undefined;
  const name = call.slice(0, parenthesis);
  const location = call.slice(parenthesis + 2, -1);
  return location.startsWith(inBytecode)
    ? frameAt(hermesName(name), location.slice(inBytecode.length))
    : frameAt(functionName(name), location);
}

/** How Hermes, the engine of React Native, says where in a bundle a call is that it compiled ahead. */
const inBytecode = 'address at ';

function hermesName(name: string): string | undefined {
  return name === 'global' || name.startsWith('anonymous') || name.startsWith('?anon_') ? undefined : name;
}

/** Tells `at /app/my files/x.js:1:2` from prose such as `at start of line:1:2`. */
function startsLikeLocation(text: string): boolean {
  return /^(?:[./<[\\]|[a-z][\w+.-]*:)/i.test(text) || !/^\d|\s/.test(text);
}

function frameAt(name: string | undefined, location: string): Frame | undefined {
  const named = name === undefined ? {} : { function: name };
  if (hasNoSource.test(location)) return { ...named, inApp: false };
  const position = positionIn(evalOrigin(location));
  if (position === undefined) return undefined;
  const { file, line, column } = position;
  if (file === '<anonymous>') return { ...named, line, column, inApp: false };
  return { ...named, file, line, column, inApp: isInApp(file) };
}

/** Built-in functions, and the place in the array of `Promise.all`. */
const hasNoSource = /^(?:<anonymous>|native|unknown|index \d+)$/;

/** Code made by `eval` or `new Function` is found where the innermost of them was called. */
function evalOrigin(location: string): string {
  if (!location.startsWith('eval at ')) return location;
  const origin = location.slice(location.lastIndexOf('eval at '));
  const from = origin.indexOf(' (');
  const to = origin.indexOf('), ', from);
  return from === -1 || to === -1 ? location : origin.slice(from + 2, to);
}

/** V8 says `Type.name [as alias]`, where the alias is the property it was called by. */
function functionName(text: string): string | undefined {
  const alias = text.indexOf(' [as ');
  const name = alias === -1 ? text : text.slice(0, alias);
  if (!hasNoName.test(name)) return name;
  return alias === -1 ? undefined : text.slice(alias + 5, -1);
}

const hasNoName = /(?:^|[ .])(?:<anonymous>|<computed>)$|^(?:eval)?$/;
