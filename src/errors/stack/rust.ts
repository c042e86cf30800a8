import type { Cause, Frame } from '../error-event.ts';
import type { ParsedStack } from './reader.ts';
import { isRustLibrary } from './rust-libraries.ts';
import { type RustName, rustName } from './rust-names.ts';
import { lineNumber } from './text.ts';

/**
 * What `std::backtrace` writes, by itself, below a panic, or in a report of `anyhow` or `eyre`. Of a panic or a report
 * without a backtrace the place where it was made is the only frame. A report names its causes without their types.
 */
export function rustStack(lines: readonly string[]): ParsedStack | undefined {
  const report = reportIn(lines);
  const backtrace = belowPanic(lastBacktrace(lines, report));
  const frames = backtrace.length > 0 ? backtrace : placeOfFailure(lines);
  return frames.length === 0 ? undefined : { frames, causes: report.causes };
}

/** What is above is how a panic is told, the app's own hook among it: Rust marks where that begins. */
function belowPanic(frames: Frame[]): Frame[] {
  const marker = frames.findIndex((frame) => frame.function === '__rust_end_short_backtrace');
  const below = frames.slice(marker + 1);
  return below.length > 0 ? below : frames;
}

interface Report {
  causes: Cause[];
  /** The lines of the causes, which are numbered like frames; from and to are equal if there are none. */
  from: number;
  to: number;
}

/** What may stand below the causes. */
const behindCauses = /^(?:Location:|Stack backtrace:)$/i;

function reportIn(lines: readonly string[]): Report {
  // The message stands above it and may quote another report.
  const from = lines.findLastIndex((line) => line.trimEnd() === 'Caused by:');
  if (from === -1) return { causes: [], from: 0, to: 0 };
  const end = lines.findIndex((line, at) => at > from && behindCauses.test(line.trim()));
  const to = end === -1 ? lines.length : end;
  return { causes: causesIn(lines.slice(from + 1, to)), from, to };
}

/** A cause alone has no number; the further lines of a message are indented. */
function causesIn(lines: readonly string[]): Cause[] {
  const messages: string[][] = [];
  for (const line of lines) {
    const text = line.trim();
    const numbered = /^(\d{1,4}): (.*)$/.exec(text);
    const isNext = numbered !== null && Number(numbered[1]) === messages.length;
    if (isNext) messages.push([numbered[2]!]);
    else if (messages.length === 0 && text !== '') messages.push([text]);
    else messages.at(-1)?.push(text);
  }
  return messages.map((message) => ({ type: '', message: message.join('\n').trim(), frames: [] }));
}

/** A number, an address in the long form, a symbol. */
const numberedSymbol = /^\s*(\d{1,5}): +(?:0x[\da-f]+ - )?(\S.*)$/;

/** The message stands above the backtrace and may quote another. */
function lastBacktrace(lines: readonly string[], { from, to }: Report): Frame[] {
  let frames: Frame[] = [];
  let previous = -1;
  for (const [at, line] of lines.entries()) {
    if (at >= from && at < to) continue;
    const match = numberedSymbol.exec(line.trimEnd());
    if (match === null) continue;
    const number = Number(match[1]);
    if (number <= previous) frames = [];
    const frame = parseFrame(match[2]!, lines[at + 1] ?? '', frames.length === 0);
    if (frame === undefined) continue;
    frames.push(frame);
    previous = number;
  }
  return frames;
}

/** @param isFirst then it has to be a symbol that only Rust has: numbers stand before many things */
function parseFrame(symbol: string, below: string, isFirst: boolean): Frame | undefined {
  const name = rustName(symbol);
  if (name === undefined) return undefined;
  const text = below.trim();
  const place = text.startsWith('at ') ? parsePlace(text.slice(3)) : undefined;
  if (isFirst && !isOfRust(name, place)) return undefined;
  return { ...name, ...place, inApp: !isRustLibrary(name.module, place?.file) };
}

/** Built with the lines of calls and no more, no name has a module. */
function isOfRust({ module, function: name = '' }: RustName, place: Place | undefined): boolean {
  return module !== undefined || /^_*rust_/.test(name) || place?.file?.endsWith('.rs') === true;
}

type Place = Pick<Frame, 'file' | 'line' | 'column'>;

/** `file:line:column`, or without the column as older versions have it. */
function parsePlace(text: string): Place | undefined {
  const beforeLast = text.lastIndexOf(':');
  const last = lineNumber(text.slice(beforeLast + 1));
  if (beforeLast <= 0 || last === undefined) return undefined;
  const beforeLine = text.lastIndexOf(':', beforeLast - 1);
  const line = lineNumber(text.slice(beforeLine + 1, beforeLast));
  if (beforeLine <= 0 || line === undefined) return { file: text.slice(0, beforeLast), line: last };
  return { file: text.slice(0, beforeLine), line, column: last };
}

/** Where a panic was, or where a report of `eyre` was made. */
function placeOfFailure(lines: readonly string[]): Frame[] {
  for (const [at, line] of lines.entries()) {
    const text = line.trim() === 'Location:' ? lines[at + 1]?.trim() : panicPlace(line.trim());
    const place = text === undefined ? undefined : parsePlace(text);
    if (place?.file?.endsWith('.rs')) return [{ ...place, inApp: !isRustLibrary(undefined, place.file) }];
  }
  return [];
}

const panicked = /^(?:thread '[^']*' (?:\(\d+\) )?)?panicked at /;

/** `thread 'main' panicked at src/main.rs:4:5:`, before 1.73 `… at 'message', src/main.rs:4:5`. */
function panicPlace(line: string): string | undefined {
  const prefix = panicked.exec(line)?.[0];
  if (prefix === undefined) return undefined;
  const behind = line.slice(prefix.length);
  return behind.endsWith(':') ? behind.slice(0, -1) : behind.slice(behind.lastIndexOf(', ') + 1).trim();
}
