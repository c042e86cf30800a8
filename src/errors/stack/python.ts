import type { Cause, Frame } from '../error-event.ts';
import { isPythonLink, pythonSections } from './python-sections.ts';
import type { ParsedStack } from './reader.ts';

/**
 * Tracebacks of Python (https://docs.python.org/3/library/traceback.html). The failing call stands last in each, and what was
 * raised in the end stands below what led to it.
 */
export function pythonStack(lines: readonly string[]): ParsedStack | undefined {
  if (!isTraceback(lines)) return undefined;
  const exceptions: Cause[] = [];
  for (const { depth, lines: own } of pythonSections(lines)) {
    const exception = exceptionIn(own);
    // Each goes before those above it, and a member of a group behind the group: their depth says where that is.
    if (exception !== undefined) exceptions.splice(depth, 0, exception);
  }
  const [raised, ...causes] = exceptions;
  return raised === undefined ? undefined : { frames: raised.frames, causes };
}

/** Begins as one: others quote the output of a script in Python, in a message that stands above their own calls. */
function isTraceback(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? '';
  const begins = place.test(first) || heading.test(first.replace('+ ', '')) || lines.some(isPythonLink);
  return begins && lines.some((line) => place.test(line.replace(/^[\s|]*/, '').trimEnd()));
}

/** Syntax errors end with the place that was read, which is in no function. */
const place = /^File "(.*)", line (\d{1,10})(?:, in (.*))?$/s;
const heading = /^(?:Exception Group )?Traceback \(most recent call last\):$/;

/** One traceback and what stands below it: the exception, which may quote another traceback. */
function exceptionIn(lines: readonly string[]): Cause | undefined {
  const begin = lines.findIndex((line) => heading.test(line) || place.test(line.trim()));
  const below = lines.slice(Math.max(begin, 0));
  const end = below.findIndex((line) => /^\S/.test(line) && !heading.test(line) && !place.test(line));
  const calls = end === -1 ? below : below.slice(0, end);
  const said = end === -1 ? '' : below.slice(end).join('\n').trimEnd();
  const frames = framesIn(calls);
  return frames.length === 0 && said === '' ? undefined : { ...exceptionNamed(said), frames };
}

function exceptionNamed(said: string): { type: string; message: string } {
  const [, type, message = ''] = /^([^\s:]+)(?:$|:\s?(.*)$)/s.exec(said) ?? [];
  return type === undefined ? { type: 'Exception', message: said } : { type, message };
}

function framesIn(lines: readonly string[]): Frame[] {
  const frames: Frame[] = [];
  for (const text of lines) {
    const [, file, line, name] = place.exec(text.trim()) ?? [];
    if (file === undefined) continue;
    const frame = frameAt(file, Number(line), name);
    const outer = frames.at(-1);
    // Since Python 3.12 a comprehension is no call of its own.
    if (isComprehension(name) && outer?.file === frame.file) frames.pop();
    frames.push(isComprehension(name) && outer !== undefined ? { ...outer, ...frame } : frame);
  }
  return frames.toReversed();
}

function isComprehension(name: string | undefined): boolean {
  return name !== undefined && /^<(?:list|set|dict)comp>$/.test(name);
}

/** What has no name is named by its kind: `<module>`, `<lambda>`, `<genexpr>`. */
function frameAt(file: string, line: number, name: string | undefined): Frame {
  const named = name === undefined || name.startsWith('<') ? {} : { function: name };
  return { ...named, file, line, inApp: !notOwn.test(file) };
}

const notOwn = new RegExp(
  [
    // code without a file: `<frozen runpy>`, `<string>`
    '^<',
    // dependencies, and environments
    String.raw`(?:^|[\\/])(?:site-packages|dist-packages|\.?venv|virtualenvs?|\.tox|\.nox)[\\/]`,
    // the standard library, on Windows too
    String.raw`[\\/]lib(?:64)?[\\/](?:python|pypy)\d|[\\/]Python\d*[\\/]Lib[\\/]|[\\/]python\d+\.zip[\\/]`,
    // what installs and starts apps: scripts, the runtime of AWS Lambda, the operator of OpenTelemetry
    String.raw`^/(?:usr/(?:local/)?bin|var/runtime|otel-auto-instrumentation-python)/`,
    String.raw`(?:^|[\\/])opentelemetry[\\/]`,
    // compiled by Cython before they were packed: as good as always dependencies
    String.raw`^(?![\\/]|[a-z]:).*\.pyx$`,
  ].join('|'),
  'i',
);
