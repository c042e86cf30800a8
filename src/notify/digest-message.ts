import type { Incident } from '../alerting/incident.ts';
import { titleOf } from './incident-message.ts';
import type { Message } from './message.ts';

/** What is in a digest. */
export interface Digested {
  /** All in all. */
  count: number;
  /** Since when; milliseconds since the Unix epoch. */
  since: number;
  /** Of those that came last, the worst, the worst of them first. */
  worst: readonly Incident[];
}

/** The one message about incidents that would have been too many. */
export function digestMessage({ count, since, worst }: Digested, now: number): Message {
  const [first] = worst;
  const what = `${count} more ${count === 1 ? 'incident' : 'incidents'}`;
  const minutes = Math.max(1, Math.round((now - since) / 60_000));
  const title = `${what} in ${minutes} min`;
  const severity = first?.severity ?? 'high';
  const services = [...new Set(worst.flatMap(({ labels }) => labels['service'] ?? []))].join(', ');
  return {
    state: 'firing',
    severity,
    summary: `[${severity.toUpperCase()}] ${title}${services === '' ? '' : `, of ${services}`}`,
    title,
    detail: 'They are more than the budget of this channel has room for, so each has no message of its own.',
    facts: worst.map((incident) => ({
      name: [incident.severity, incident.labels['service'] ?? ''].filter((part) => part !== '').join(' · '),
      value: whatOf(incident),
    })),
    news: [],
    links: [],
    frames: [],
    footer: 'all of them: GET /api/alerts · alerts.budget',
  };
}

function whatOf({ issue, condition }: Incident): string {
  return issue === undefined ? condition.title : `${titleOf(issue)} (${issue.shortId})`;
}
