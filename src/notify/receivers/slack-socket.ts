import type { Clock } from '../../runtime/clock.ts';
import { withinDeadline } from '../../runtime/deadline.ts';
import { WorkLoop } from '../../runtime/work-loop.ts';
import type { ButtonEvents } from '../../telemetry/button-events.ts';
import { refusedPauseMillis, retryDelay, throttleMillis } from '../delivery.ts';
import type { Obstacle } from '../receiver.ts';
import type { SocketConnection, SocketOptions } from './slack-socket-client.ts';
import { endOf, isMove } from './slack-socket-errors.ts';
import type { Envelope } from './slack-socket-wire.ts';

/** One that lasted for so long was a good one: what comes after it begins anew. */
const goodMillis = 10_000;
/** What was pressed just before the end has so long to be done and said to be. */
const graceMillis = 1_000;
/** While there is nothing to press: what was sent just before may not be known yet. */
const idleMillis = 60_000;

export interface SlackSocketDependencies {
  clock: Clock;
  /** 0 to 1. */
  random: () => number;
  events: ButtonEvents;
  /** What was pressed. Settled when it is done, or has taken too long. Never throws. */
  handle: (payload: unknown) => Promise<void>;
  /** Whether there may be anything to press. Never throws. */
  isWanted: () => Promise<boolean>;
}

/** Keeps a connection to Slack by which it tells what is pressed: one round is one connection. Nothing else waits for it. */
export class SlackSocket extends WorkLoop {
  private readonly receivers: readonly string[];
  private readonly options: Omit<SocketOptions, 'clock'>;
  private readonly dependencies: SlackSocketDependencies;
  private readonly closing = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private current: SocketConnection | undefined;
  /** The one before, which Slack is about to end. */
  private leaving: SocketConnection | undefined;
  private isIdle = false;
  private wasOpen = false;
  private failures = 0;
  private reason: string | undefined;

  /** @param receivers whose buttons they are */
  constructor(
    receivers: readonly string[],
    options: Omit<SocketOptions, 'clock'>,
    dependencies: SlackSocketDependencies,
  ) {
    super(`Slack's buttons (${receivers.join(', ')})`, dependencies.clock, () => this.connect());
    this.receivers = receivers;
    this.options = options;
    this.dependencies = dependencies;
  }

  /** Why nothing is heard; undefined while it is, as far as is known. */
  get problem(): string | undefined {
    return this.reason;
  }

  /** Whether it is wanted may be otherwise now. */
  async reconsider(): Promise<void> {
    if (this.isIdle) return this.wake();
    const { current } = this;
    if (current === undefined || (await this.dependencies.isWanted())) return;
    if (this.current === current) this.current = undefined;
    current.close();
  }

  override async stop(): Promise<void> {
    const { clock } = this.dependencies;
    await withinDeadline(Promise.all(this.underWay), graceMillis, clock).catch(() => undefined);
    this.underWay.clear();
    this.closing.abort();
    this.letGo();
    await super.stop();
  }

  /** @returns after how many milliseconds to connect again */
  private async connect(): Promise<number> {
    const { clock, isWanted } = this.dependencies;
    this.isIdle = !(await isWanted());
    if (this.isIdle) return this.beIdle();
    const opened = await this.open();
    const hadOther = this.leaving !== undefined;
    this.letGo();
    if (opened.kind !== 'open') return this.failed(opened);
    const since = clock.monotonic();
    this.current = opened;
    this.works(opened.connections - (hadOther ? 2 : 1));
    // A dry run may have begun while it was opened.
    void this.reconsider();
    const said = await opened.ended;
    if (this.current === undefined) return 0;
    this.current = undefined;
    const wasGood = clock.monotonic() - since >= goodMillis;
    if (wasGood) this.failures = 0;
    if (isMove(said) && wasGood && !this.isStopping) {
      this.leaving = opened;
      return 0;
    }
    opened.close();
    return this.failed(endOf(said));
  }

  private beIdle(): number {
    this.letGo();
    this.wasOpen = false;
    this.reason = undefined;
    return idleMillis;
  }

  /** What came by it is acknowledged by it. */
  private letGo(): void {
    const { leaving } = this;
    this.leaving = undefined;
    void Promise.all(this.underWay).then(() => leaving?.close());
  }

  private async open(): Promise<SocketConnection | Obstacle> {
    const { clock } = this.dependencies;
    const { openSocket } = await import('./slack-socket-client.ts');
    return openSocket({ ...this.options, clock }, (envelope) => this.receive(envelope), this.closing.signal);
  }

  private receive({ type, body, ack }: Envelope): void {
    if (this.closing.signal.aborted) return;
    // What others want to hear of is acknowledged unread: Slack would send it again and again.
    const heard = type === 'interactive' ? this.dependencies.handle(body) : Promise.resolve();
    const work = heard.then(ack).finally(() => this.underWay.delete(work));
    this.underWay.add(work);
  }

  /** @param others connections of the same app, as Slack says */
  private works(others: number): void {
    const { events } = this.dependencies;
    if (!this.wasOpen || this.reason !== undefined) events.socketOpened(this.receivers);
    this.wasOpen = true;
    this.reason = undefined;
    if (others > 0) events.socketShared(this.receivers, others);
  }

  private failed(obstacle: Obstacle): number {
    const { events, random } = this.dependencies;
    if (this.isStopping) return 0;
    switch (obstacle.kind) {
      case 'throttled':
        return throttleMillis(obstacle);
      case 'failed':
        if (this.reason === undefined) events.socketFailing(this.receivers, obstacle.reason);
        this.reason = obstacle.reason;
        return retryDelay(this.failures++, random());
      case 'refused':
        events.socketRefused(this.receivers, obstacle.reason, obstacle.remedy);
        this.reason = `${obstacle.reason}. ${obstacle.remedy}`;
        return refusedPauseMillis;
    }
  }
}
