import type { Issue } from '../../issues/issue.ts';
import type { Incident } from '../incident.ts';
import { CountHistory } from './count-history.ts';

interface Followed {
  issue: Issue;
  counts: CountHistory;
  /** The incident about it, if it fires. */
  incident: string | undefined;
}

/** Issues that are followed: those that changed last. */
const mostFollowed = 2_000;

/** How many events issues had of late, and which incidents tell of them. */
export class IssuePace {
  private readonly issues = new Map<string, Followed>();

  /** An issue has changed. @param now milliseconds since the Unix epoch. @param isNew it had no events before */
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
    this.issues.get(issue.id)!.incident = state === 'firing' ? key : undefined;
  }

  /** The incident about this issue, if it fires. */
  incidentOf(issueId: string): string | undefined {
    return this.issues.get(issueId)?.incident;
  }

  /** The firing incident whose issue had the most events in the last 5 minutes. */
  mostOf(service: string, now: number): { key: string; events: number } | undefined {
    let most: { key: string; events: number } | undefined;
    for (const { issue, counts, incident } of this.issues.values()) {
      if (incident === undefined || issue.service !== service) continue;
      const events = counts.rise(now);
      if (events > (most?.events ?? 0)) most = { key: incident, events };
    }
    return most;
  }

  /** Issues that had events in the last 5 minutes. */
  active(now: number): { issue: Issue; events: number }[] {
    return Array.from(this.issues.values(), ({ issue, counts }) => ({
      issue,
      events: counts.rise(now),
    })).filter(({ events }) => events > 0);
  }
}
