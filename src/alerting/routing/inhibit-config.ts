import * as z from 'zod';
import type { InhibitRule } from './inhibition.ts';
import { matcherList, matcherMap, type PlacedMatcher, placed } from './placed-matcher.ts';

/** A rule as it was read. */
export interface InhibitConfig extends InhibitRule {
  source: readonly PlacedMatcher[];
  target: readonly PlacedMatcher[];
}

export const inhibitSchema = z
  .strictObject({
    name: z.string().max(256).optional().describe('for people'),
    source_matchers: matcherList('which alerts silence others while they fire: matchers on their labels'),
    source_match: matcherMap('=', 'Alertmanager’s older form of them: labels and their values'),
    source_match_re: matcherMap('=~', 'the same with regular expressions (RE2)'),
    target_matchers: matcherList('which alerts they silence'),
    target_match: matcherMap('=', 'Alertmanager’s older form of them: labels and their values'),
    target_match_re: matcherMap('=~', 'the same with regular expressions (RE2)'),
    equal: z
      .array(z.string().min(1).max(256))
      .max(100, 'more than 100 labels')
      .default([])
      .describe('labels that both must have alike; one that neither has is alike'),
  })
  .transform((rule): InhibitConfig => {
    const { source_matchers, source_match, source_match_re, target_matchers, target_match, target_match_re } =
      rule;
    return {
      source: placed({ source_matchers, source_match, source_match_re }),
      target: placed({ target_matchers, target_match, target_match_re }),
      equal: rule.equal,
    };
  });
