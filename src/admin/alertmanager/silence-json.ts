import {
  type Silence,
  type SilenceMatcher,
  silenceStates,
  stateOf,
  type WantedSilence,
} from '../../alerting/silences/silence.ts';
import type { MatcherText } from '../../match/matcher.ts';
import { isoTime } from '../../runtime/iso-time.ts';
import type { GettableSilence, MatcherJson, PostableSilence } from '../contract/alertmanager.ts';

export function wantedSilence({ id, matchers, ...given }: PostableSilence): WantedSilence {
  return {
    // As in Alertmanager, no text is no id.
    id: id === '' ? undefined : id,
    matchers: matchers.map(({ name, value, ...kind }) => ({ name, operator: operatorOf(kind), value })),
    startsAt: Date.parse(given.startsAt),
    endsAt: Date.parse(given.endsAt),
    createdBy: given.createdBy,
    comment: given.comment,
  };
}

export function gettableSilence(silence: Silence, now: number): GettableSilence {
  const { id, matchers, startsAt, endsAt, updatedAt, createdBy, comment } = silence;
  return {
    id,
    status: { state: stateOf(silence, now) },
    matchers: matchers.map(({ name, operator, value }) => ({ name, value, ...kinds[operator] })),
    startsAt: isoTime(startsAt),
    endsAt: isoTime(endsAt),
    updatedAt: isoTime(updatedAt),
    createdBy,
    comment,
    annotations: {},
  };
}

type Kind = Pick<MatcherJson, 'isEqual' | 'isRegex'>;
const kinds: Record<SilenceMatcher['operator'], Kind> = {
  '=': { isEqual: true, isRegex: false },
  '!=': { isEqual: false, isRegex: false },
  '=~': { isEqual: true, isRegex: true },
  '!~': { isEqual: false, isRegex: true },
};

function operatorOf({ isEqual, isRegex }: Kind): SilenceMatcher['operator'] {
  if (isRegex) return isEqual ? '=~' : '!~';
  return isEqual ? '=' : '!=';
}

/** Whether all of these are among the matchers of a silence, word by word. */
export function hasMatchers({ matchers }: Silence, filter: readonly MatcherText[]): boolean {
  return filter.every(({ name, operator, value }) =>
    matchers.some((own) => own.name === name && own.operator === operator && own.value === value),
  );
}

/** Those that act and end the soonest first, then those that begin the soonest, then those that ended last. */
export function inOrder(silences: readonly Silence[], now: number): Silence[] {
  const placeOf = (silence: Silence): [state: number, time: number] => {
    const state = stateOf(silence, now);
    const time = { active: silence.endsAt, pending: silence.startsAt, expired: -silence.endsAt }[state];
    return [silenceStates.indexOf(state), time];
  };
  return silences
    .map((silence) => ({ silence, place: placeOf(silence) }))
    .sort(
      (a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1] || (a.silence.id < b.silence.id ? -1 : 1),
    )
    .map(({ silence }) => silence);
}
