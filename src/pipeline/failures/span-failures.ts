import { spanAttributes } from '../../conventions/attributes.ts';
import { extractErrors } from '../../errors/extract.ts';
import type { Failure } from '../../errors/failure.ts';
import { userIn } from '../../errors/failure-details.ts';
import type { Outcome } from '../../errors/outcome.ts';
import { Attempts, attemptOf } from './attempts.ts';
import { SpanBreadcrumbs } from './breadcrumbs.ts';
import { FailedCalls } from './failed-calls.ts';
import type { OpenFailure } from './open-failures.ts';
import { Outcomes } from './outcomes.ts';
import type { RequestSpans } from './request-spans.ts';
import type { RecentLogs } from './recent-logs.ts';

/** The failures of one request of spans, each with what is known around it. */
export class SpanFailures {
  readonly outcomes: Outcomes;
  private readonly spans: RequestSpans;
  private readonly calls: FailedCalls;
  private readonly breadcrumbs: SpanBreadcrumbs;
  private readonly recent: Pick<RecentLogs, 'of'>;

  /** @param failed the spans that failed */
  constructor(spans: RequestSpans, failed: readonly number[], recent: Pick<RecentLogs, 'of'>) {
    const { traces, view } = spans;
    this.spans = spans;
    this.outcomes = new Outcomes(traces, view, new Attempts(traces, view, failed));
    this.calls = new FailedCalls(traces, view, failed);
    this.breadcrumbs = new SpanBreadcrumbs(traces, view);
    this.recent = recent;
  }

  outcomeOf(index: number): Outcome {
    return this.outcomes.of(index);
  }

  /** What failed in this span. */
  extract(index: number, outcome: Outcome): Failure[] {
    const { view, traces, resourceFacts } = this.spans;
    const task = this.spans.tasks.contextOf(index);
    const root = view.moveTo(traces.rootOf(index));
    const rootName = traces.isLocalRoot(root) ? root.name : undefined;
    const facts = resourceFacts[view.moveTo(index).resource]!;
    return extractErrors(view, {
      ...facts,
      localRoot: traces.isLocalRoot(view),
      rootName,
      outcome,
      task,
      rootUser: () => this.userOf(traces.rootOf(index)),
      breadcrumbs: () => [...this.breadcrumbs.of(index), ...this.recent.of(view.moveTo(index).traceId)],
      dependency: () => this.calls.dependencyOf(index),
      likelyCause: () => this.calls.likelyCauseOf(index),
    });
  }

  private userOf(root: number): string {
    return userIn(this.spans.view.moveTo(root).attributes(userAttributes));
  }

  /** What must be known of a failure to see later what becomes of it. */
  open(index: number): Omit<OpenFailure, 'event'> {
    return {
      attempt: attemptOf(this.spans.view.moveTo(index)),
      spanFailed: this.outcomes.hasFailed(index),
    };
  }

  /** Why something failed that is above this failure, in one line. */
  asCause(index: number): string {
    const call = this.calls.likelyCauseOf(index);
    if (call !== undefined) return call;
    const [failure] = this.extract(index, 'open');
    const { type, message, operation } = failure!.describe();
    return `${operation} → ${type}: ${message}`.split('\n', 1)[0]!.slice(0, longestCause);
  }
}

const userAttributes: ReadonlySet<string> = new Set(spanAttributes.user);

const longestCause = 240;
