import type { ForwardMetrics } from './forward-metrics.ts';
import type { Log } from './log.ts';
import { type OwnFailureKind, reasonOf, type TellOwnFailure } from './own-failure.ts';

/** How a spool is, at the moment. */
export interface SpoolState {
  bytes: number;
  requests: number;
  /** For how long the oldest has been in it. */
  oldestSeconds: number;
}

/** What is lost by a bound of the spool is told of so often, as long as it goes on. */
const tellEveryMillis = 10 * 60_000;

/** What happens to what waits on disk for one back end. */
export class SpoolEvents {
  private readonly destination: string;
  private readonly metrics: ForwardMetrics;
  private readonly log: Log;
  private readonly tell: TellOwnFailure;
  private isFailing = false;
  private lost: Record<'overflowed' | 'expired', { items: number; toldAt: number }> = {
    overflowed: { items: 0, toldAt: Number.NEGATIVE_INFINITY },
    expired: { items: 0, toldAt: Number.NEGATIVE_INFINITY },
  };

  /** @param destination its name */
  constructor(destination: string, metrics: ForwardMetrics, log: Log, tell: TellOwnFailure) {
    this.destination = destination;
    this.metrics = metrics;
    this.log = log;
    this.tell = tell;
  }

  signalKnown(signal: string): void {
    this.metrics.spooled.series([this.destination, signal]);
  }

  /** @param state asked for each exposition */
  measured(state: () => SpoolState): void {
    const { registry, spoolBytes, spoolRequests, spoolOldest, damaged } = this.metrics;
    const labels = [this.destination];
    const series = [spoolBytes, spoolRequests, spoolOldest].map((gauge) => gauge.series(labels));
    damaged.series(labels);
    registry.onCollect(() => {
      const { bytes, requests, oldestSeconds } = state();
      spoolBytes.set(series[0]!, bytes);
      spoolRequests.set(series[1]!, requests);
      spoolOldest.set(series[2]!, oldestSeconds);
    });
  }

  stored(signal: string, items: number): void {
    this.metrics.spooled.add(this.metrics.spooled.series([this.destination, signal]), items);
  }

  worked(): void {
    if (!this.isFailing) return;
    this.isFailing = false;
    this.log.info(this.at, 'the spool is written again');
  }

  /** Told when it begins. */
  failed(error: unknown): void {
    if (this.isFailing) return;
    this.isFailing = true;
    this.log.error(
      { ...this.at, err: error },
      'the spool cannot be used: what waits for the back end is in memory alone, and beyond forward.max_queue the oldest is lost',
    );
    this.tellOf('SpoolFailed', `the spool cannot be used: ${reasonOf(error)}`);
  }

  /** At the start: what another process left. */
  takenOver(items: number, requests: number): void {
    this.log.info({ ...this.at, items, requests }, 'what waits in the spool is forwarded now');
  }

  /** What was being written when a process died: it had not been taken out of the journal. */
  cut(files: number): void {
    this.log.warn({ ...this.at, files }, 'the spool ends where it should not: a crash cut it off');
  }

  /** @param places at which something cannot be read: a request, or several */
  damaged(places: number): void {
    this.metrics.damaged.add(this.metrics.damaged.series([this.destination]), places);
    this.log.error(
      { ...this.at, places },
      'the spool is damaged, as when a disk fails: what stood there is lost (tocsin_forward_spool_damaged_total counts the places)',
    );
    this.tellOf('SpoolDamaged', 'the spool is damaged, and requests in it are lost', { places });
  }

  /** A request of which it is known how much was in it. */
  unreadable(signal: string, items: number, error: unknown): void {
    this.metrics.damaged.add(this.metrics.damaged.series([this.destination]));
    this.log.error(
      { ...this.at, signal, items, err: error },
      'a request in the spool cannot be read: it is lost',
    );
    this.tellOf('SpoolDamaged', `a request in the spool cannot be read: ${reasonOf(error)}`, { items });
  }

  /** They stay where they are. */
  unknown(files: number): void {
    this.log.warn(
      { ...this.at, files },
      'there are files in the spool that this version cannot read: left alone',
    );
  }

  /** Items had to go by a bound. @param now by the monotonic clock */
  gone(why: 'overflowed' | 'expired', items: number, now: number): void {
    const lost = this.lost[why];
    lost.items += items;
    if (now - lost.toldAt < tellEveryMillis) return;
    const bound = why === 'expired' ? 'forward.spool.max_age' : 'forward.spool.max_size';
    this.log.error(
      { ...this.at, items: lost.items },
      `what waits for the back end is more than ${bound} allows: the oldest is lost`,
    );
    this.tellOf('SpoolOverflowed', `what waits is more than ${bound} allows: the oldest is lost`, {
      items: lost.items,
    });
    this.lost[why] = { items: 0, toldAt: now };
  }

  private get at(): { destination: string } {
    return { destination: this.destination };
  }

  private tellOf(
    kind: OwnFailureKind,
    message: string,
    details: Readonly<Record<string, number>> = {},
  ): void {
    const { destination } = this;
    this.tell({ kind, message, ...(destination !== 'default' && { subject: destination }), details });
  }
}
