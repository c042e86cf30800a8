import type { MatcherText, TextOperator } from '../../match/matcher.ts';

/** Numbers are not compared: labels are texts. */
export interface SilenceMatcher extends MatcherText {
  operator: TextOperator;
}

/**
 * For a time, people are not told of the alerts whose labels all of these match: somebody knows of them, and says why. Times are
 * milliseconds since the Unix epoch.
 */
export interface Silence {
  /** A UUID. */
  id: string;
  matchers: readonly SilenceMatcher[];
  startsAt: number;
  endsAt: number;
  updatedAt: number;
  createdBy: string;
  comment: string;
}

/** A silence as somebody asks for it. */
export interface WantedSilence extends Omit<Silence, 'id' | 'updatedAt'> {
  /** Of the one that is to be changed; undefined: a new one. */
  id?: string | undefined;
}

export const silenceStates = ['active', 'pending', 'expired'] as const;
export type SilenceState = (typeof silenceStates)[number];

/** How long one that has expired can still be looked at: Alertmanager's `--data.retention`. */
export const expiredRetentionMillis = 120 * 3_600_000;

/** Those that have expired included, which make room for new ones. */
export const mostSilences = 1000;

/** Of all that have not expired: they are compiled as long as they last. A thousand of ordinary ones have less. */
export const mostRegexSizeOfAll = 50_000;

export function stateOf({ startsAt, endsAt }: Silence, now: number): SilenceState {
  if (now >= endsAt) return 'expired';
  return now < startsAt ? 'pending' : 'active';
}
