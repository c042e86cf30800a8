import type { Incident } from '../alerting/incident.ts';
import { titleOf } from './incident-message.ts';
import type { Digested, Fact, Message } from './message.ts';

/** The one message about incidents that would have been too many. */
export function digestMessage(digest: Digested, now: number): Message {
  const { count, since, worst } = digest;
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
    detail: 'Over the budget of this channel, so that none has a message of its own. The worst of them:',
    facts: worst.map(factOf),
    news: [],
    links: [],
    frames: [],
    footer: 'all of them: GET /api/alerts · alerts.budget',
    digest,
  };
}

/** One of several incidents that a message is about, in a line. */
export function factOf(incident: Incident): Fact {
  const parts = [incident.labels['service'] ?? '', whatOf(incident)];
  return { name: incident.severity, value: parts.filter((part) => part !== '').join(': ') };
}

function whatOf({ issue, condition }: Incident): string {
  return issue === undefined ? condition.title : `${titleOf(issue)} (${issue.shortId})`;
}
