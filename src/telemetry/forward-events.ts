import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter } from '../metrics/scalar.ts';
import type { Log } from './log.ts';
import { type OwnFailureKind, type TellOwnFailure, untold } from './own-failure.ts';

/**
 * What becomes of items that were to be forwarded: `refused` by the back end as a request, `rejected` by it within one that it
 * took; `overflowed` the queue; `given_up` after many tries in vain; `abandoned` when Tocsin stopped.
 */
export const forwardOutcomes = [
  'forwarded',
  'refused',
  'rejected',
  'overflowed',
  'given_up',
  'abandoned',
] as const;
export type ForwardOutcome = (typeof forwardOutcomes)[number];

/** What happens to forwarding, one method each, as in `Events`. Nothing of the headers is ever given to it. */
export class ForwardEvents {
  private readonly log: Log;
  private readonly tell: TellOwnFailure;
  private readonly registry: MetricRegistry;
  private readonly requests: Counter;
  private readonly items: Counter;
  private readonly retries: Counter;
  private readonly divisions: Counter;

  /** @param tell is told of what failed */
  constructor(registry: MetricRegistry, log: Log, tell: TellOwnFailure = untold) {
    this.log = log;
    this.tell = tell;
    this.registry = registry;
    this.requests = registry.counter({
      name: 'tocsin_forward_requests_total',
      help: 'Tries to forward a request, by the HTTP status that was answered, or why none was.',
      labels: ['signal', 'code'],
    });
    this.items = registry.counter({
      name: 'tocsin_forward_items_total',
      help: 'Spans, log records and data points that were to be forwarded, by what became of them.',
      labels: ['signal', 'outcome'],
    });
    this.retries = registry.counter({
      name: 'tocsin_forward_retries_total',
      help: 'Tries to forward a request that had been tried before.',
      labels: ['signal'],
    });
    this.divisions = registry.counter({
      name: 'tocsin_forward_divisions_total',
      help: 'Requests that were divided in two, since the back end found them too large, or something in them bad.',
      labels: ['signal'],
    });
  }

  signalKnown(signal: string): void {
    for (const outcome of forwardOutcomes) this.items.series([signal, outcome]);
    this.requests.series([signal, '200']);
    this.retries.series([signal]);
    this.divisions.series([signal]);
  }

  /** @param bytes asked for each exposition */
  queueMeasured(bytes: () => number): void {
    const queue = this.registry.gauge({
      name: 'tocsin_forward_queue_bytes',
      help: 'What waits to be forwarded or is under way, as forward.max_queue bounds it.',
    });
    const series = queue.series();
    this.registry.onCollect(() => queue.set(series, bytes()));
  }

  /** @param code the HTTP status, or the kind of failure */
  tried(signal: string, code: string, isRetry: boolean): void {
    this.requests.add(this.requests.series([signal, code]));
    if (isRetry) this.retries.add(this.retries.series([signal]));
  }

  divided(signal: string): void {
    this.divisions.add(this.divisions.series([signal]));
  }

  itemsSettled(signal: string, outcome: ForwardOutcome, items: number): void {
    this.items.add(this.items.series([signal, outcome]), items);
  }

  /** Told when it begins, not for every try. @param text what the back end said */
  failing(signal: string, url: string, reason: string, text: string): void {
    this.log.warn(
      { signal, url, reason, ...said(text) },
      'the back end does not take what is forwarded at the moment; trying again',
    );
    this.tellOf('ForwardFailing', signal, `${url} does not take ${signal} at the moment: ${reason}`, text);
  }

  works(signal: string, url: string): void {
    this.log.info({ signal, url }, 'the back end takes what is forwarded again');
  }

  /** Told once for each kind of refusal, for a while. */
  refused(signal: string, url: string, reason: string, text: string): void {
    this.log.error(
      { signal, url, reason, ...said(text) },
      'the back end refuses what is forwarded: IT IS LOST, since sending it again would not help',
    );
    this.tellOf('ForwardRefused', signal, `${url} refuses ${signal}, which are lost: ${reason}`, text);
  }

  /** As often as `refused`. */
  rejected(signal: string, url: string, items: number, text: string): void {
    this.log.warn(
      { signal, url, items, ...said(text) },
      'the back end took a request and rejected a part of it, which is lost',
    );
    const message = `${url} rejected ${items} items of a request of ${signal}, which are lost`;
    this.tellOf('ForwardRejected', signal, message, text);
  }

  /** As often as `refused`. */
  remarked(signal: string, url: string, text: string): void {
    this.log.warn({ signal, url, ...said(text) }, 'the back end took a request with a remark');
  }

  /** Told once for a long time. */
  dividing(signal: string, url: string, reason: string, bytes: number): void {
    this.log.warn(
      { signal, url, reason, bytes },
      'the back end refuses a request: it is divided in two, and so on, until what it takes is sent; what it refuses by itself is lost',
    );
  }

  /** As often as `refused`. */
  gaveUp(signal: string, url: string, items: number, reason: string): void {
    this.log.error(
      { signal, url, items, reason },
      'the back end takes other requests and not this one, however often it is tried: it is lost',
    );
    const message = `${url} never took a request of ${items} items of ${signal}, which is lost: ${reason}`;
    this.tellOf('ForwardGaveUp', signal, message);
  }

  /** Told when it begins. */
  overflowed(maxBytes: number): void {
    this.log.error(
      { max_bytes: maxBytes },
      'the back end does not keep up: what waits to be forwarded fills forward.max_queue, and the oldest of it is lost from now on (tocsin_forward_items_total counts it)',
    );
    const message = 'the back end does not keep up: forward.max_queue is full, and the oldest is lost';
    this.tell({ kind: 'ForwardOverflowed', message });
  }

  /** Told once for a while. */
  tooLarge(signal: string, bytes: number, maxBytes: number): void {
    this.log.error(
      { signal, bytes, max_bytes: maxBytes },
      'a request is larger than forward.max_queue, and is lost: raise it, or send smaller batches from the app',
    );
    const message = `a request of ${bytes} bytes is larger than forward.max_queue, and is lost`;
    this.tellOf('ForwardTooLarge', signal, message);
  }

  /** At the end. */
  abandoned(items: number, isJournaled: boolean): void {
    if (isJournaled) {
      this.log.info({ items }, 'what could not be forwarded in time is sent after the next start');
      return;
    }
    this.log.warn({ items }, 'stopped with something that could not be forwarded in time: it is lost');
    const message = `stopped with ${items} items that could not be forwarded in time: they are lost`;
    this.tell({ kind: 'ForwardAbandoned', message });
  }

  /** A loop: what is forwarded would come in again. */
  leadsToOurselves(signal: string, url: string, listener: string): void {
    this.log.error(
      { signal, url },
      `${signal} ARE NOT FORWARDED: the endpoint is Tocsin’s own ${listener}. Is OTEL_EXPORTER_OTLP_ENDPOINT set for the whole pod? Set forward.endpoint to your back end`,
    );
    this.tellOf('ForwardToItself', signal, `${signal} are not forwarded: ${url} is Tocsin’s own ${listener}`);
  }

  /** @param text what the back end said */
  private tellOf(kind: OwnFailureKind, signal: string, message: string, text = ''): void {
    this.tell({ kind, subject: signal, message, details: said(text) });
  }
}

function said(text: string): { answer?: string } {
  return text === '' ? {} : { answer: text };
}
