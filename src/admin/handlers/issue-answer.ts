import type { Issue } from '../../issues/issue.ts';
import type { IssueLogEntry } from '../../issues/issue-action.ts';
import type { HistoryAnswer, IssueAnswer } from '../contract.ts';
import { time } from './time.ts';

/** @param trend events in each of the last hours */
export function issueAnswer(issue: Issue, trend: readonly number[]): IssueAnswer {
  return {
    id: issue.id,
    short_id: issue.shortId,
    title: titleOf(issue),
    type: issue.type,
    message: issue.message,
    service: issue.service,
    environment: issue.environment,
    severity: issue.severity,
    expected: issue.expected,
    class: issue.class,
    state: issue.state,
    swallowed: issue.swallowed,
    likely_cause: issue.likelyCause ?? null,
    count: issue.count,
    users: issue.users,
    pods: issue.pods,
    operation: issue.operation,
    first_seen: time(issue.firstSeen),
    last_seen: time(issue.lastSeen),
    first_version: issue.firstVersion || null,
    first_version_at: timeOrNull(issue.firstVersionAt),
    last_version: issue.lastVersion || null,
    resolved_by: issue.resolvedBy ?? null,
    resolved_at: timeOrNull(issue.resolvedAt),
    resolved_in_next_version: issue.resolvedInNextVersion,
    acknowledged_by: issue.acknowledgedBy ?? null,
    acknowledged_at: timeOrNull(issue.acknowledgedAt),
    ignored_until: timeOrNull(issue.ignoredUntil),
    ignored_until_escalating: issue.ignoredUntilEscalating === true,
    ignored_until_count: issue.ignoredUntilCount ?? null,
    trend: [...trend],
    frames: issue.frames.map((frame) => ({
      function: frame.function ?? null,
      file: frame.file ?? null,
      line: frame.line ?? null,
    })),
  };
}

export function historyAnswer({ at, by, action }: IssueLogEntry): HistoryAnswer {
  const { until, moreEvents } = action.kind === 'ignore' ? action : {};
  return {
    at: time(at),
    by,
    action: action.kind,
    in_next_version: action.kind === 'resolve' && action.inNextVersion,
    until: timeOrNull(until),
    events: moreEvents ?? null,
    until_escalating: action.kind === 'ignore' && action.untilEscalating === true,
  };
}

function timeOrNull(millis: number | undefined): string | null {
  return millis === undefined ? null : time(millis);
}

export function titleOf({ type, message }: Issue): string {
  const said = firstLine(message);
  return said === '' ? type : `${type}: ${said}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
