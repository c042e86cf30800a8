import type { Histogram } from '../metrics/histogram.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter, Gauge } from '../metrics/scalar.ts';
import type { SeriesBudget } from '../metrics/series-budget.ts';
import { FailureEvents } from './failure-events.ts';
import { LocalTraceEvents } from './local-trace-events.ts';
import { JournalEvents } from './journal-events.ts';
import type { Log } from './log.ts';
import { reasonOf, type TellOwnFailure, untold } from './own-failure.ts';

/** What the ledger counts. */
export const ledgerSignals = ['spans', 'log_records', 'data_points'] as const;
export type LedgerSignal = (typeof ledgerSignals)[number];

/**
 * What becomes of a span, log record or data point; received = the sum of the others and of what is pending, at every moment
 * at which no request is under way.
 */
export const fates = [
  'received',
  'forwarded',
  'dropped',
  'sampled_out',
  'unrouted',
  'rejected',
  'duplicate',
  'lost',
] as const;
export type Fate = (typeof fates)[number];

/** How much of each signal came to each fate; `pending` is what is under way. */
export type Ledger = Record<LedgerSignal, Record<Fate | 'pending', number>>;

export type NotificationOutcome =
  | 'delivered'
  | 'throttled'
  | 'failed'
  | 'gone'
  | 'rejected'
  | 'refused'
  | 'dry_run';
const notificationOutcomes: readonly NotificationOutcome[] = [
  'delivered',
  'throttled',
  'failed',
  'gone',
  'rejected',
  'refused',
  'dry_run',
];

/** Why the file of the store could not be used any longer. */
const replacementReasons = ['corrupt', 'newer', 'deleted', 'exchanged'] as const;

/** What is said of a receiver that does not take what it is told. */
const receiverFailures = {
  ReceiverFailing: 'cannot be told anything at the moment',
  ReceiverDead: 'has not been told anything for minutes',
  ReceiverRefused: 'refuses to be notified',
} as const;
export type ReceiverFailure = keyof typeof receiverFailures;

const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;
const answerCodes = ['200', '400', '404', '405', '413', '415', '500', '503'] as const;

/** Seconds: a message that is sent at once comes with the SDK's next batch, and one that waits for a receiver may take hours. */
const delayBounds = [1, 2, 5, 10, 30, 60, 300, 900, 3600];

/** Incidents of which it is known that people were told. */
const mostTold = 1024;

/**
 * What happens to Tocsin itself, one method each: it owns the counter, the labels and the log line, and never throws. Bad
 * input is counted and not logged line by line, since its sender chooses how much of it there is.
 */
export class Events {
  private readonly log: Log;
  private readonly tell: TellOwnFailure;
  private readonly requests: Counter;
  private readonly ledger: Counter;
  private readonly pending: Gauge;
  private readonly totals: Ledger = { spans: nothing(), log_records: nothing(), data_points: nothing() };
  private readonly adminRequests: Counter;
  private readonly noiseSpans: Counter;
  private readonly noiseBytes: Counter;
  readonly failures: FailureEvents;
  readonly localTraces: LocalTraceEvents;
  readonly journal: JournalEvents;
  private readonly notifications: Counter;
  private readonly storeReplacements: Counter;
  private readonly evictions: Counter;
  private readonly detectionDelay: Histogram;
  private readonly told = new Set<string>();
  private storeIsFailing = false;
  private alertingIsFailing = false;

  /**
   * @param budget for the series that are named by apps
   * @param tell is told of what failed
   */
  constructor(registry: MetricRegistry, log: Log, budget: SeriesBudget, tell: TellOwnFailure = untold) {
    this.log = log;
    this.tell = tell;
    this.requests = registry.counter({
      name: 'tocsin_intake_requests_total',
      help: 'OTLP requests answered, by the code of the answer; of gRPC, that of HTTP which means the same.',
      labels: ['signal', 'protocol', 'code'],
    });
    for (const protocol of protocols) {
      for (const code of answerCodes) this.requests.series(['traces', protocol, code]);
    }
    this.ledger = registry.counter({
      name: 'tocsin_ledger_total',
      help: 'What became of everything that was received.',
      labels: ['signal', 'fate'],
    });
    this.pending = registry.gauge({
      name: 'tocsin_ledger_pending',
      help: 'What is kept and waits to be forwarded, or is under way.',
      labels: ['signal'],
    });
    for (const signal of ledgerSignals) {
      for (const fate of fates) this.ledger.series([signal, fate]);
      this.pending.series([signal]);
    }
    this.adminRequests = registry.counter({
      name: 'tocsin_admin_requests_total',
      help: 'Requests to the API and its pages, by the code of the answer.',
      labels: ['code'],
    });
    for (const code of ['200', '401', '429']) this.adminRequests.series([code]);
    this.noiseSpans = registry.counter({
      name: 'tocsin_noise_spans_dropped_total',
      help: 'Spans dropped as noise.',
      labels: ['rule'],
    });
    this.noiseBytes = registry.counter({
      name: 'tocsin_noise_bytes_dropped_total',
      help: 'Bytes of the spans dropped as noise.',
      labels: ['rule'],
    });
    // It is to close in each exposition.
    registry.exposeTogether(this.ledger, this.pending, this.noiseSpans, this.noiseBytes);
    this.failures = new FailureEvents(registry, budget);
    this.localTraces = new LocalTraceEvents(registry);
    this.journal = new JournalEvents(registry, log, tell);
    this.storeReplacements = registry.counter({
      name: 'tocsin_store_replaced_total',
      help: 'Times that the file of the store could not be used any longer: set aside, written again, or exchanged by somebody.',
      labels: ['reason'],
    });
    for (const reason of replacementReasons) this.storeReplacements.series([reason]);
    this.evictions = registry.counter({
      name: 'tocsin_connections_evicted_total',
      help: 'Connections closed to make room for a new one, since a listener had as many as it may.',
      labels: ['listener'],
    });
    this.notifications = registry.counter({
      name: 'tocsin_notifications_total',
      help: 'Tries to tell a receiver something, by what came of it.',
      labels: ['receiver', 'outcome'],
    });
    this.detectionDelay = registry.histogram({
      name: 'tocsin_detection_delay_seconds',
      help: 'From the end of the span that failed until the first receiver showed the incident.',
      labels: ['service_name'],
      budget,
      bounds: delayBounds,
    });
    countOverflow(registry, budget);
  }

  requestAnswered(signal: string, protocol: string, code: number): void {
    this.requests.add(this.requests.series([signal, protocol, String(code)]));
  }

  requestFailed(error: unknown): void {
    this.log.error({ err: error }, 'a request could not be worked on; its spans are not counted');
    this.tell({ kind: 'RequestFailed', message: 'a request could not be worked on', error });
  }

  spansAccounted(fate: Fate, spans: number): void {
    this.itemsAccounted('spans', fate, spans);
  }

  itemsAccounted(signal: LedgerSignal, fate: Fate, items: number): void {
    this.ledger.add(this.ledger.series([signal, fate]), items);
    this.totals[signal][fate] += items;
  }

  /** @param change items that begin to wait; negative: that were settled */
  itemsPending(signal: LedgerSignal, change: number): void {
    this.pending.add(this.pending.series([signal]), change);
    this.totals[signal].pending += change;
  }

  /** What became of everything since this process began. */
  ledgerTotals(): Ledger {
    return structuredClone(this.totals);
  }

  adminAnswered(code: number): void {
    this.adminRequests.add(this.adminRequests.series([String(code)]));
  }

  /** A request to the API, its pages, metrics or health; who asked is told that it was logged. */
  adminFailed(error: unknown): void {
    this.log.error({ err: error }, 'a request to the API, metrics or health could not be answered');
    this.tell({ kind: 'AdminFailed', message: 'a request to the API could not be answered', error });
  }

  noiseRuleKnown(rule: string): void {
    this.noiseSpans.series([rule]);
    this.noiseBytes.series([rule]);
  }

  noiseDropped(rule: string, spans: number, bytes: number): void {
    this.noiseSpans.add(this.noiseSpans.series([rule]), spans);
    this.noiseBytes.add(this.noiseBytes.series([rule]), bytes);
  }

  /** Told when it begins: until it works again, every request with a failure in it meets the same. */
  storeFailed(error: unknown): void {
    if (this.storeIsFailing) return;
    this.storeIsFailing = true;
    this.log.error(
      { err: error },
      'the store does not take error events; their senders are asked to send again',
    );
    const kind = (error as Error).name === 'DeadlineExceeded' ? 'StoreSlow' : 'StoreFailed';
    this.tell({ kind, message: `the store does not take error events: ${reasonOf(error)}` });
  }

  storeWorked(): void {
    if (!this.storeIsFailing) return;
    this.storeIsFailing = false;
    this.log.info('the store takes error events again');
  }

  /** @param detail what was found, and where what was stored before is */
  storeReplaced(reason: (typeof replacementReasons)[number], detail: string): void {
    this.storeReplacements.add(this.storeReplacements.series([reason]));
    this.log.error({ reason }, `THE STORE WAS REPLACED: ${detail}`);
    this.tell({ kind: 'StoreReplaced', subject: reason, message: detail });
  }

  listenerKnown(listener: string): void {
    this.evictions.series([listener]);
  }

  /** A listener was full; counted only, since whoever connects chooses how often. */
  connectionEvicted(listener: string): void {
    this.evictions.add(this.evictions.series([listener]));
  }

  /** Told when it begins, not for every try. */
  alertingFailed(error: unknown): void {
    if (this.alertingIsFailing) return;
    this.alertingIsFailing = true;
    this.log.error({ err: error }, 'alerts cannot be evaluated; trying again every second');
    this.tell({ kind: 'AlertingFailed', message: `alerts cannot be evaluated: ${reasonOf(error)}` });
  }

  alertingWorked(): void {
    if (!this.alertingIsFailing) return;
    this.alertingIsFailing = false;
    this.log.info('alerts are evaluated again');
  }

  receiverKnown(receiver: string): void {
    for (const outcome of notificationOutcomes) this.notifications.series([receiver, outcome]);
  }

  /** At the start, and after it had a problem. */
  receiverWorks(receiver: string, description: string): void {
    this.log.info({ receiver }, `${description} works`);
  }

  /** Told when it begins, not for every try. */
  receiverFailing(receiver: string, description: string, reason: string): void {
    this.log.warn({ receiver, reason }, `${description} cannot be told anything at the moment; trying again`);
  }

  /** People are told, but not in every way. */
  receiverImpaired(receiver: string, description: string, problem: string): void {
    this.log.warn({ receiver, problem }, `${description} works only in part`);
  }

  /** Told once a pause, not once a message. @param fallback who is told instead, if anybody is */
  receiverRefused(name: string, what: string, reason: string, remedy: string, fallback?: string): void {
    const who =
      fallback === undefined ? 'NOBODY IS TOLD of failures' : `failures are told through ${fallback}`;
    const message = `${what} refuses to be notified: ${who} until this is mended. ${remedy}`;
    this.log.error({ receiver: name, reason }, message);
  }

  /** Told once for each kind while it goes on, and not of tries to tell just that. */
  receiverOut(kind: ReceiverFailure, receiver: string, description: string, reason: string): void {
    this.tell({ kind, subject: receiver, message: `${description} ${receiverFailures[kind]}: ${reason}` });
  }

  notified(receiver: string, outcome: NotificationOutcome): void {
    this.notifications.add(this.notifications.series([receiver, outcome]));
  }

  /**
   * A receiver shows an incident that it did not show before. Only the first of them counts.
   * @param incident what tells it from all others
   */
  incidentTold(incident: string, service: string, delayMillis: number): void {
    if (this.told.has(incident)) return;
    this.told.add(incident);
    if (this.told.size > mostTold) this.told.delete(this.told.values().next().value!);
    this.detectionDelay.observe(this.detectionDelay.series([service]), delayMillis / 1000);
  }

  /** One message is given up until there is news. @param isNews whether it was about something else than that */
  messageRejected(receiver: string, incident: string, reason: string, isNews: boolean): void {
    this.log.error(
      { receiver, incident, reason },
      'a notification was rejected and will not be sent as it is',
    );
    const message = `${receiver} rejected a notification: ${reason}`;
    if (isNews) this.tell({ kind: 'MessageRejected', subject: receiver, message, details: { incident } });
  }

  dispatchFailed(receiver: string, error: unknown): void {
    this.log.error({ receiver, err: error }, 'deliveries could not be worked on; trying again');
    const message = `deliveries of ${receiver} could not be worked on: ${reasonOf(error)}`;
    this.tell({ kind: 'DispatchFailed', subject: receiver, message });
  }
}

function countOverflow(registry: MetricRegistry, budget: SeriesBudget): void {
  const dropped = registry.counter({
    name: 'tocsin_series_dropped_total',
    help: 'Observations counted in a series labelled otel_metric_overflow, since metrics.max_series left no room for one of their own.',
  });
  const series = dropped.series();
  let counted = 0;
  registry.onCollect(() => {
    dropped.add(series, budget.overflowed - counted);
    counted = budget.overflowed;
  });
}

function nothing(): Ledger[LedgerSignal] {
  const counts = [...fates, 'pending' as const].map((fate) => [fate, 0]);
  return Object.fromEntries(counts) as Ledger[LedgerSignal];
}
