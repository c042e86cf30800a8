import { createHash } from 'node:crypto';
import type { ConditionIncident } from '../incident.ts';
import { conditionLabels } from '../labels.ts';
import { type Condition, subjectKey } from './condition.ts';

/** Numbers change with every look; people are shown them about once a minute. The looks are never quite on time. */
const updateMillis = 55_000;

/**
 * Each time that it comes to hold is an incident of its own: what was told an hour ago is over.
 * @param startsAt if that is known; milliseconds since the Unix epoch
 * @param subject by which it is told from others that begin at the same time
 */
export function raisedCondition(
  condition: Condition,
  now: number,
  startsAt = now,
  subject = subjectKey(condition),
): ConditionIncident {
  const { alertname, severity } = condition;
  return {
    key: createHash('sha256').update(`condition:${subject}:${now}`).digest('hex').slice(0, 32),
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

/**
 * Undefined if there is nothing to be shown differently, or not yet.
 * @param isRemembered people were told by a process before this one
 */
export function changedCondition(
  incident: ConditionIncident,
  found: Condition,
  now: number,
  isRemembered = false,
): ConditionIncident | undefined {
  const { condition: shown, lastHeardAt } = incident;
  const condition = found.explainedBy === undefined ? stillExplained(found, shown) : found;
  const labels = conditionLabels(condition);
  const isPrompt =
    isRemembered ||
    !isSame(labels, incident.labels) ||
    condition.explainedBy !== shown.explainedBy ||
    condition.onlyFor !== shown.onlyFor;
  const isDue = Math.abs(now - lastHeardAt) >= updateMillis;
  if (!isPrompt && (!isDue || isSame(textsOf(condition), textsOf(shown)))) return undefined;
  return {
    ...incident,
    labels,
    severity: condition.severity,
    revision: incident.revision + 1,
    lastHeardAt: now,
    condition,
  };
}

/** All that a message shows of it, or its place. */
function textsOf({ title, figure, detail, facts, links }: Condition): unknown {
  return [title, figure, detail, facts, links];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What was told once, as a failure of which nothing more is heard, is not told again when that is over. */
function stillExplained(found: Condition, shown: Condition): Condition {
  if (found.since === undefined || found.since !== shown.since) return found;
  return { ...found, explainedBy: shown.explainedBy };
}

export function endedCondition(incident: ConditionIncident, now: number): ConditionIncident {
  const revision = incident.revision + 1;
  // The clock may have been set back.
  const endsAt = Math.max(now, incident.startsAt);
  return {
    ...incident,
    alerts: incident.alerts.map((alert) => ({ ...alert, endsAt })),
    state: 'ended',
    revision,
    stateRevision: revision,
    lastHeardAt: now,
    endsAt,
    endReason: 'resolved',
  };
}
