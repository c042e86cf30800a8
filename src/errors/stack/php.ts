import type { Cause, Frame } from '../error-event.ts';
import { isOwnName, type PhpName, type PhpPlace, phpFrame, phpName } from './php-call.ts';
import { phpOtelStack } from './php-otel.ts';
import type { ParsedStack } from './reader.ts';

/**
 * An exception of PHP as text, or only `getTraceAsString()` of it (https://www.php.net/manual/class.throwable.php), and what
 * OpenTelemetry makes of one. The exception that was thrown in the end stands below those that led to it.
 */
export function phpStack(lines: readonly string[]): ParsedStack | undefined {
  const exceptions = exceptionsIn(lines);
  const raised = exceptions.pop();
  if (raised === undefined) return phpOtelStack(lines);
  const causes: Cause[] = [];
  let later = raised;
  for (const earlier of exceptions.toReversed()) {
    // Anything else above it is a stack that the message quotes.
    if (!isNext(later)) break;
    causes.push({ ...exceptionNamed(earlier.heading), frames: framesOf(earlier) });
    later = earlier;
  }
  return { frames: framesOf(raised), causes };
}

interface Exception {
  heading: string;
  calls: Call[];
}

/** A line says where a function was called, and not where its own code stands. */
interface Call {
  name: PhpName;
  from: PhpPlace | undefined;
}

function exceptionsIn(lines: readonly string[]): Exception[] {
  const exceptions: Exception[] = [];
  let above: string[] = [];
  for (const line of lines) {
    const text = line.trimEnd();
    const call = callIn(text);
    if (call === undefined) {
      above.push(text);
    } else {
      const current = exceptions.at(-1);
      if (current === undefined || text.startsWith('#0 ')) {
        exceptions.push({ heading: above.join('\n').trim(), calls: [call] });
      } else {
        current.calls.push(call);
      }
      above = [];
    }
  }
  // `thrown in /app/x.php on line 10`. With more below, these are calls that the message of some other trace quotes.
  return above.filter((text) => text !== '').length > 1 ? [] : exceptions;
}

function callIn(text: string): Call | undefined {
  if (/^#\d{1,5} \{main\}$/.test(text)) return { name: phpName('{main}'), from: undefined };
  const [, file, line, called] =
    /^#\d{1,5} (?:\[internal function\]|(.+?)\((\d{1,10})\)): (.+)$/s.exec(text) ?? [];
  if (called === undefined) return undefined;
  return {
    name: phpName(withoutArguments(called)),
    from: file === undefined ? undefined : { file, line: Number(line) },
  };
}

/** The arguments hold any text. Since PHP 8.4 parentheses are in the name of a closure too, which ends with its line: `:10}`. */
function withoutArguments(called: string): string {
  const closure = called.indexOf('{closure');
  const end = closure === -1 ? -1 : called.slice(closure).search(/(?::\d{1,10}|e)\}\(/);
  const from = end === -1 ? 0 : called.indexOf('}', closure + end);
  const parenthesis = called.indexOf('(', from);
  return parenthesis === -1 ? called : called.slice(0, parenthesis);
}

const traceBelow = /\s*Stack trace:$/;

function isNext({ heading }: Exception): boolean {
  return heading.startsWith('Next ');
}

/** `Type: message in /app/x.php:10`. */
function exceptionNamed(heading: string): { type: string; message: string } {
  const thrown = thrownIn(heading);
  const said = (thrown?.said ?? heading.replace(traceBelow, '')).replace(prefix, '');
  const [, type, message = ''] = /^([^\s:]+)(?:$|: (.*)$)/s.exec(said) ?? [];
  return type === undefined ? { type: 'Exception', message: said } : { type, message };
}

/** What PHP's log says before it. */
const prefix = /^(?:Next |(?:\[[^\]]*\] )?(?:PHP )?Fatal error: {1,2}Uncaught )/;

function thrownIn(heading: string): { said: string; place: PhpPlace } | undefined {
  if (!traceBelow.test(heading)) return undefined;
  const text = heading.replace(traceBelow, '');
  const within = text.lastIndexOf(' in ');
  const [colon, line] = /:(\d{1,10})$/.exec(text) ?? [];
  if (within === -1 || colon === undefined) return undefined;
  const file = text.slice(within + 4, -colon.length);
  return { said: text.slice(0, within), place: { file, line: Number(line) } };
}

/** Each with the place of its own code: the exception says where the first one stands, and each call where the next one does. */
function framesOf({ heading, calls }: Exception): Frame[] {
  const thrown = thrownIn(heading)?.place;
  return calls.map(({ name }, i) => {
    const before = calls[i - 1];
    if (before !== undefined) return phpFrame(name, before.from);
    if (thrown === undefined) return { ...name, inApp: isOwnName(name) };
    return phpFrame(name, isBuiltIn(name, thrown, calls[0]!.from) ? undefined : thrown);
  });
}

/** What is built in has no place, and what it throws is thrown from where it was called. */
function isBuiltIn(name: PhpName, thrown: PhpPlace, calledFrom: PhpPlace | undefined): boolean {
  const isSame = thrown.file === calledFrom?.file && thrown.line === calledFrom.line;
  return isSame && name.function !== undefined;
}
