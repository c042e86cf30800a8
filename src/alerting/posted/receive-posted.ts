import { changedCondition, endedCondition, raisedCondition } from '../conditions/condition-incident.ts';
import { withoutSecrets } from '../conditions/condition.ts';
import type { ConditionIncident } from '../incident.ts';
import { type PostedAlert, postedCondition, postedKey, resolveMillis } from './posted-alert.ts';

/** A posted alert that fires. */
export interface StandingPosted {
  incident: ConditionIncident;
  /** When it is over unless it is posted again; milliseconds since the Unix epoch. */
  endsAt: number;
}

/** By the labels. */
export type StandingAlerts = ReadonlyMap<string, StandingPosted>;

export interface Received {
  standing: StandingAlerts;
  /** Those that are new, over, or to be shown differently. */
  incidents: readonly ConditionIncident[];
}

/** Alerts that fire at once; the limit is there for who posts without end. */
export const mostPosted = 2_000;

/** What comes of alerts that are posted, in their order, and of the time. @param standing before */
export function receivePosted(
  posted: readonly PostedAlert[],
  standing: StandingAlerts,
  now: number,
  redact: (text: string) => string,
): Received {
  const next = new Map(standing);
  const changed = new Map<string, ConditionIncident>();
  const set = (key: string, incident: ConditionIncident, endsAt: number): void => {
    changed.set(incident.key, incident);
    if (incident.state === 'ended') next.delete(key);
    else next.set(key, { incident, endsAt });
  };
  for (const alert of posted) {
    const key = postedKey(alert.labels);
    const known = next.get(key);
    const endsAt = alert.endsAt ?? now + resolveMillis;
    if (endsAt <= now) {
      if (known !== undefined) set(key, endedCondition(known.incident, now), endsAt);
      continue;
    }
    const condition = withoutSecrets(postedCondition(alert), redact);
    if (known === undefined) {
      if (next.size < mostPosted) set(key, raisedCondition(condition, now, alert.startsAt, key), endsAt);
      continue;
    }
    const incident = changedCondition(known.incident, condition, now);
    if (incident === undefined) next.set(key, { incident: known.incident, endsAt });
    else set(key, incident, endsAt);
  }
  for (const [key, { incident, endsAt }] of next)
    if (endsAt <= now) set(key, endedCondition(incident, now), endsAt);
  return { standing: next, incidents: [...changed.values()] };
}

/** What fires after a start: who posted it has some time to say so again. */
export function standingPosted(incidents: readonly ConditionIncident[], now: number): StandingAlerts {
  return new Map(
    incidents.map((incident) => [
      postedKey(incident.condition.labels ?? {}),
      { incident, endsAt: now + resolveMillis },
    ]),
  );
}
