import * as z from 'zod';
import type { Matcher } from '../../match/matcher.ts';
import { MatcherInvalid, makeMatcher, tooLarge } from '../../match/parse.ts';
import { parseMatchers } from '../../match/parse-list.ts';
import { mostRegexSize, regexSizeOf } from '../../match/regex-size.ts';

/* Parameters of Alertmanager's API. Their messages stand behind the parameter's name. */

const mostFilters = 64;

/** Matchers, all of which must match; each parameter may hold several. */
export function matcherFilter() {
  return z
    .array(z.string())
    .max(mostFilters, `more than ${mostFilters}`)
    .default([])
    .transform((texts, context) => attempt(() => parseAll(texts), context) ?? []);
}

/** @throws MatcherInvalid */
function parseAll(texts: readonly string[]): Matcher[] {
  const matchers: Matcher[] = [];
  for (const text of texts) {
    matchers.push(...parseMatchers(text));
    if (regexSizeOf(matchers) > mostRegexSize) throw new MatcherInvalid(tooLarge);
  }
  return matchers;
}

/** A regular expression that matches a name as a whole. */
export function regexFilter(name: string) {
  return z
    .string()
    .optional()
    .transform((value, context): Matcher | undefined =>
      value === undefined ? undefined : attempt(() => makeMatcher({ name, operator: '=~', value }), context),
    );
}

function attempt<T>(read: () => T, context: z.core.$RefinementCtx): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MatcherInvalid)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return undefined;
  }
}

const yes = ['true', '1', 't', 'yes'];
const no = ['false', '0', 'f', 'no'];

export function flagOr(otherwise: boolean) {
  return z
    .string()
    .refine((text) => [...yes, ...no].includes(text.toLowerCase()), 'neither true nor false')
    .transform((text) => yes.includes(text.toLowerCase()))
    .prefault(String(otherwise));
}
