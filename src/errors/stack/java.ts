import type { Cause, Frame } from '../error-event.ts';
import { headingOf } from './heading.ts';
import { javaLibraries } from './java-libraries.ts';
import { javaName } from './java-names.ts';
import { LastBlock } from './last-block.ts';
import type { ParsedStack } from './reader.ts';
import { indentation, isWithin, lineNumber } from './text.ts';

/**
 * What `Throwable.printStackTrace` writes, for every language of the JVM, and what Logback and Log4j make of it.
 *
 * The frames that a cause has in common with the trace above it (`... 23 more`) are not put back: they stand there, and
 * what is said of a failure counts them once.
 */
export function javaStack(lines: readonly string[]): ParsedStack | undefined {
  const [own, ...causes] = chainIn(lines);
  const { frames } = own!.block;
  if (frames.length === 0 && causes.every(({ block }) => block.frames.length === 0)) return undefined;
  return { frames, causes: causes.map((cause) => causeOf(cause, lines)) };
}

/** One throwable of the chain. */
interface Throwable {
  /** The line of its heading; that of the outermost is not looked for. */
  line: number;
  heading: string;
  block: LastBlock;
  /** The first line behind its message, if no frame is. */
  end: number | undefined;
}

function begin(line: number, heading: string): Throwable {
  return { line, heading, block: new LastBlock(), end: undefined };
}

const causedBy = 'Caused by: ';
const suppressed = 'Suppressed: ';

/** What the JVM writes in the place of a throwable that it has already written. */
const circular = '[CIRCULAR REFERENCE';

/** The outermost throwable first, its root cause last. */
function chainIn(lines: readonly string[]): Throwable[] {
  let current = begin(0, '');
  const chain = [current];
  let suppressedAt: number | undefined;
  for (const [at, line] of lines.entries()) {
    const text = line.trim();
    // A suppressed throwable may have a chain of its own, which is indented as far as it is.
    if (suppressedAt !== undefined) {
      const isOuterCause = text.startsWith(causedBy) && indentation(line) < suppressedAt;
      if (!isOuterCause) continue;
      suppressedAt = undefined;
    }
    if (text.startsWith(suppressed) && isThrowable(text.slice(suppressed.length), current)) {
      suppressedAt = indentation(line);
    } else if (text.startsWith(causedBy) && isThrowable(text.slice(causedBy.length), current)) {
      current.end ??= at;
      if (text.startsWith(circular, causedBy.length)) break;
      current = begin(at, text.slice(causedBy.length));
      chain.push(current);
    } else {
      readLine(text, at, current);
    }
  }
  return chain;
}

/** Tells what the JVM says behind a trace from a message that speaks of a cause. */
function isThrowable(heading: string, { block, end }: Throwable): boolean {
  return block.frames.length > 0 || end !== undefined || headingOf([heading]).type.includes('.');
}

const elided = /^\.\.\. \d+ (?:more$|common frames omitted$)/;

function readLine(text: string, at: number, throwable: Throwable): void {
  if (elided.test(text)) {
    throwable.end ??= at;
    return;
  }
  const frame = text.startsWith('at ') ? parseFrame(text.slice(3)) : undefined;
  if (frame !== undefined) throwable.block.add(frame, at);
  // Between frames this is one of some unknown form; above them it is prose.
  else if (!text.startsWith('at ')) throwable.block.interrupt();
}

function causeOf({ line, heading, block, end }: Throwable, lines: readonly string[]): Cause {
  const message = lines.slice(line + 1, block.firstLine ?? end);
  return { ...headingOf([heading, ...message]), frames: block.frames };
}

/** `loader/module@version/package.Class.method(File.java:12)`, without its `at `. */
function parseFrame(text: string): Frame | undefined {
  const call = withoutOrigin(text);
  const open = call.lastIndexOf('(');
  // V8 has a space there.
  if (open <= 0 || !call.endsWith(')') || call[open - 1] === ' ') return undefined;
  const source = parseSource(call.slice(open + 1, -1));
  const dot = call.lastIndexOf('.', open);
  // A method of Kotlin or Groovy may have spaces in its name, a class cannot.
  if (source === undefined || dot <= 0 || /\s/.test(call.slice(0, dot))) return undefined;
  const { isGenerated, packageName, ...name } = javaName(call.slice(0, dot), call.slice(dot + 1, open));
  // What was generated has no file, though some of it is said to be in one.
  if (isGenerated) return { ...name, inApp: false };
  return { ...name, ...source, inApp: !isWithin(packageName, javaLibraries, '.') };
}

/** Logback and Log4j name the archive behind the call: ` ~[spring-web-6.1.0.jar!/:6.1.0]`. */
function withoutOrigin(text: string): string {
  const end = /\) ~?\[/.exec(text)?.index;
  return end === undefined ? text : text.slice(0, end + 1);
}

const noSource = /^(?:Native Method|Unknown Source(?::\d+)?|<generated>)$/;

/** `File.java:12`, or without a line; undefined for what is no source at all. */
function parseSource(text: string): Pick<Frame, 'file' | 'line'> | undefined {
  if (noSource.test(text)) return {};
  // OpenTelemetry's SDK for PHP writes its traces in the form of Java's.
  if (text === '' || /[\s,;/\\]|\.php(?::|$)/.test(text)) return undefined;
  const colon = text.indexOf(':');
  if (colon === -1) return text.includes('.') ? { file: text } : undefined;
  const line = lineNumber(text.slice(colon + 1));
  return line === undefined || colon === 0 ? undefined : { file: text.slice(0, colon), line };
}
