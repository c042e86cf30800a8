import type { Silence, SilenceMatcher, WantedSilence } from '../../../src/alerting/silences/silence.ts';
import { parseMatchers } from '../../../src/match/parse-list.ts';

export const now = Date.parse('2026-11-30T12:00:00Z');
export const hour = 3_600_000;

/** `a="b", c=~"d|e"`. */
export function matchersOf(text: string): SilenceMatcher[] {
  return parseMatchers(text).map(({ name, operator, value }) => {
    return { name, operator: operator as SilenceMatcher['operator'], value };
  });
}

/** From now on for an hour, unless said. */
export function wanted(matchers: string, given: Partial<WantedSilence> = {}): WantedSilence {
  return {
    matchers: matchersOf(matchers),
    startsAt: now,
    endsAt: now + hour,
    createdBy: 'alice',
    comment: 'known',
    ...given,
  };
}

export function silence(matchers: string, given: Partial<Silence> = {}): Silence {
  return { ...wanted(matchers), id: 'one', updatedAt: now, ...given };
}
