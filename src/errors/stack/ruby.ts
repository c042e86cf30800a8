import type { Frame } from '../error-event.ts';
import type { ParsedStack } from './reader.ts';
import { type RubyCall, rubyCall } from './ruby-call.ts';

/**
 * What Ruby's `Exception#full_message` gives (https://docs.ruby-lang.org/en/3.4/Exception.html), or only the lines of a backtrace. The
 * exception stands in the line of the failing call, and its causes below it in the same form.
 */
export function rubyStack(lines: readonly string[]): ParsedStack | undefined {
  if (!isBacktrace(lines)) return undefined;
  const [raised, ...causes] = exceptionsIn(isUpsideDown(lines) ? lines.toReversed() : lines);
  if (raised === undefined) return undefined;
  return {
    frames: framesOf(raised),
    causes: causes.map((cause) => ({ ...exceptionNamed(cause.said), frames: framesOf(cause) })),
  };
}

/** Others quote what a script in Ruby said, between their own type and their own calls. */
function isBacktrace(lines: readonly string[]): boolean {
  const said = (line: string): boolean => line.trim() !== '';
  return [lines.find(said), lines.findLast(said)].some((line = '') => rubyCall(line.trim()) !== undefined);
}

/** Ruby 2.5 to 2.7 write into terminals from bottom to top. */
function isUpsideDown(lines: readonly string[]): boolean {
  return (
    lines[0]?.trimEnd() === 'Traceback (most recent call last):' && /^\s+\d+: from /.test(lines[1] ?? '')
  );
}

interface Exception {
  /** The call with the message behind it; undefined where there are only calls. */
  heading: RubyCall | undefined;
  calls: RubyCall[];
  said: string[];
}

function exceptionsIn(lines: readonly string[]): Exception[] {
  const exceptions: Exception[] = [];
  let current: Exception | undefined;
  let interrupted = false;
  for (const line of lines) {
    const text = line.trim();
    const call = rubyCall(text);
    if (call === undefined) {
      if (current?.calls.length === 0) current.said.push(text);
      interrupted ||= isProse(text);
    } else if (beginsException(call, current)) {
      current = begin(call);
      exceptions.push(current);
      interrupted = false;
    } else if (current !== undefined && call.from === (current.heading !== undefined)) {
      // Prose between calls: those above it are of a stack that the message quotes.
      if (interrupted) current.calls = [];
      interrupted = false;
      current.calls.push(call);
    }
  }
  return exceptions;
}

/** A line as that of an exception is one of its message, until its calls have come. */
function beginsException({ from, said }: RubyCall, current: Exception | undefined): boolean {
  if (current === undefined) return true;
  return !from && said !== undefined && current.heading !== undefined && current.calls.length > 0;
}

function begin(call: RubyCall): Exception {
  if (call.said === undefined && !call.from) return { heading: undefined, calls: [call], said: [] };
  return { heading: call, calls: [], said: [call.said ?? ''] };
}

/** Neither a call of some unknown form nor what stands for those that were left out. */
function isProse(text: string): boolean {
  return text !== '' && !/^(?:from |\.\.\. \d+ levels\.\.\.$)/.test(text);
}

/** `message (Type)`, or only the type; below it may stand more of the message, and then the source with a mark in it. */
function exceptionNamed([first = '', ...more]: readonly string[]): { type: string; message: string } {
  const [, begun, named] = /^(.*) \(([A-Z][\w:]*)\)$/s.exec(first) ?? [];
  if (named === undefined) {
    return /^[A-Z][\w:]*$/.test(first) ? { type: first, message: '' } : { type: 'Exception', message: first };
  }
  const end = more.indexOf('');
  return { type: named, message: [begun, ...(end === -1 ? more : more.slice(0, end))].join('\n') };
}

function framesOf({ heading, calls }: Exception): Frame[] {
  const all = heading === undefined ? calls : [heading, ...calls];
  const builtIn = new Set<RubyCall>();
  for (const [i, call] of [...all.entries()].toReversed())
    if (isBuiltIn(call, all[i + 1], builtIn)) builtIn.add(call);
  return all.map((call) => (builtIn.has(call) ? withoutPlace(call) : call.frame));
}

function withoutPlace({ frame: { function: name } }: RubyCall): Frame {
  return { ...(name === undefined ? {} : { function: name }), inApp: false };
}

/**
 * Functions written in C have no place and are given that of their caller. Ruby 3.4 does the same for those written in Ruby
 * (`Integer#times`), which had one of their own before.
 */
function isBuiltIn(
  { frame, mayBeBuiltIn }: RubyCall,
  caller: RubyCall | undefined,
  builtIn: ReadonlySet<RubyCall>,
): boolean {
  if (!mayBeBuiltIn || frame.function === undefined || caller === undefined) return false;
  const { function: name, file, line } = caller.frame;
  // Built-in functions of one name may call each other; another is one that calls itself.
  return file === frame.file && line === frame.line && (name !== frame.function || builtIn.has(caller));
}
