import * as z from 'zod';
import type { Matcher } from './matcher.ts';
import { MatcherInvalid, parseMatcher } from './parse.ts';

/** A matcher in the configuration. */
function matcher() {
  return z
    .string({ error: 'not a matcher: write it as text, such as \'service="checkout"\'' })
    .transform((text, context): Matcher => {
      try {
        return parseMatcher(text);
      } catch (error) {
        if (!(error instanceof MatcherInvalid)) throw error;
        context.issues.push({ code: 'custom', message: `not a matcher: ${error.message}`, input: undefined });
        return z.NEVER;
      }
    });
}

/** More than anybody needs of one rule. */
const mostMatchers = 32;

/** A list of matchers that must all match. */
export function matchers() {
  return z
    .array(matcher())
    .min(1, 'a list of matchers needs at least one: without any, everything would match')
    .max(mostMatchers, `more than ${mostMatchers} matchers`);
}
