import type { Issue } from '../../issues/issue.ts';
import type { IssueAnswer } from '../contract.ts';
import { time } from './time.ts';

export function issueAnswer(issue: Issue): IssueAnswer {
  return {
    id: issue.id,
    short_id: issue.shortId,
    title: `${issue.type}: ${firstLine(issue.message)}`,
    type: issue.type,
    message: issue.message,
    service: issue.service,
    environment: issue.environment,
    severity: issue.severity,
    expected: issue.expected,
    class: issue.class,
    state: issue.state,
    count: issue.count,
    operation: issue.operation,
    first_seen: time(issue.firstSeen),
    last_seen: time(issue.lastSeen),
    first_version: issue.firstVersion || null,
    last_version: issue.lastVersion || null,
    resolved_by: issue.resolvedBy ?? null,
    resolved_at: issue.resolvedAt === undefined ? null : time(issue.resolvedAt),
    frames: issue.frames.map((frame) => ({
      function: frame.function ?? null,
      file: frame.file ?? null,
      line: frame.line ?? null,
    })),
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
