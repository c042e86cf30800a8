import type { Alert, Incident } from '../../alerting/incident.ts';
import { severities } from '../../errors/error-event.ts';
import { issueAnswer, titleOf } from '../../admin/handlers/issue-answer.ts';
import type { Replayed } from './replay.ts';

const time = (millis: number): string => new Date(millis).toISOString();

/** What `replay --json` prints: times in RFC 3339 on the data's clock. */
export function replayJson({ ledger, dropped, issues, incidents, messages, metrics }: Replayed): string {
  return JSON.stringify({
    ledger,
    dropped: dropped.filter(({ spans }) => spans > 0).map(({ rule, spans }) => ({ rule, spans })),
    issues: issues.map(({ issue, trend }) => issueAnswer(issue, trend)),
    alerts: alertsOf(incidents).map(({ alertname, incident: { severity, labels }, startsAt, endsAt }) => ({
      alertname,
      severity,
      service: labels['service'] ?? '',
      labels: { ...labels, alertname },
      starts_at: time(startsAt),
      ends_at: endsAt === undefined ? null : time(endsAt),
    })),
    messages: messages.map(({ at, ...message }) => ({ ...message, at: time(at) })),
    metrics,
  });
}

/** The same for people. */
export function replayText({ ledger, dropped, issues, incidents, messages, metrics }: Replayed): string {
  const sections: [title: string, lines: string[]][] = [
    [
      'received',
      Object.entries(ledger)
        .filter(([, { received }]) => received > 0)
        .map(([signal, counts]) => `${signal}: ${fatesOf(counts)}`),
    ],
    [
      'dropped as noise',
      dropped.filter(({ spans }) => spans > 0).map(({ rule, spans }) => `${rule}: ${spans} spans`),
    ],
    [
      'issues',
      issues
        .map(({ issue }) => issue)
        .toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity))
        .map(
          (issue) =>
            `${issue.shortId}  ${issue.severity}  ${issue.service}  ${issue.count} × ${titleOf(issue)}  (${time(issue.firstSeen)} to ${time(issue.lastSeen)})`,
        ),
    ],
    [
      'alerts',
      alertsOf(incidents).map(
        ({ alertname, incident: { severity, labels, endReason }, startsAt, endsAt }) =>
          `${time(startsAt)}  ${alertname}  ${severity}  ${labels['service'] ?? ''}  ${labels['issue'] ?? ''}${endsAt === undefined ? ', still firing' : `, ended ${time(endsAt)}${endReason === undefined ? '' : ` (${endReason})`}`}`,
      ),
    ],
    ['messages', messages.map(({ at, receiver, kind, text }) => `${time(at)}  ${receiver} ${kind}: ${text}`)],
  ];
  const texts = sections.map(([title, lines]) => `${title}\n${list(lines)}`);
  return `${texts.join('\n')}\nmetrics\n\n${metrics}`;
}

/** In the order in which they began. */
function alertsOf(incidents: readonly Incident[]): (Alert & { incident: Incident })[] {
  return incidents
    .flatMap((incident) => incident.alerts.map((alert) => ({ ...alert, incident })))
    .toSorted((a, b) => a.startsAt - b.startsAt);
}

function fatesOf({ received, ...fates }: Readonly<Record<string, number>>): string {
  const others = Object.entries(fates).filter(([, count]) => count > 0);
  const parts = others.map(([fate, count]) => `${count} ${fate.replace('_', ' ')}`);
  return parts.length === 0 ? String(received) : `${received}: ${parts.join(', ')}`;
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? '  none\n' : lines.map((line) => `  ${printable(line)}\n`).join('');
}

/** Texts of apps, on a terminal. */
function printable(line: string): string {
  return line.replace(/\p{C}/gu, (character) => (character === '\n' ? '⏎' : '�'));
}
