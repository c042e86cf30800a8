import type { ForwardMetrics } from './forward-metrics.ts';
import type { Log } from './log.ts';
import type { OwnFailureKind, TellOwnFailure } from './own-failure.ts';
import { SpoolEvents } from './spool-events.ts';

/**
 * What becomes of items that were to be forwarded: `refused` by the back end as a request, `rejected` by it within one that it
 * took; `overflowed` the queue or the spool; `given_up` after many tries in vain; `expired` in the spool; `damaged` there;
 * `abandoned` when Tocsin stopped.
 */
export const forwardOutcomes = [
  'forwarded',
  'refused',
  'rejected',
  'overflowed',
  'given_up',
  'expired',
  'damaged',
  'abandoned',
] as const;
export type ForwardOutcome = (typeof forwardOutcomes)[number];

/** What happens to what goes to one back end. */
export class DestinationEvents {
  readonly spool: SpoolEvents;
  private readonly destination: string;
  private readonly metrics: ForwardMetrics;
  private readonly log: Log;
  private readonly tell: TellOwnFailure;

  /** @param destination its name */
  constructor(destination: string, metrics: ForwardMetrics, log: Log, tell: TellOwnFailure) {
    this.spool = new SpoolEvents(destination, metrics, log, tell);
    this.destination = destination;
    this.metrics = metrics;
    this.log = log;
    this.tell = tell;
  }

  signalKnown(signal: string): void {
    const { destination } = this;
    const { items, requests, retries, divisions } = this.metrics;
    for (const outcome of forwardOutcomes) items.series([destination, signal, outcome]);
    requests.series([destination, signal, '200']);
    retries.series([destination, signal]);
    divisions.series([destination, signal]);
    this.spool.signalKnown(signal);
  }

  /** @param bytes asked for each exposition */
  queueMeasured(bytes: () => number): void {
    const { queueBytes, registry } = this.metrics;
    const series = queueBytes.series([this.destination]);
    registry.onCollect(() => queueBytes.set(series, bytes()));
  }

  /** @param code the HTTP status, or the kind of failure */
  tried(signal: string, code: string, isRetry: boolean): void {
    const { requests, retries } = this.metrics;
    requests.add(requests.series([this.destination, signal, code]));
    if (isRetry) retries.add(retries.series([this.destination, signal]));
  }

  divided(signal: string): void {
    const { divisions } = this.metrics;
    divisions.add(divisions.series([this.destination, signal]));
  }

  itemsSettled(signal: string, outcome: ForwardOutcome, items: number): void {
    this.metrics.items.add(this.metrics.items.series([this.destination, signal, outcome]), items);
  }

  /** Told when it begins, not for every try. @param text what the back end said */
  failing(signal: string, url: string, reason: string, text: string): void {
    this.log.warn(
      { ...this.at(signal, url), reason, ...said(text) },
      'the back end does not take what is forwarded at the moment; trying again',
    );
    this.tellOf('ForwardFailing', signal, `${url} does not take ${signal} at the moment: ${reason}`, text);
  }

  works(signal: string, url: string): void {
    this.log.info(this.at(signal, url), 'the back end takes what is forwarded again');
  }

  /** Told once for each kind of refusal, for a while. @param file where it can be looked at */
  refused(signal: string, url: string, reason: string, text: string, file?: string): void {
    const kept = file === undefined ? {} : { set_aside: file };
    this.log.error(
      { ...this.at(signal, url), reason, ...said(text), ...kept },
      'the back end refuses what is forwarded: IT IS LOST, since sending it again would not help',
    );
    this.tellOf('ForwardRefused', signal, `${url} refuses ${signal}, which are lost: ${reason}`, text);
  }

  /** As often as `refused`. */
  rejected(signal: string, url: string, items: number, text: string): void {
    this.log.warn(
      { ...this.at(signal, url), items, ...said(text) },
      'the back end took a request and rejected a part of it, which is lost',
    );
    const message = `${url} rejected ${items} items of a request of ${signal}, which are lost`;
    this.tellOf('ForwardRejected', signal, message, text);
  }

  /** As often as `refused`. */
  remarked(signal: string, url: string, text: string): void {
    this.log.warn({ ...this.at(signal, url), ...said(text) }, 'the back end took a request with a remark');
  }

  /** Told once for a long time. */
  dividing(signal: string, url: string, reason: string, bytes: number): void {
    this.log.warn(
      { ...this.at(signal, url), reason, bytes },
      'the back end refuses a request: it is divided in two, and so on, until what it takes is sent; what it refuses by itself is lost',
    );
  }

  /** As often as `refused`. */
  gaveUp(signal: string, url: string, items: number, reason: string): void {
    this.log.error(
      { ...this.at(signal, url), items, reason },
      'the back end takes other requests and not this one, however often it is tried: it is lost',
    );
    const message = `${url} never took a request of ${items} items of ${signal}, which is lost: ${reason}`;
    this.tellOf('ForwardGaveUp', signal, message);
  }

  /** Told when it begins. */
  overflowed(maxBytes: number): void {
    this.log.error(
      { destination: this.destination, max_bytes: maxBytes },
      'the back end does not keep up: what waits to be forwarded fills forward.max_queue, and the oldest of it is lost from now on (tocsin_forward_items_total counts it)',
    );
    const message = 'the back end does not keep up: forward.max_queue is full, and the oldest is lost';
    this.tellOf('ForwardOverflowed', undefined, message);
  }

  /** Told once for a while. */
  tooLarge(signal: string, bytes: number, maxBytes: number): void {
    this.log.error(
      { destination: this.destination, signal, bytes, max_bytes: maxBytes },
      'a request is larger than forward.max_queue, and is lost: raise it, or send smaller batches from the app',
    );
    const message = `a request of ${bytes} bytes is larger than forward.max_queue, and is lost`;
    this.tellOf('ForwardTooLarge', signal, message);
  }

  private at(signal: string, url: string): { destination: string; signal: string; url: string } {
    return { destination: this.destination, signal, url };
  }

  /** @param text what the back end said */
  private tellOf(kind: OwnFailureKind, signal: string | undefined, message: string, text = ''): void {
    const { destination } = this;
    const subject = [
      ...(destination === 'default' ? [] : [destination]),
      ...(signal === undefined ? [] : [signal]),
    ].join(' ');
    this.tell({ kind, message, ...(subject !== '' && { subject }), details: said(text) });
  }
}

function said(text: string): { answer?: string } {
  return text === '' ? {} : { answer: text };
}
