import type { Cause, Frame } from '../error-event.ts';
import { type PhpName, type PhpPlace, phpFrame, phpName } from './php-call.ts';
import type { ParsedStack } from './reader.ts';

/**
 * An exception of PHP as the SDK of OpenTelemetry writes it, in the manner of Java: `at Shop.Cart.add(Cart.php:10)`. Files have no
 * folders there, and each call stands with the place of its own code.
 */
export function phpOtelStack(lines: readonly string[]): ParsedStack | undefined {
  const calls = lines.map(callIn);
  const found = calls.filter((call) => call !== undefined);
  if (!found.some(isPhp) || !found.every((call) => isPhp(call) || call.place === undefined)) return undefined;
  const [raised, ...causes] = exceptionsIn(lines, calls);
  return raised === undefined ? undefined : { frames: raised.frames, causes };
}

interface Call {
  text: string;
  place: PhpPlace | undefined;
}

/** Java's look the same, but for the name of the file. */
function isPhp({ text, place }: Call): boolean {
  return text === '{main}' || (place !== undefined && /\.(?:php|phtml|inc)(?:$|\()/.test(place.file));
}

function callIn(line: string): Call | undefined {
  const text = line.trim();
  if (!text.startsWith('at ') || !text.endsWith(')')) return undefined;
  // Since PHP 8.4 parentheses are in the name of a closure too.
  const parenthesis = text.indexOf('(', text.lastIndexOf('}') + 1);
  if (parenthesis === -1) return undefined;
  return { text: text.slice(3, parenthesis), place: placeIn(text.slice(parenthesis + 1, -1)) };
}

function placeIn(text: string): PhpPlace | undefined {
  if (text === 'Unknown Source') return undefined;
  const [colon, line] = /:(\d{1,10})$/.exec(text) ?? [];
  return colon === undefined ? { file: text } : { file: text.slice(0, -colon.length), line: Number(line) };
}

const causedBy = 'Caused by: ';

interface Exception extends Cause {
  frames: Frame[];
}

function exceptionsIn(lines: readonly string[], calls: readonly (Call | undefined)[]): Exception[] {
  const exceptions: Exception[] = [];
  let above: string[] = [];
  for (const [i, line] of lines.entries()) {
    const call = calls[i];
    const current = exceptions.at(-1);
    if (call === undefined) {
      if (!/^\s*\.\.\. \d+ more\s*$/.test(line)) above.push(line);
    } else {
      // Prose between calls: those above it are of a stack that the message quotes.
      if (current === undefined || above[0]?.startsWith(causedBy)) {
        exceptions.push({ ...exceptionNamed(above), frames: [] });
      } else if (above.length > 0) {
        current.frames = [];
      }
      exceptions.at(-1)!.frames.push(frameOf(call, calls[i + 1], above.length > 0 || i === 0));
      above = [];
    }
  }
  return exceptions;
}

/** What is built in throws from where it was called: its place is that of its caller. */
function frameOf({ text, place }: Call, caller: Call | undefined, isFirst: boolean): Frame {
  const name = dottedName(text);
  const isBuiltIn =
    isFirst &&
    name.function !== undefined &&
    place?.file === caller?.place?.file &&
    place?.line === caller?.place?.line;
  return phpFrame(name, isBuiltIn ? undefined : place);
}

/** Dots stand for the separators of namespaces and for that of a class and its method. */
function dottedName(text: string): PhpName {
  const closure = text.indexOf('{closure');
  if (closure === -1) return phpName(withSeparators(text));
  const segments = text.slice(0, closure).split('.').slice(0, -1);
  return segments.length === 0 ? {} : phpName(`${classOf(segments).join('\\')}->{closure}`);
}

/** The path of the file, in the name of a class without one, has dots of its own. */
function withSeparators(text: string): string {
  const path = text.indexOf('@anonymous\0');
  return path === -1
    ? text.replaceAll('.', '\\')
    : text.slice(0, path).replaceAll('.', '\\') +
        text.slice(path).replace(/\$[\da-f]{1,16}\./, (end) => `${end.slice(0, -1)}->`);
}

/** Before PHP 8.4 the namespace stands behind the class once more. */
function classOf(segments: readonly string[]): readonly string[] {
  const length = (segments.length + 1) / 2;
  const repeats = segments.slice(length).every((segment, i) => segment === segments[i]);
  return Number.isInteger(length) && repeats ? segments.slice(0, length) : segments;
}

function exceptionNamed(lines: readonly string[]): { type: string; message: string } {
  const said = lines.join('\n').replace(causedBy, '').trimEnd();
  const [, type, message = ''] = /^([^\s:]+)(?:$|: (.*)$)/s.exec(said) ?? [];
  return type === undefined
    ? { type: 'Exception', message: said }
    : { type: type.replaceAll('.', '\\'), message };
}
