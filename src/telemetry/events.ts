import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter } from '../metrics/scalar.ts';
import type { SeriesBudget } from '../metrics/series-budget.ts';
import type { Log } from './log.ts';

/** What becomes of a span; received = the sum of the others, at every moment at which no request is under way. */
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

/** What is counted apart in the ledger. */
export const signals = ['spans'] as const;
export type Signal = (typeof signals)[number];

/** How much of each signal came to each fate; `pending` is what is under way. */
export type Ledger = Record<Signal, Record<Fate | 'pending', number>>;

export type NotificationOutcome = 'delivered' | 'throttled' | 'failed' | 'gone' | 'rejected' | 'refused';
const notificationOutcomes: readonly NotificationOutcome[] = [
  'delivered',
  'throttled',
  'failed',
  'gone',
  'rejected',
  'refused',
];

/**
 * What happens to Tocsin itself, one method each: it owns the counter, the labels and the log line, and never throws. Bad
 * input is counted and not logged line by line, since its sender chooses how much of it there is.
 */
export class Events {
  private readonly log: Log;
  private readonly requests: Counter;
  private readonly ledger: Counter;
  private readonly adminRequests: Counter;
  private readonly noise: Counter;
  private readonly errorEvents: Counter;
  private readonly notifications: Counter;
  private storeIsFailing = false;
  private alertingIsFailing = false;

  /** @param budget for the series that are named by apps */
  constructor(registry: MetricRegistry, log: Log, budget: SeriesBudget) {
    this.log = log;
    this.requests = registry.counter({
      name: 'tocsin_intake_requests_total',
      help: 'OTLP requests answered, by the code of the answer.',
      labels: ['signal', 'protocol', 'code'],
    });
    this.ledger = registry.counter({
      name: 'tocsin_ledger_total',
      help: 'What became of everything that was received.',
      labels: ['signal', 'fate'],
    });
    for (const fate of fates) this.ledger.series(['spans', fate]);
    this.adminRequests = registry.counter({
      name: 'tocsin_admin_requests_total',
      help: 'Requests to the API and its pages, by the code of the answer.',
      labels: ['code'],
    });
    for (const code of ['200', '401', '429']) this.adminRequests.series([code]);
    this.noise = registry.counter({
      name: 'tocsin_noise_spans_dropped_total',
      help: 'Spans dropped as noise.',
      labels: ['rule'],
    });
    this.errorEvents = registry.counter({
      name: 'tocsin_error_events_total',
      help: 'Failures stored as error events.',
      labels: ['service_name', 'severity', 'class'],
      budget,
    });
    this.notifications = registry.counter({
      name: 'tocsin_notifications_total',
      help: 'Tries to tell a receiver something, by what came of it.',
      labels: ['receiver', 'outcome'],
    });
  }

  requestAnswered(signal: string, protocol: string, code: number): void {
    this.requests.add(this.requests.series([signal, protocol, String(code)]));
  }

  requestFailed(error: unknown): void {
    this.log.error({ err: error }, 'a request could not be worked on; its spans are not counted');
  }

  spansAccounted(fate: Fate, spans: number): void {
    this.ledger.add(this.ledger.series(['spans', fate]), spans);
  }

  /** What became of everything since this process began. */
  ledgerTotals(): Ledger {
    const account = (signal: Signal) => {
      const totals = fates.map((fate) => [fate, this.ledger.value(this.ledger.series([signal, fate]))]);
      return { ...Object.fromEntries(totals), pending: 0 } as Ledger[Signal];
    };
    return { spans: account('spans') };
  }

  adminAnswered(code: number): void {
    this.adminRequests.add(this.adminRequests.series([String(code)]));
  }

  /** A request to the API, its pages, metrics or health; who asked is told that it was logged. */
  adminFailed(error: unknown): void {
    this.log.error({ err: error }, 'a request to the API, metrics or health could not be answered');
  }

  noiseRuleKnown(rule: string): void {
    this.noise.series([rule]);
  }

  noiseDropped(rule: string, spans: number): void {
    this.noise.add(this.noise.series([rule]), spans);
  }

  errorEventStored(service: string, severity: string, errorClass: string): void {
    this.errorEvents.add(this.errorEvents.series([service, severity, errorClass]));
  }

  /** Told when it begins: until it works again, every request with a failure in it meets the same. */
  storeFailed(error: unknown): void {
    if (this.storeIsFailing) return;
    this.storeIsFailing = true;
    this.log.error(
      { err: error },
      'the store does not take error events; their senders are asked to send again',
    );
  }

  storeWorked(): void {
    if (!this.storeIsFailing) return;
    this.storeIsFailing = false;
    this.log.info('the store takes error events again');
  }

  /** Told when it begins, not for every try. */
  alertingFailed(error: unknown): void {
    if (this.alertingIsFailing) return;
    this.alertingIsFailing = true;
    this.log.error({ err: error }, 'alerts cannot be evaluated; trying again every second');
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

  /** Told once a pause, not once a message. */
  receiverRefused(receiver: string, description: string, reason: string, remedy: string): void {
    this.log.error(
      { receiver, reason },
      `${description} refuses to be notified: NOBODY IS TOLD of failures until this is mended. ${remedy}`,
    );
  }

  notified(receiver: string, outcome: NotificationOutcome): void {
    this.notifications.add(this.notifications.series([receiver, outcome]));
  }

  /** One message is given up until there is news. */
  messageRejected(receiver: string, incident: string, reason: string): void {
    this.log.error(
      { receiver, incident, reason },
      'a notification was rejected and will not be sent as it is',
    );
  }

  dispatchFailed(receiver: string, error: unknown): void {
    this.log.error({ receiver, err: error }, 'deliveries could not be worked on; trying again');
  }
}
