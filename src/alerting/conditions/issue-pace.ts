import type { Issue } from '../../issues/issue.ts';
import type { Incident } from '../incident.ts';
import { CountHistory, countedMillis } from './count-history.ts';

interface Followed {
  issue: Issue;
  counts: CountHistory;
  /** The incident about it, if there is one, and when that ended. */
  incident: { key: string; endedAt: number | undefined } | undefined;
}

/** Issues that are followed: those that changed last. */
const mostFollowed = 2_000;

/** How many events issues had of late, and which incidents tell of them. All times are by the monotonic clock: nobody sets that. */
export class IssuePace {
  private readonly issues = new Map<string, Followed>();

  /** An issue has changed. @param isNew it had no events before */
  note(issue: Issue, now: number, isNew: boolean): void {
    const known = this.issues.get(issue.id);
    // Of one that was there before, it is not known when its events were.
    const counts = known?.counts ?? new CountHistory(now, isNew ? 0 : issue.count);
    counts.add(now, issue.count);
    this.issues.delete(issue.id);
    this.issues.set(issue.id, { issue, counts, incident: known?.incident });
    if (this.issues.size > mostFollowed) this.issues.delete(this.issues.keys().next().value!);
  }

  /** An incident about it has begun, gone on or ended. */
  noteIncident({ key, state, issue, revision }: Incident, now: number): void {
    if (issue === undefined) return;
    if (!this.issues.has(issue.id)) this.note(issue, now, revision === 1);
    const followed = this.issues.get(issue.id)!;
    const endedAt = state === 'firing' ? undefined : (followed.incident?.endedAt ?? now);
    followed.incident = { key, endedAt };
  }

  /** The incident about this issue, if it fires. */
  incidentOf(issueId: string): string | undefined {
    const incident = this.issues.get(issueId)?.incident;
    return incident?.endedAt === undefined ? incident?.key : undefined;
  }

  /** The incident that fired in the last 5 minutes and whose issue had the most events in them: what failed then was told by it. */
  mostOf(service: string, now: number): { key: string; events: number } | undefined {
    let most: { key: string; events: number } | undefined;
    for (const { issue, counts, incident } of this.issues.values()) {
      if (incident === undefined || issue.service !== service) continue;
      if (incident.endedAt !== undefined && now - incident.endedAt >= countedMillis) continue;
      const events = counts.rise(now);
      if (events > (most?.events ?? 0)) most = { key: incident.key, events };
    }
    return most;
  }

  /** Events in the last 5 minutes of issues of the service that are expected. */
  expectedOf(service: string, now: number): number {
    let events = 0;
    for (const { issue, counts } of this.issues.values())
      if (issue.expected && issue.service === service) events += counts.rise(now);
    return events;
  }

  /** Undefined if it is not followed. */
  issue(id: string): Issue | undefined {
    return this.issues.get(id)?.issue;
  }

  /** Issues that had events in the last 5 minutes. */
  active(now: number): { issue: Issue; events: number }[] {
    return Array.from(this.issues.values(), ({ issue, counts }) => ({
      issue,
      events: counts.rise(now),
    })).filter(({ events }) => events > 0);
  }
}
