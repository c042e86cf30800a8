import { spanAttributes } from '../../conventions/attributes.ts';
import { causeText } from '../../errors/call-text.ts';
import { extractErrors } from '../../errors/extract.ts';
import { type Failure, isMinor } from '../../errors/failure.ts';
import { userIn } from '../../errors/failure-details.ts';
import type { Outcome } from '../../errors/outcome.ts';
import { saysHowBad } from '../../errors/span-failure.ts';
import { Attempts, attemptOf, isCall, wasAnsweredNo, wasRefused } from './attempts.ts';
import { type Below, belowOf, worse } from './awaited-parents.ts';
import { SpanBreadcrumbs } from './breadcrumbs.ts';
import type { EventRecorder } from './event-recorder.ts';
import { FailedCalls } from './failed-calls.ts';
import type { OpenFailure } from './open-failures.ts';
import { Outcomes } from './outcomes.ts';
import type { RequestSpans } from './request-spans.ts';
import type { RecentLogs } from './recent-logs.ts';

export interface SpanFailuresDependencies {
  /** What was logged of late. */
  recent: Pick<RecentLogs, 'of'>;
  recorder: Pick<EventRecorder, 'judge' | 'playsDown'>;
}

/** The failures of one request of spans, each with what is known around it. */
export class SpanFailures {
  readonly outcomes: Outcomes;
  private readonly attempts: Attempts;
  /** They are asked several times. */
  readonly isHarmless = remembering((index) => this.findWhetherHarmless(index));
  readonly isMinor = remembering((index) => this.mayBeMinor(index) && this.findWhetherMinor(index));
  private aboveMinor: ReadonlySet<number> = new Set();
  private readonly spans: RequestSpans;
  private readonly calls: FailedCalls;
  private readonly breadcrumbs: SpanBreadcrumbs;
  private readonly dependencies: SpanFailuresDependencies;

  /** @param failed the spans that failed */
  constructor(spans: RequestSpans, failed: readonly number[], dependencies: SpanFailuresDependencies) {
    const { traces, view } = spans;
    this.spans = spans;
    this.attempts = new Attempts(traces, view, failed);
    this.outcomes = new Outcomes(traces, view, this.attempts);
    this.calls = new FailedCalls(traces, view, failed, this.attempts);
    this.breadcrumbs = new SpanBreadcrumbs(traces, view);
    this.dependencies = dependencies;
  }

  /** Spans above failures that were minor: what failed in one of them, if its local root ended well, was of as little consequence. */
  foundAboveMinor(spans: ReadonlySet<number>): void {
    this.aboveMinor = spans;
  }

  /**
   * What is above it did not fail because of it: another attempt made up for it, or the other side said no. In a job that failed whatever
   * failed is why.
   */
  private findWhetherHarmless(index: number): boolean {
    const { view, tasks } = this.spans;
    if (!isCall(view.moveTo(index))) return false;
    if (this.attempts.isRecovered(index)) return true;
    return wasRefused(view.moveTo(index)) && tasks.contextOf(index)?.ended !== 'failed';
  }

  /** Without a look at much: there are many. */
  private mayBeMinor(index: number): boolean {
    const span = this.spans.view.moveTo(index);
    return this.dependencies.recorder.playsDown || saysHowBad(span) || wasAnsweredNo(span);
  }

  /** Whatever becomes of it, and so whatever comes in one request with it. */
  private findWhetherMinor(index: number): boolean {
    const judged = this.judged(index, 'failed');
    return judged.length > 0 && judged.every(isMinor);
  }

  outcomeOf(index: number): Outcome {
    const outcome = this.outcomes.of(index);
    return outcome === 'swallowed' && this.aboveMinor.has(index) ? 'handled' : outcome;
  }

  /** Whether it is, if its local root ends well: a span failed, and not after what is business as usual. */
  mayBeSwallowed(index: number): boolean {
    return this.outcomes.hasFailed(index) && !this.aboveMinor.has(index);
  }

  /** What failed in this span, as the user's rules see it. */
  judged(index: number, outcome: Outcome): Failure[] {
    return this.extract(index, outcome).flatMap((failure) => this.dependencies.recorder.judge(failure) ?? []);
  }

  /** The worst that failed in this span. */
  worstIn(index: number, outcome: Outcome): Below | undefined {
    const all = this.judged(index, outcome).map(belowOf);
    return all.reduce<Below | undefined>((worst, each) => worse(worst, each), undefined);
  }

  private extract(index: number, outcome: Outcome): Failure[] {
    const { view, traces, resourceFacts } = this.spans;
    const task = this.spans.tasks.contextOf(index);
    const root = view.moveTo(traces.rootOf(index));
    const rootName = traces.isLocalRoot(root) ? root.fullName : undefined;
    const facts = resourceFacts[view.moveTo(index).resource]!;
    return extractErrors(view, {
      ...facts,
      rootName,
      outcome,
      isAboveMinor: this.aboveMinor.has(index),
      task,
      rootUser: () => {
        const user = this.userOf(traces.rootOf(index));
        view.moveTo(index);
        return user;
      },
      breadcrumbs: (until) => [
        ...this.breadcrumbs.of(index, until),
        ...this.dependencies.recent.of(view.moveTo(index).traceId),
      ],
      dependency: () => this.calls.dependencyOf(index),
      likelyCause: () => this.calls.likelyCauseOf(index),
    });
  }

  private userOf(root: number): string {
    return userIn(this.spans.view.moveTo(root).attributes(userAttributes));
  }

  /** What must be known of a failure to see later what becomes of it. */
  open(index: number): Omit<OpenFailure, 'event' | 'below'> {
    const attempt = attemptOf(this.spans.view.moveTo(index), this.spans.traces.parentHashOf(index));
    return {
      attempt,
      dependency: attempt?.target.dependency ?? this.calls.dependencyOf(index),
      spanFailed: this.outcomes.hasFailed(index),
      isAboveMinor: this.aboveMinor.has(index),
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

function remembering(answer: (index: number) => boolean): (index: number) => boolean {
  const known = new Map<number, boolean>();
  return (index) => {
    let is = known.get(index);
    if (is === undefined) known.set(index, (is = answer(index)));
    return is;
  };
}
