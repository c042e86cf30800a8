import type { Frame } from '../error-event.ts';
import { isInApp, positionIn } from './javascript-place.ts';
import type { ParsedStack } from './reader.ts';

/**
 * The frames of `Error.stack` as Firefox and Safari write it: `function@location`, without type and message
 * (https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Error/stack). Who records it may put a message above,
 * which may quote another stack, so it is the last block of frames that counts.
 */
export function geckoStack(lines: readonly string[]): ParsedStack | undefined {
  let frames: Frame[] = [];
  let inBlock = false;
  for (const line of lines) {
    const text = line.trim();
    const frame = parseFrame(text);
    if (frame === undefined) {
      inBlock &&= isBetweenFrames(text);
      continue;
    }
    if (!inBlock) frames = [];
    inBlock = true;
    frames.push(frame);
  }
  // Without any place it may as well be prose with an address in it.
  return frames.some(({ file }) => file !== undefined) ? { frames, causes: [] } : undefined;
}

/** A frame of some unknown form (WebAssembly), or nothing. */
function isBetweenFrames(text: string): boolean {
  return text === '' || (text.includes('@') && !/\s/.test(text));
}

function parseFrame(text: string): Frame | undefined {
  const at = text.indexOf('@');
  // Older Safaris give nothing but the place of a call without a name; `@` is part of many a bundle's address.
  if (at === -1 || text.slice(0, at).includes('://')) return isAddress(text) ? frameAt({}, text) : undefined;
  const name = text.slice(0, at);
  if (!mayBeName.test(name)) return undefined;
  const own = functionName(name);
  return frameAt(own === undefined ? {} : { function: own }, text.slice(at + 1));
}

/** What was waited for may stand before a `*` (`promise callback*`), in the words of the browser. */
const mayBeName = /^(?:[\w .]+\*)?(?:(?:get|set|async|global|module|eval) )?[^\s@]*$/u;

function frameAt(named: { function?: string }, location: string): Frame | undefined {
  if (hasNoSource.test(location)) return { ...named, inApp: false };
  const origin = evalOrigin(location);
  if (origin !== undefined) return { ...named, ...origin, inApp: isInApp(origin.file) };
  const position = positionIn(location) ?? lineIn(location);
  if (position === undefined || !isScript(position.file)) return undefined;
  return { ...named, ...position, inApp: isInApp(position.file) };
}

/** Built-in functions; Safari says nothing of where code made by `eval` is. */
const hasNoSource = /^(?:\[(?:native|wasm) code\])?$/;

/** Code made by `eval` or `new Function` is found where the outermost of them was called. */
function evalOrigin(location: string): { file: string; line: number } | undefined {
  const [, file, line] = /^(.+?) line (\d{1,10}) > (?:eval|Function)\b/.exec(location) ?? [];
  return file === undefined || line === undefined ? undefined : { file, line: Number(line) };
}

/** Firefox before version 30 has no columns. */
function lineIn(location: string): { file: string; line: number } | undefined {
  const [, line] = /:(\d{1,10})$/.exec(location) ?? [];
  if (line === undefined || !isAddress(location)) return undefined;
  return { file: location.slice(0, -line.length - 1), line: Number(line) };
}

function isAddress(text: string): boolean {
  return /^[a-z][\w+.-]*:\/\/\S+$/i.test(text);
}

/** Tells `pay@/app/x.js:1:2` from `jo@example.com:1:2`. */
function isScript(file: string): boolean {
  return /^(?:[a-z][\w+.-]*:|\/)|^self-hosted$|\.(?:[cm]?[jt]sx?|(?:js)?bundle)$/i.test(file);
}

/**
 * Firefox names what has no name of its own by what it is in and assigned to: `open/this.pay`, and `open/<` if it is not
 * assigned. Both call some code by what made it.
 */
function functionName(text: string): string | undefined {
  const call = text.slice(text.lastIndexOf('*') + 1);
  const own = call.slice(call.lastIndexOf('/') + 1).replace(/\(.*$|^async /gs, '');
  return hasNoName.test(own) ? undefined : own;
}

const hasNoName = /^(?:|anonymous|(?:global|module|eval) code)$|<$/;
