import type { MetricRegistry } from '../metrics/registry.ts';
import type { SeriesBudget } from '../metrics/series-budget.ts';
import type { Redaction } from '../redact/redactor.ts';
import type { Clock } from '../runtime/clock.ts';
import type { OpenBreaker } from './breakers/breaker-state.ts';
import type { BreakerSummary } from './breakers/breaker-summary.ts';
import type { BreakerSettings } from './breakers/shadow-breaker.ts';
import { ShadowBreakers, type ShadowBreakersDependencies } from './breakers/shadow-breakers.ts';
import { ShadowBreakerMetrics } from './breakers/shadow-metrics.ts';
import { AttemptMetrics } from './client-calls/attempt-metrics.ts';
import { CallReader } from './client-calls/call-reader.ts';
import { ClientCalls, type RequestSpans } from './client-calls/client-calls.ts';
import type { Place } from './client-calls/place.ts';
import type { RequestCalls } from './client-calls/request-calls.ts';
import { PlaceBook } from './client-calls/place-book.ts';
import type { Attempts } from './retries/attempts.ts';
import type { DependencyRetries } from './retries/dependency-retries.ts';
import type { Linked, LinkerOptions } from './retries/linker.ts';
import { Retries } from './retries/retries.ts';
import { RetryMetrics } from './retries/retry-metrics.ts';
import type { RecentRetries, RetryStorm } from './retries/storms.ts';

export interface DependenciesOptions {
  clock: Clock;
  registry: MetricRegistry;
  budget: SeriesBudget;
  redaction: () => Redaction;
  /** Undefined if no retries are to be inferred. */
  retries: LinkerOptions | undefined;
  /** When the breakers of whom open and close; undefined if there are to be none. */
  breakers: ((place: Place) => BreakerSettings) | undefined;
  /** For who wants to know each retry. */
  onLinked?: (linked: Linked, attempts: Attempts) => void;
  onTransition?: ShadowBreakersDependencies['onTransition'];
}

/** What an app calls, as far as its spans tell: attempts, and which of them are retries. */
export class Dependencies {
  private readonly calls: ClientCalls;
  private readonly places: PlaceBook;
  private readonly retries: Retries | undefined;
  private readonly breakers: ShadowBreakers | undefined;

  constructor(options: DependenciesOptions) {
    const { clock, registry, budget, redaction, retries, breakers, onLinked, onTransition } = options;
    this.places = new PlaceBook(clock, redaction);
    const reader = new CallReader(this.places, redaction);
    const attempts = new AttemptMetrics(registry, budget, reader.methods);
    if (retries !== undefined) {
      const metrics = new RetryMetrics(registry, budget);
      this.retries = new Retries({
        clock,
        metrics,
        methods: reader.methods,
        options: retries,
        onEvicted: () => metrics.evicted(),
        ...(onLinked === undefined ? {} : { onLinked }),
      });
    }
    if (breakers !== undefined)
      this.breakers = new ShadowBreakers({
        clock,
        metrics: new ShadowBreakerMetrics(registry, budget),
        settingsOf: breakers,
        ...(onTransition === undefined ? {} : { onTransition }),
      });
    this.calls = new ClientCalls({ reader, attempts, retries: this.retries, breakers: this.breakers });
    registry.onCollect(() => {
      this.retries?.begin();
      this.retries?.show(this.places.all);
      this.breakers?.show();
    });
  }

  /** While the bytes of a request are near: nothing is counted yet. */
  read(spans: RequestSpans, into: RequestCalls): void {
    this.calls.read(spans, into);
  }

  /** Once it is sure to be counted. @param calls as they were read from it */
  take(spans: RequestSpans, calls: RequestCalls): void {
    this.calls.take(spans, calls);
  }

  /** To be called every 15 seconds. */
  look(): void {
    this.retries?.look(this.places.all);
    this.breakers?.begin();
  }

  get retryStorms(): readonly RetryStorm[] {
    return this.retries?.retryStorms ?? [];
  }

  /** Attempts and retries of the last minute, by who calls whom. */
  get recentRetries(): readonly RecentRetries[] {
    return this.retries?.recent ?? [];
  }

  /** What is known of breakers that are computed, and of those that are not closed. */
  shadowBreakers(): readonly BreakerSummary[] {
    return this.breakers?.all ?? [];
  }

  openShadowBreakers(): readonly OpenBreaker[] {
    return this.breakers?.open ?? [];
  }

  /** Who calls whom. */
  get all(): readonly Place[] {
    return this.places.all;
  }

  /** How often who tries again what; nothing where no retries are inferred. */
  retriesReport(): readonly DependencyRetries[] {
    return this.retries?.report(this.places.all) ?? [];
  }

  /** Nothing more will come. */
  stop(): void {
    this.retries?.stop();
    this.breakers?.stop();
  }
}
