import * as z from 'zod';
import type { Path } from '../../config/located.ts';
import { matcherLists } from '../../match/config.ts';
import type { Matcher, Operator } from '../../match/matcher.ts';
import { MatcherInvalid, makeMatcher } from '../../match/parse.ts';

/** A matcher, and where it is written within its route or rule. */
export interface PlacedMatcher extends Matcher {
  path: Path;
}

export const matcherList = (what: string) => matcherLists().default([]).describe(what);

/** Alertmanager's form of before 0.22: a mapping of labels to values, or to regular expressions. */
export function matcherMap(operator: Operator, what: string) {
  const value = z.union([z.string(), z.number(), z.boolean()], {
    error: 'not a value to match: write text, a number, true or false',
  });
  return z
    .record(z.string(), value)
    .transform((map, context): Matcher[] => {
      const made = Object.entries(map).map(([name, value]) => {
        try {
          return makeMatcher({ name, operator, value: String(value) });
        } catch (error) {
          if (!(error instanceof MatcherInvalid)) throw error;
          context.issues.push({ code: 'custom', path: [name], message: error.message, input: undefined });
          return undefined;
        }
      });
      return made.filter((matcher) => matcher !== undefined);
    })
    .optional()
    .describe(what);
}

/** @param given what was read of each key, if it is there: lists of lists, or what was a mapping */
export function placed(
  given: Readonly<Record<string, readonly (Matcher | readonly Matcher[])[] | undefined>>,
): PlacedMatcher[] {
  return Object.entries(given).flatMap(([key, items = []]) =>
    items.flatMap((item, i): PlacedMatcher[] =>
      isList(item)
        ? item.map((matcher) => ({ ...matcher, path: [key, i] }))
        : [{ ...item, path: [key, item.name] }],
    ),
  );
}

function isList(item: Matcher | readonly Matcher[]): item is readonly Matcher[] {
  return Array.isArray(item);
}
