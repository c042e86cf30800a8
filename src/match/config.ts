import * as z from 'zod';
import { parseMatchers } from './parse-list.ts';
import { MatcherInvalid, parseMatcher } from './parse.ts';

/** A text in the configuration, read as matchers. */
function matcher<T>(parse: (text: string) => T) {
  return z
    .string({ error: 'not a matcher: write it as text, such as \'service="checkout"\'' })
    .transform((text, context): T => {
      try {
        return parse(text);
      } catch (error) {
        if (!(error instanceof MatcherInvalid)) throw error;
        context.issues.push({ code: 'custom', message: `not a matcher: ${error.message}`, input: undefined });
        return z.NEVER;
      }
    });
}

/** More than anybody needs of one rule. */
const mostMatchers = 32;
const tooMany = `more than ${mostMatchers} matchers`;

/** A list of matchers that must all match. */
export function matchers() {
  return z
    .array(matcher(parseMatcher))
    .min(1, 'a list of matchers needs at least one: without any, everything would match')
    .max(mostMatchers, tooMany);
}

/** A list of matchers of which each is asked for itself, as they are written: for `parseMatcher`. */
export function writtenMatchers() {
  return z.array(matcher((text) => parseMatcher(text) && text)).max(mostMatchers, tooMany);
}

/** The same as Alertmanager writes it: each item may hold several, and with none of them everything matches. */
export function matcherLists() {
  return z.array(matcher(parseMatchers)).max(mostMatchers, tooMany);
}
