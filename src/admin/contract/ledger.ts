import * as z from 'zod';
import { fates, ledgerSignals } from '../../telemetry/events.ts';
import { named, time } from './common.ts';
import type { Route } from './route.ts';

const account = z.object({
  ...(Object.fromEntries(fates.map((fate) => [fate, z.int()])) as Record<(typeof fates)[number], z.ZodInt>),
  pending: z.int().describe('Taken in, and on its way'),
});

const ledger = named(
  'Ledger',
  z.object({
    signals: z
      .record(z.enum(ledgerSignals), account)
      .describe('received is the sum of all others, but for requests that are under way'),
    since: time,
  }),
);
export type LedgerAnswer = z.infer<typeof ledger>;

export const ledgerRoutes = {
  getLedger: {
    method: 'get',
    path: '/api/ledger',
    summary: 'What became of everything that was received across restarts, for as long as the store is kept',
    answer: ledger,
  },
} as const satisfies Record<string, Route>;
