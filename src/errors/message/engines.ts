import { sayings } from './engine-sayings.ts';

/** Types that engines throw, and by which a message of theirs is known from one of the app's. */
const types: ReadonlySet<string> = new Set([
  'AbortError',
  'InternalError',
  'QuotaExceededError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

/** Longer ones are the app's. */
const longest = 1024;

/** What an engine said, in the same words for all of them; undefined if it did not say it. */
export function saidByEngine(type: string, message: string): string | undefined {
  if (!types.has(type) || message.length > longest) return undefined;
  const [line = ''] = message.split('\n', 1);
  for (const { ways, as } of sayings) {
    for (const each of ways) {
      const found = each.exec(line);
      const name = found?.groups?.['name'];
      if (found !== null) return name === undefined ? as : `${as}: ${name}`;
    }
  }
  return undefined;
}
