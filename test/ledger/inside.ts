import { type LedgerSignal, ledgerSignals } from '../../src/telemetry/events.ts';
import { type Account, closes } from '../support/ledger-accounts.ts';

export type Accounts = Record<LedgerSignal, Account>;

/** What the counters of one process say, one exposition after the other. */
export class LifeAccounts {
  private last: Accounts | undefined;

  /**
   * @param forwardable items of each signal that the back end has taken from this process so far
   * @returns what is wrong with these
   */
  next(accounts: Accounts, forwardable: Readonly<Record<LedgerSignal, number>>): string[] {
    const before = this.last;
    this.last = accounts;
    return ledgerSignals.flatMap((signal) => {
      const account = accounts[signal];
      const told = `${signal}: ${equation(account)}`;
      const problems = wrongIn(account).map((what) => `${what}. ${told}`);
      for (const fate of fallen(before?.[signal], account)) problems.push(`${fate} has become less. ${told}`);
      if (account.forwarded > forwardable[signal])
        problems.push(`forwarded is more than the back end took, ${forwardable[signal]}. ${told}`);
      return problems;
    });
  }
}

/** @returns what is wrong with an account by itself */
export function wrongIn(account: Account): string[] {
  const problems: string[] = [];
  if (!closes(account)) problems.push('the ledger does not close');
  for (const [fate, items] of Object.entries(account))
    if (!Number.isInteger(items) || items < 0) problems.push(`${fate} is no number of items`);
  return problems;
}

/** Counters that count less than before. */
export function fallen(before: Account | undefined, after: Account): string[] {
  if (before === undefined) return [];
  const counters = (Object.keys(after) as (keyof Account)[]).filter((fate) => fate !== 'pending');
  return counters.filter((fate) => after[fate] < before[fate]);
}

/** For people. */
export function equation({ received, ...others }: Account): string {
  const sum = Object.values(others).reduce((total, items) => total + items, 0);
  const terms = Object.entries(others).map(([fate, items]) => `${fate} ${items}`);
  return `received ${received} ${received === sum ? '=' : '≠'} ${terms.join(' + ')} (= ${sum})`;
}
