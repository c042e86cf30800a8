import type { MetricRegistry } from '../metrics/registry.ts';
import { DestinationEvents } from './destination-events.ts';
import { ForwardMetrics } from './forward-metrics.ts';
import type { Log } from './log.ts';
import { type TellOwnFailure, untold } from './own-failure.ts';

/** What happens to forwarding, one method each, as in `Events`. Nothing of the headers is ever given to it. */
export class ForwardEvents {
  private readonly log: Log;
  private readonly tell: TellOwnFailure;
  private readonly metrics: ForwardMetrics;

  /** @param tell is told of what failed */
  constructor(registry: MetricRegistry, log: Log, tell: TellOwnFailure = untold) {
    this.log = log;
    this.tell = tell;
    this.metrics = new ForwardMetrics(registry);
  }

  /** Of one back end. */
  of(destination: string): DestinationEvents {
    return new DestinationEvents(destination, this.metrics, this.log, this.tell);
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

  /** At the start: somebody took the destination out of the configuration, or renamed it. @param name of the directory */
  orphaned(name: string): void {
    this.log.warn(
      { directory: name },
      'something waits in the spool for a destination that is not configured any more: it is not sent. Configure it again, or delete the directory',
    );
  }

  /** A loop: what is forwarded would come in again. */
  leadsToOurselves(signal: string, url: string, listener: string): void {
    this.log.error(
      { signal, url },
      `${signal} ARE NOT FORWARDED: the endpoint is Tocsin’s own ${listener}. Is OTEL_EXPORTER_OTLP_ENDPOINT set for the whole pod? Set forward.endpoint to your back end`,
    );
    const message = `${signal} are not forwarded: ${url} is Tocsin’s own ${listener}`;
    this.tell({ kind: 'ForwardToItself', subject: signal, message });
  }
}
