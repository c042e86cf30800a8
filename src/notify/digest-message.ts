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
  const severity = first?.issue.severity ?? 'high';
  const services = [...new Set(worst.map(({ issue }) => issue.service))].join(', ');
  return {
    state: 'firing',
    severity,
    summary: `[${severity.toUpperCase()}] ${title}, of ${services}`,
    title,
    detail: 'They are more than the budget of this channel has room for, so each has no message of its own.',
    facts: worst.map(({ issue }) => ({
      name: `${issue.severity} · ${issue.service}`,
      value: `${titleOf(issue)} (${issue.shortId})`,
    })),
    news: [],
    links: [],
    frames: [],
    footer: 'all of them: GET /api/alerts · alerts.budget',
  };
}
