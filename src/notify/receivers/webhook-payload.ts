import type { Condition } from '../../alerting/conditions/condition.ts';
import type { Incident } from '../../alerting/incident.ts';
import type { Frame } from '../../errors/error-event.ts';
import type { Issue } from '../../issues/issue.ts';
import { isoTime } from '../../runtime/iso-time.ts';
import { cut, harmless } from '../cut.ts';
import { titleOf } from '../incident-message.ts';
import type { Circumstances } from '../circumstances.ts';
import type { Digested, Message } from '../message.ts';
import type { Link } from '../links.ts';

/** Of the shape below: it rises when a field goes or means something else; one may be added at any time. */
const version = '1';

/** How much of each text is sent, so that a body has less than 64 KiB whatever an app says: a letter may take three bytes. */
const most = { message: 4096, text: 500, frame: 300, frames: 5, news: 4, links: 4, url: 1500 } as const;

/** What happened to the incident; `digest` = to more than have a body each; `test` = nothing, somebody tries the receiver. */
export type WebhookEvent = 'opened' | 'updated' | 'ended' | 'digest' | 'test';

/** The body of a webhook, as docs/webhook.md describes it: the names are those of the API. */
export function webhookPayload(receiver: string, message: Message, isShown: boolean): object {
  const { incident, summary, news, links, circumstances, digest, fallbackOf } = message;
  return {
    version,
    event: eventOf(message, isShown),
    receiver,
    summary: text(summary),
    news: news.slice(0, most.news).map(({ text: said, isLoud }) => ({ text: text(said), loud: isLoud })),
    links: links.slice(0, most.links).flatMap(linkOf),
    incident: incident === undefined ? null : incidentOf(incident, circumstances),
    ...(digest !== undefined && { digest: digestOf(digest) }),
    ...(fallbackOf !== undefined && {
      fallback_of: { receiver: fallbackOf.receiver, reason: text(fallbackOf.reason) },
    }),
  };
}

function eventOf({ incident, digest }: Message, isShown: boolean): WebhookEvent {
  if (digest !== undefined) return 'digest';
  if (incident === undefined) return 'test';
  if (incident.state === 'ended') return 'ended';
  return isShown ? 'updated' : 'opened';
}

/** A URL that is cut leads nowhere. */
function linkOf({ text: name, url }: Link): object[] {
  return url.length > most.url ? [] : [{ text: name, url }];
}

function digestOf({ count, since, worst }: Digested): object {
  return {
    count,
    since: isoTime(since),
    worst: worst.map(({ key, alertname, severity, labels, issue, condition }) => ({
      id: key,
      alertname,
      severity,
      service: text(labels['service'] ?? ''),
      environment: text(labels['environment'] ?? ''),
      short_id: textOrNull(issue?.shortId),
      title: text(issue === undefined ? condition.title : titleOf(issue)),
    })),
  };
}

function incidentOf(incident: Incident, circumstances: Circumstances | undefined): object {
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
    trace_id: textOrNull(circumstances?.last?.traceId),
    support_code: textOrNull(circumstances?.last?.supportCode),
    issue:
      incident.issue === undefined ? null : { ...issueOf(incident.issue), trend: circumstances?.trend ?? [] },
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
