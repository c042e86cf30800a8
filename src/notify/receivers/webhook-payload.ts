import type { Condition } from '../../alerting/conditions/condition.ts';
import type { Incident } from '../../alerting/incident.ts';
import type { Frame } from '../../errors/error-event.ts';
import type { Issue } from '../../issues/issue.ts';
import { isoTime } from '../../runtime/iso-time.ts';
import { cut, harmless } from '../cut.ts';
import type { Message } from '../message.ts';

/** Of the shape below: it rises when a field goes or means something else; one may be added at any time. */
const version = '1';

/** How much of each text is sent, so that a body has less than 64 KiB whatever an app says: a letter may take three bytes. */
const most = { message: 4096, text: 500, frame: 300, frames: 10 } as const;

/** What happened to the incident; `test` = nothing, somebody tries the receiver. */
export type WebhookEvent = 'opened' | 'updated' | 'ended' | 'test';

/** The body of a webhook, as docs/webhook.md describes it: the names are those of the API. */
export function webhookPayload(receiver: string, message: Message, isShown: boolean): object {
  const { incident, summary } = message;
  const event: WebhookEvent =
    incident === undefined ? 'test' : incident.state === 'ended' ? 'ended' : isShown ? 'updated' : 'opened';
  return {
    version,
    event,
    receiver,
    summary: text(summary),
    incident: incident === undefined ? null : incidentOf(incident),
  };
}

function incidentOf(incident: Incident): object {
  const labels = Object.entries(incident.labels).map(([name, value]) => [name, text(value)]);
  return {
    id: incident.key,
    alertname: incident.alertname,
    state: incident.state,
    severity: incident.severity,
    revision: incident.revision,
    labels: Object.fromEntries(labels) as object,
    starts_at: isoTime(incident.startsAt),
    ends_at: timeOrNull(incident.endsAt),
    end_reason: incident.endReason ?? null,
    issue: incident.issue === undefined ? null : issueOf(incident.issue),
    condition: incident.condition === undefined ? null : conditionOf(incident.condition),
  };
}

function conditionOf({ title, detail, facts }: Condition): object {
  return {
    title: text(title),
    detail: text(detail, most.message),
    facts: Object.fromEntries(facts.map(({ name, value }) => [name, text(value)])) as object,
  };
}

function issueOf(issue: Issue): object {
  return {
    id: issue.id,
    short_id: text(issue.shortId),
    type: text(issue.type),
    message: text(issue.message, most.message),
    service: text(issue.service),
    environment: text(issue.environment),
    operation: text(issue.operation),
    component: text(issue.component),
    severity: issue.severity,
    class: issue.class,
    state: issue.state,
    swallowed: issue.swallowed,
    likely_cause: textOrNull(issue.likelyCause),
    count: issue.count,
    users: issue.users,
    pods: issue.pods,
    first_seen: isoTime(issue.firstSeen),
    last_seen: isoTime(issue.lastSeen),
    first_version: textOrNull(issue.firstVersion),
    first_version_at: timeOrNull(issue.firstVersionAt),
    last_version: textOrNull(issue.lastVersion),
    acknowledged_by: textOrNull(issue.acknowledgedBy),
    acknowledged_at: timeOrNull(issue.acknowledgedAt),
    resolved_by: textOrNull(issue.resolvedBy),
    resolved_at: timeOrNull(issue.resolvedAt),
    frames: issue.frames.slice(0, most.frames).map(frameOf),
  };
}

function frameOf({ function: name, file, line }: Frame): object {
  return {
    function: textOrNull(name, most.frame),
    file: textOrNull(file, most.frame),
    line: line ?? null,
  };
}

/** JSON hides nothing, but who reads it may print it. */
function text(value: string, max: number = most.text): string {
  return cut(harmless(value), max);
}

function textOrNull(value: string | undefined, max?: number): string | null {
  return value === undefined || value === '' ? null : text(value, max);
}

function timeOrNull(millis: number | undefined): string | null {
  return millis === undefined ? null : isoTime(millis);
}
