import type { ErrorClass, Severity } from '../errors/error-event.ts';
import type { IssueState } from '../issues/issue.ts';

/**
 * What the admin API says, as types: the server's answers are checked against them, and a browser's code can import them.
 * Times are RFC 3339. A value that is not known is null.
 */
export interface IssueAnswer {
  id: string;
  short_id: string;
  title: string;
  type: string;
  message: string;
  service: string;
  environment: string;
  severity: Severity;
  class: ErrorClass;
  state: IssueState;
  count: number;
  operation: string;
  first_seen: string;
  last_seen: string;
  first_version: string | null;
  last_version: string | null;
  resolved_by: string | null;
  resolved_at: string | null;
  /** Calls of the app's own code in the last event, the failing one first. */
  frames: readonly FrameAnswer[];
}

export interface FrameAnswer {
  function: string | null;
  file: string | null;
  line: number | null;
}

export interface PageAnswer<T> {
  items: readonly T[];
  next_cursor: string | null;
}

/** RFC 9457. */
export interface ProblemAnswer {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
}

export interface HealthAnswer {
  status: HealthStatus;
  components: Readonly<Record<string, ComponentHealth>>;
}

export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

export interface ComponentHealth {
  status: HealthStatus;
  detail?: string;
}
