import type { Ledger } from '../../telemetry/events.ts';
import type { Handlers } from '../routes.ts';
import { time } from './time.ts';

export interface LedgerHandlersDependencies {
  ledger: () => Ledger;
  /** Since when it counts; milliseconds since the Unix epoch. */
  since: number;
}

export function ledgerHandlers({ ledger, since }: LedgerHandlersDependencies): Handlers<'getLedger'> {
  return { getLedger: () => ({ signals: ledger(), since: time(since) }) };
}
