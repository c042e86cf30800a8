import { type Fate, fates, type LedgerSignal, ledgerSignals } from '../../src/telemetry/events.ts';

/** What the ledger says of one signal. */
export type Account = Record<Fate | 'pending', number>;

/** What an exposition says of each signal. @throws Error if it is not whole */
export function accountsIn(exposition: string): Record<LedgerSignal, Account> {
  const lines = exposition.split('\n');
  const valueOf = (series: string): number => {
    const line = lines.find((each) => each.startsWith(`${series} `));
    if (line === undefined) throw new Error(`there is no ${series}`);
    return Number(line.slice(series.length + 1));
  };
  const accounts = ledgerSignals.map((signal) => {
    const counts = fates.map(
      (fate) => [fate, valueOf(`tocsin_ledger_total{signal="${signal}",fate="${fate}"}`)] as const,
    );
    const pending = ['pending', valueOf(`tocsin_ledger_pending{signal="${signal}"}`)] as const;
    return [signal, Object.fromEntries([...counts, pending])] as const;
  });
  return Object.fromEntries(accounts) as Record<LedgerSignal, Account>;
}

/** Whether what was received is all accounted for. */
export function closes({ received, ...others }: Readonly<Record<string, number>>): boolean {
  return received === Object.values(others).reduce((total, count) => total + count, 0);
}
