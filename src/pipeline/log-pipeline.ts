import { hash } from 'node:crypto';
import type { Reported } from '../derive/reported/reported.ts';
import { type Failure, isMinor } from '../errors/failure.ts';
import { extractLogError, type LoggedError } from '../errors/extract-log.ts';
import { countLogRecords } from '../otlp/count-items.ts';
import { breakerChangeLogs, type LogRange, logFailures, type Range } from '../otlp/log-scanner.ts';
import { LogView } from '../otlp/log-view.ts';
import { copyOf } from '../otlp/slice.ts';
import type { Clock } from '../runtime/clock.ts';
import { nextTurn } from '../runtime/next-turn.ts';
import type { Events } from '../telemetry/events.ts';
import type { Accepted, Acceptor } from './acceptor.ts';
import { belowOf } from './failures/awaited-parents.ts';
import type { EventRecorder } from './failures/event-recorder.ts';
import { Outlet } from './outlet.ts';
import type { RecentLogs } from './failures/recent-logs.ts';
import { reporterOf, reportsInOnePiece } from './reporter.ts';
import type { ResourceFacts, ResourceReader } from './resource-facts.ts';
import type { Sink } from './sink.ts';
import { type SpanName, spanName } from './span-name.ts';
import type { Symptoms } from './failures/symptoms.ts';

export interface LogPipelineDependencies {
  clock: Clock;
  recorder: Pick<EventRecorder, 'record' | 'judge'>;
  events: Events;
  /** The same as that of the spans: one failure is one event, whichever signal tells of it. */
  symptoms: Symptoms;
  resources: ResourceReader;
  /** Given what was logged, for what fails later in the same trace. */
  recent: RecentLogs;
  /** Told what apps say of their circuit breakers. */
  reported?: Pick<Reported, 'logged'>;
  /** Where log records go; without one they are counted as unrouted. */
  sink?: Sink | undefined;
}

/** Failures that are stored in one transaction. */
const groupSize = 100;
/** How often a record waits for what others have under way; then it is taken that they succeed. */
const mostWaits = 2;

/**
 * What happens to a request of log records: those that tell of failures become error events, stored before anything is counted, and
 * all of them are passed on. As with spans, a request whose events cannot be stored can be sent again.
 */
export class LogPipeline implements Acceptor {
  private readonly dependencies: LogPipelineDependencies;
  private readonly outlet: Outlet;

  constructor(dependencies: LogPipelineDependencies) {
    this.dependencies = dependencies;
    this.outlet = new Outlet('logs', dependencies.sink, dependencies.events);
  }

  async accept(body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted> {
    const items = countLogRecords(body);
    if (onWhole !== undefined) await onWhole();
    const failures = new Failures(body, this.dependencies.resources);
    const hasBreakers = await this.storeFailures(failures);
    if (hasBreakers) await this.countBreakers(failures);
    this.dependencies.events.itemsAccounted('log_records', 'received', items);
    return { items, rejected: 0, pending: this.outlet.pass(items, () => copyOf(body)) };
  }

  /**
   * One group after the other, and no more in memory: a request can be made of millions.
   * @returns whether there are records that tell of circuit breakers
   */
  private async storeFailures(failures: Failures): Promise<boolean> {
    let group: Logged[] = [];
    let hasBreakers = false;
    const { clock, recorder, recent } = this.dependencies;
    const note = (record: Range, traceAt: number, isBreakerChange: boolean): void => {
      hasBreakers ||= isBreakerChange;
      recent.note(failures.bytes, record, traceAt);
    };
    for (const range of logFailures(failures.bytes, note)) {
      failures.moveTo(range);
      const span = failures.span();
      const logged = failures.error(clock.now(), recent);
      const failure = logged === undefined ? undefined : recorder.judge(logged.failure);
      if (logged === undefined || failure === undefined) continue;
      const { isException } = logged;
      // An exception that goes up is logged again and again; a message may always be about something else.
      if (isException && span !== undefined && (await this.isExplained(failure, span))) continue;
      group.push({ failure, isException, span });
      if (group.length < groupSize) continue;
      await this.store(group);
      group = [];
    }
    if (group.length > 0) await this.store(group);
    return hasBreakers;
  }

  /** Only once all failures are stored: of a request that is sent again nothing counts twice. */
  private async countBreakers(failures: Failures): Promise<void> {
    let left = reportsInOnePiece;
    for (const range of breakerChangeLogs(failures.bytes)) {
      this.dependencies.reported?.logged(...failures.moveTo(range).breakerChange());
      if (--left > 0) continue;
      await nextTurn();
      left = reportsInOnePiece;
    }
  }

  private store(group: readonly Logged[]): Promise<void> {
    const { clock, recorder, symptoms } = this.dependencies;
    const storing = recorder.record(group);
    const logged = group.flatMap(({ span, isException, failure }) =>
      span === undefined ? [] : [{ span, isException, below: belowOf(failure) }],
    );
    symptoms.expect(logged, clock.monotonic(), storing);
    return storing;
  }

  /** Whether the span that it was logged in is above one whose failure was told. */
  private async isExplained(failure: Failure, span: SpanName): Promise<boolean> {
    const { clock, symptoms } = this.dependencies;
    for (let wait = 0; wait < mostWaits; wait++) {
      const storing = symptoms.storingBelow(span, clock.monotonic());
      if (storing === undefined) break;
      await storing;
    }
    return symptoms.isExplained(span, isMinor(failure), clock.monotonic());
  }
}

/** What was logged, and the span in which it was. */
interface Logged extends LoggedError {
  span: SpanName | undefined;
}

/** The failures of one request. */
class Failures {
  private readonly view: LogView;
  private readonly resources: ResourceReader;
  /** By where they begin. */
  private readonly known = new Map<number, ResourceFacts>();
  private readonly ordinals = new Map<string, number>();
  private resourceAt = 0;

  constructor(body: Uint8Array, resources: ResourceReader) {
    this.view = new LogView(body);
    this.resources = resources;
  }

  get bytes(): Uint8Array {
    return this.view.bytes;
  }

  moveTo(range: LogRange): this {
    this.view.moveTo(range);
    this.resourceAt = range.resource[0];
    return this;
  }

  /** The span it was logged in. */
  span(): SpanName | undefined {
    const { view } = this;
    const ids = view.idOffsets;
    return ids === undefined
      ? undefined
      : spanName(view.numbers, ids.traceAt, ids.spanAt, this.facts().identityBits);
  }

  error(arrivedAt: number, recent: RecentLogs): LoggedError | undefined {
    const context = { ...this.facts(), recent: (traceId: string) => recent.of(traceId) };
    return extractLogError(this.view, context, arrivedAt, (said) => {
      // A request can have millions that are all different.
      const key = hash('sha1', said, 'base64');
      const ordinal = this.ordinals.get(key) ?? 0;
      this.ordinals.set(key, ordinal + 1);
      return ordinal;
    });
  }

  /** What it says of a circuit breaker, and who says it. */
  breakerChange(): Parameters<Reported['logged']> {
    const { timeMillis } = this.view;
    return [{ timeMillis, attributes: this.view.attributes() }, reporterOf(this.facts())];
  }

  private facts(): ResourceFacts {
    const known = this.known.get(this.resourceAt) ?? this.resources.read(this.view);
    this.known.set(this.resourceAt, known);
    return known;
  }
}
