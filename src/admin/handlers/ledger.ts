import type { Ledger } from '../../telemetry/events.ts';
import type { Handlers } from '../routes.ts';
import { time } from './time.ts';

export interface LedgerHandlersDependencies {
  /** With since when it counts; milliseconds since the Unix epoch. */
  ledger: () => { signals: Ledger; since: number };
}

export function ledgerHandlers({ ledger }: LedgerHandlersDependencies): Handlers<'getLedger'> {
  return {
    getLedger: () => {
      const { signals, since } = ledger();
      return { signals, since: time(since) };
    },
  };
}
