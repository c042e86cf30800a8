import type { Clock } from '../../runtime/clock.ts';
import { WorkLoop } from '../../runtime/work-loop.ts';
import type { KeptLedger, Store } from '../../store/store.ts';
import { fates, type Ledger, type LedgerSignal, ledgerSignals } from '../../telemetry/events.ts';

/** What a process that is killed has counted since is not in the totals. */
const keepMillis = 5_000;

export interface LedgerBookDependencies {
  clock: Clock;
  store: Pick<Store, 'readLedger' | 'keepLedger'>;
  /** Of this process. */
  counted: () => Ledger;
  /** Of what is pending, what waits on disk: the next process takes it over. */
  onDisk: () => Record<LedgerSignal, number>;
  /** Whether the rest of what was pending when a process ended is taken again by the next. */
  isJournaled: boolean;
}

/** The ledger across restarts: what earlier processes counted, and this one. */
export class LedgerBook extends WorkLoop {
  private readonly dependencies: LedgerBookDependencies;
  private earlier: KeptLedger | undefined;
  private kept = '';
  private readonly began: number;

  constructor(dependencies: LedgerBookDependencies) {
    super('ledger', dependencies.clock, () => this.keepOrTryAgain());
    this.dependencies = dependencies;
    this.began = dependencies.clock.now();
  }

  /** Closes the book; what was counted until now is in it. */
  override async stop(): Promise<void> {
    await super.stop();
    await this.keepOrTryAgain();
  }

  get since(): number {
    return this.earlier?.since ?? this.began;
  }

  totals(): Ledger {
    const totals = this.dependencies.counted();
    if (this.earlier === undefined) return totals;
    for (const signal of ledgerSignals) {
      for (const fate of fates) totals[signal][fate] += this.earlier.totals[signal][fate];
    }
    return totals;
  }

  /** The store tells of its failures elsewhere: its next round does what this one could not. */
  private async keepOrTryAgain(): Promise<number> {
    await this.keep().catch(() => undefined);
    return keepMillis;
  }

  private async keep(): Promise<void> {
    const { store, isJournaled } = this.dependencies;
    if (this.earlier === undefined) {
      const found = await store.readLedger();
      this.earlier = { since: found?.since ?? this.began, totals: settled(found, isJournaled) };
    }
    const ledger = { since: this.since, totals: this.totals(), onDisk: this.dependencies.onDisk() };
    const text = JSON.stringify(ledger);
    if (text === this.kept) return;
    await store.keepLedger(ledger);
    this.kept = text;
  }
}

/**
 * What came to its end. What was under way when the process ended is on disk, in the spool or in the journal, and received anew from
 * there; without a journal what was in memory is lost.
 */
function settled(found: KeptLedger | undefined, isJournaled: boolean): Ledger {
  const accounts = ledgerSignals.map((signal) => {
    const before: Partial<Ledger[LedgerSignal]> = found?.totals[signal] ?? {};
    const ends = fates
      .filter((fate) => fate !== 'received')
      .map((fate) => [fate, before[fate] ?? 0] as const);
    const account = Object.fromEntries(ends) as Ledger[LedgerSignal];
    if (!isJournaled) account.lost += Math.max(0, (before.pending ?? 0) - (found?.onDisk?.[signal] ?? 0));
    account.received = Object.values(account).reduce((sum, items) => sum + items, 0);
    account.pending = 0;
    return [signal, account] as const;
  });
  return Object.fromEntries(accounts) as Ledger;
}
