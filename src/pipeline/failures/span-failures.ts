import { spanAttributes } from '../../conventions/attributes.ts';
import { causeText } from '../../errors/call-text.ts';
import { extractErrors } from '../../errors/extract.ts';
import type { Failure } from '../../errors/failure.ts';
import { userIn } from '../../errors/failure-details.ts';
import type { Outcome } from '../../errors/outcome.ts';
import { Attempts, attemptOf, isCall, wasRefused } from './attempts.ts';
import { SpanBreadcrumbs } from './breadcrumbs.ts';
import { FailedCalls } from './failed-calls.ts';
import type { OpenFailure } from './open-failures.ts';
import { Outcomes } from './outcomes.ts';
import type { RequestSpans } from './request-spans.ts';
import type { RecentLogs } from './recent-logs.ts';

/** The failures of one request of spans, each with what is known around it. */
export class SpanFailures {
  readonly outcomes: Outcomes;
  private readonly attempts: Attempts;
  /** It is asked several times. */
  private readonly harmless = new Map<number, boolean>();
  private readonly spans: RequestSpans;
  private readonly calls: FailedCalls;
  private readonly breadcrumbs: SpanBreadcrumbs;
  private readonly recent: Pick<RecentLogs, 'of'>;

  /** @param failed the spans that failed */
  constructor(spans: RequestSpans, failed: readonly number[], recent: Pick<RecentLogs, 'of'>) {
    const { traces, view } = spans;
    this.spans = spans;
    this.attempts = new Attempts(traces, view, failed);
    this.outcomes = new Outcomes(traces, view, this.attempts);
    this.calls = new FailedCalls(traces, view, failed, this.attempts);
    this.breadcrumbs = new SpanBreadcrumbs(traces, view);
    this.recent = recent;
  }

  /**
   * What is above it did not fail because of it: another attempt made up for it, or the other side said no. In a job that failed whatever
   * failed is why.
   */
  isHarmless(index: number): boolean {
    let isHarmless = this.harmless.get(index);
    if (isHarmless === undefined) this.harmless.set(index, (isHarmless = this.findWhetherHarmless(index)));
    return isHarmless;
  }

  private findWhetherHarmless(index: number): boolean {
    const { view, tasks } = this.spans;
    if (!isCall(view.moveTo(index))) return false;
    if (this.attempts.isRecovered(index)) return true;
    return wasRefused(view.moveTo(index)) && tasks.contextOf(index)?.ended !== 'failed';
  }

  outcomeOf(index: number): Outcome {
    return this.outcomes.of(index);
  }

  /** What failed in this span. */
  extract(index: number, outcome: Outcome): Failure[] {
    const { view, traces, resourceFacts } = this.spans;
    const task = this.spans.tasks.contextOf(index);
    const root = view.moveTo(traces.rootOf(index));
    const rootName = traces.isLocalRoot(root) ? root.fullName : undefined;
    const facts = resourceFacts[view.moveTo(index).resource]!;
    return extractErrors(view, {
      ...facts,
      rootName,
      outcome,
      task,
      rootUser: () => {
        const user = this.userOf(traces.rootOf(index));
        view.moveTo(index);
        return user;
      },
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
      attempt: attemptOf(this.spans.view.moveTo(index), this.spans.traces.parentHashOf(index)),
      dependency: this.calls.dependencyOf(index),
      spanFailed: this.outcomes.hasFailed(index),
    };
  }

  /** Why something failed that is above this failure; see `causeText`. */
  asCause(index: number): string {
    const call = this.calls.likelyCauseOf(index);
    if (call !== undefined) return call;
    const [failure] = this.extract(index, 'open');
    const { type, message, operation } = failure!.describe();
    return causeText(operation, `${type}: ${message}`);
  }
}

const userAttributes: ReadonlySet<string> = new Set(spanAttributes.user);
