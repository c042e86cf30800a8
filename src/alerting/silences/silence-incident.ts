import type { Incident } from '../incident.ts';
import type { WantedSilence } from './silence.ts';

export interface SilenceReason {
  createdBy: string;
  comment: string;
  durationMillis: number;
}

/**
 * A silence of one incident from now on, such as a button asks for: by all of its labels as they are. Should it become another
 * alert, a critical one, say, people are told.
 */
export function silenceOf(
  incident: Incident,
  { createdBy, comment, durationMillis }: SilenceReason,
  now: number,
): WantedSilence {
  const matchers = Object.entries(incident.labels).map(([name, value]) => {
    return { name, operator: '=' as const, value };
  });
  return { matchers, startsAt: now, endsAt: now + durationMillis, createdBy, comment };
}
