import type { BreakerState, BreakerTransition, CallOutcome, NotedAttempt } from '../plan.ts';

/** What was seen from inside the app. It never becomes part of a span: those are as a user's would be. */
export class Notes {
  readonly attempts: NotedAttempt[] = [];
  readonly retries: Record<string, number> = {};
  readonly calls: CallOutcome[] = [];
  readonly transitions: BreakerTransition[] = [];
  private state: BreakerState = 'closed';

  attempt(call: string, { traceId, spanId }: { traceId: string; spanId: string }): void {
    this.attempts.push({ call, traceId, spanId, at: Date.now() });
  }

  retry(call: string): void {
    this.retries[call] = (this.retries[call] ?? 0) + 1;
  }

  /** For a library that tells only at the end how often it tried. */
  attemptsTold(call: string, attempts: number): void {
    this.retries[call] = attempts - 1;
  }

  breaker(to: BreakerState): void {
    if (to === this.state) return;
    this.transitions.push({ at: Date.now(), from: this.state, to });
    this.state = to;
  }
}

export const notes = new Notes();
