import type { Incident } from '../incident.ts';

interface Pace {
  service: string;
  issueId: string;
  /** Counts of the issue at some times, the earliest first: as it was at least 5 minutes ago, and since then. */
  counts: { at: number; count: number }[];
}

const windowMillis = 5 * 60_000;
const stepMillis = 15_000;
/** Incidents that are followed: those that began last. */
const mostFollowed = 1_000;

/** How many events the issues that people are told of had of late. */
export class IssuePace {
  private readonly paces = new Map<string, Pace>();

  /** An incident was stored. @param now milliseconds since the Unix epoch. @param isNew it had no events before */
  note({ key, state, issue, labels, revision }: Incident, now: number, isNew = revision === 1): void {
    if (issue === undefined) return;
    if (state === 'ended') {
      this.paces.delete(key);
      return;
    }
    const { count } = issue;
    let pace = this.paces.get(key);
    if (pace === undefined) {
      // Of one that was there before, it is not known when its events were.
      pace = {
        service: labels['service'] ?? '',
        issueId: issue.id,
        counts: [{ at: now, count: isNew ? 0 : count }],
      };
      this.paces.set(key, pace);
      if (this.paces.size > mostFollowed) this.paces.delete(this.paces.keys().next().value!);
    }
    const last = pace.counts.at(-1)!;
    if (pace.counts.length > 1 && now - last.at < stepMillis && now >= last.at) last.count = count;
    else pace.counts.push({ at: now, count });
    while (pace.counts.length > 2 && now - pace.counts[1]!.at > windowMillis) pace.counts.shift();
  }

  /** The incident about this issue, if it fires. */
  incidentOf(issueId: string): string | undefined {
    for (const [key, pace] of this.paces) if (pace.issueId === issueId) return key;
    return undefined;
  }

  /** The incident with the most events in the last 5 minutes, about. */
  mostOf(service: string, now: number): { key: string; events: number } | undefined {
    let most: { key: string; events: number } | undefined;
    for (const [key, pace] of this.paces) {
      if (pace.service !== service) continue;
      const events = eventsIn(pace, now);
      if (events > (most?.events ?? 0)) most = { key, events };
    }
    return most;
  }
}

function eventsIn({ counts }: Pace, now: number): number {
  const since = counts.findLast(({ at }) => now - at >= windowMillis) ?? counts[0]!;
  return counts.at(-1)!.count - since.count;
}
