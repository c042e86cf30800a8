import type { Described } from './failure-details.ts';

/** In UTF-16 units: what Python says of an exception stands at the end of its traceback. */
const longestEnd = 16_384;

const isOfPython = /^Traceback \(most recent call last\):$/m;
const isName = /^\w{1,128}$/;

/**
 * An exception as its stack says it, where that is more than a log record does: SDKs for Python and .NET write its name there without the
 * module or namespace, and Python's its first argument for its message. A span event of the same exception has both whole.
 */
export function asStackSays(described: Described): Described {
  const { type, message, stack } = described;
  if (stack === '' || !isName.test(type)) return described;
  return isOfPython.test(stack)
    ? asPythonSays(described)
    : { ...described, type: headed(type, stack, message) };
}

/** The last line that begins with the name is that of the exception itself: those of its causes stand above. */
function asPythonSays(described: Described): Described {
  const { type, message, stack } = described;
  const found = lastHeading(type, stack.slice(-longestEnd));
  if (found === undefined) return described;
  const isWhole = found.said.startsWith(message) && message !== '';
  return {
    ...described,
    type: found.type,
    message: isWhole || !found.said.includes(message) ? message : found.said,
  };
}

/** A name may be all over a text that is no traceback. */
const mostTries = 64;

function lastHeading(type: string, text: string): { type: string; said: string } | undefined {
  const heading = new RegExp(`((?:\\w{1,128}\\.){0,16}${type})(?:: |\\r?$)`, 'my');
  let at = text.lastIndexOf(type);
  for (let tries = 0; at !== -1 && tries < mostTries; tries++) {
    heading.lastIndex = text.lastIndexOf('\n', at) + 1;
    const found = heading.exec(text);
    if (found !== null) return { type: found[1]!, said: text.slice(heading.lastIndex).trimEnd() };
    at = at === 0 ? -1 : text.lastIndexOf(type, at - 1);
  }
  return undefined;
}

/** `Shop.Errors.CardException: refused` */
function headed(type: string, stack: string, message: string): string {
  const heading = new RegExp(`^((?:\\w{1,128}[.+]){1,16}${type})(?:: |\\r?$)`, 'm').exec(
    stack.slice(0, 4096),
  );
  return heading?.index === 0 && stack.startsWith(message, heading[0].length) ? heading[1]! : type;
}
