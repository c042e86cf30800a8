import { createHash } from 'node:crypto';
import type { ConditionIncident } from '../incident.ts';
import { conditionLabels } from '../labels.ts';
import { type Condition, subjectKey } from './condition.ts';

/** Numbers change with every look; people are shown them no more often than this. */
const updateMillis = 60_000;

/**
 * Each time that it comes to hold is an incident of its own: what was told an hour ago is over.
 * @param startsAt if that is known; milliseconds since the Unix epoch
 */
export function raisedCondition(condition: Condition, now: number, startsAt = now): ConditionIncident {
  const { alertname, severity } = condition;
  const subject = `condition:${subjectKey(condition)}:${now}`;
  return {
    key: createHash('sha256').update(subject).digest('hex').slice(0, 32),
    alertname,
    alerts: [{ alertname, startsAt, endsAt: undefined, revision: 1 }],
    labels: conditionLabels(condition),
    severity,
    state: 'firing',
    revision: 1,
    stateRevision: 1,
    startsAt,
    lastHeardAt: now,
    endsAt: undefined,
    endReason: undefined,
    condition,
  };
}

/** Undefined if there is nothing to be shown differently, or not yet. */
export function changedCondition(
  incident: ConditionIncident,
  found: Condition,
  now: number,
): ConditionIncident | undefined {
  const { condition: shown, lastHeardAt, severity } = incident;
  const condition = found.explainedBy === undefined ? stillExplained(found, shown) : found;
  const isOther = condition.severity !== severity || condition.explainedBy !== shown.explainedBy;
  const isDue = Math.abs(now - lastHeardAt) >= updateMillis;
  if (!isOther && (!isDue || shownOf(condition) === shownOf(shown))) return undefined;
  return {
    ...incident,
    labels: conditionLabels(condition),
    severity: condition.severity,
    revision: incident.revision + 1,
    lastHeardAt: now,
    condition,
  };
}

/** All that people see of it. */
function shownOf({ title, figure, detail, facts, links }: Condition): string {
  return JSON.stringify([title, figure, detail, facts, links]);
}

/** What was told once, as a failure of which nothing more is heard, is not told again when that is over. */
function stillExplained(found: Condition, shown: Condition): Condition {
  if (found.since === undefined || found.since !== shown.since) return found;
  return { ...found, explainedBy: shown.explainedBy };
}

export function endedCondition(incident: ConditionIncident, now: number): ConditionIncident {
  const revision = incident.revision + 1;
  return {
    ...incident,
    alerts: incident.alerts.map((alert) => ({ ...alert, endsAt: now })),
    state: 'ended',
    revision,
    stateRevision: revision,
    lastHeardAt: now,
    endsAt: now,
    endReason: 'resolved',
  };
}
