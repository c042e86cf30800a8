import type { Signal } from '../otlp/signal.ts';
import type { Harmless } from '../redact/harmless.ts';
import type { DestinationEvents } from '../telemetry/destination-events.ts';
import type { Parcel } from './parcel.ts';
import type { Reminders } from './reminders.ts';
import type { SetAside } from './set-aside.ts';
import type { Verdict } from './verdict.ts';

/** A back end that fails every other second is told of once a minute. */
const flappingMillis = 60_000;
/** What is odd and does no harm is told of no more often. */
const remarkMillis = 6 * 3_600_000;

export interface ReportsDependencies {
  events: DestinationEvents;
  harmless: Harmless;
  reminders: Reminders;
  /** Undefined if there is no disk for it. */
  setAside?: SetAside | undefined;
}

/** What is told of one signal's back end: each thing when it begins, or once in a while, and nothing of what is secret. */
export class Reports {
  private readonly signal: Signal;
  private readonly url: string;
  private readonly dependencies: ReportsDependencies;
  /** What people were told last, and think. */
  private told: 'works' | 'fails' | 'refuses' = 'works';

  /** @param url as it is shown */
  constructor(signal: Signal, url: string, dependencies: ReportsDependencies) {
    this.signal = signal;
    this.url = url;
    this.dependencies = dependencies;
  }

  works(): void {
    if (this.told !== 'works') this.dependencies.events.works(this.signal, this.url);
    this.told = 'works';
  }

  failing({ reason, text }: Extract<Verdict, { kind: 'tryAgain' }>): void {
    const { events, harmless } = this.dependencies;
    if (this.told === 'fails' || !this.isDue('failing', flappingMillis)) return;
    this.told = 'fails';
    events.failing(this.signal, this.url, reason, harmless.text(text));
  }

  /** What is refused for what is in it is kept for people to look at, now and then. */
  refused({ reason, text, about }: Extract<Verdict, { kind: 'refused' }>, { bytes, items }: Parcel): void {
    const { events, harmless, setAside } = this.dependencies;
    const { signal, url } = this;
    const answer = harmless.text(text);
    const file =
      about === 'all' || bytes === undefined
        ? undefined
        : setAside?.keep({ signal, bytes, items, url, reason, answer });
    if (!this.isDue(reason)) return;
    this.told = 'refuses';
    events.refused(signal, url, reason, answer, file);
  }

  /** @param rejected items of a request that was taken */
  taken(rejected: number, remark: string): void {
    const { events, harmless } = this.dependencies;
    const text = harmless.text(remark);
    if (rejected > 0 && this.isDue('rejected')) events.rejected(this.signal, this.url, rejected, text);
    if (rejected === 0 && text !== '' && this.isDue('remark', remarkMillis))
      events.remarked(this.signal, this.url, text);
  }

  divided(reason: string, bytes: number): void {
    if (this.isDue('divided', remarkMillis))
      this.dependencies.events.dividing(this.signal, this.url, reason, bytes);
  }

  gaveUp(items: number, reason: string): void {
    if (this.isDue('given up')) this.dependencies.events.gaveUp(this.signal, this.url, items, reason);
  }

  private isDue(what: string, againAfterMillis?: number): boolean {
    return this.dependencies.reminders.isDue(`${this.signal} ${what}`, againAfterMillis);
  }
}
