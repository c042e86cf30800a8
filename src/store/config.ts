import * as z from 'zod';
import { byteSize, duration } from '../config/scalars.ts';
import { defaultRetention, type Retention } from './retention.ts';

/** An empty store has some hundred kilobytes, and its log up to one megabyte. */
const leastBytes = 2 ** 22;

export const storeSchema = z.strictObject({
  url: z
    .string()
    .regex(
      /^(|sqlite:.+)$/,
      'not a store: write sqlite:PATH, or leave it empty for a file in the data directory',
    )
    .default('')
    .describe('`sqlite:PATH`; empty = `tocsin.db` in the data directory'),
  retention: duration()
    .default(defaultRetention.maxAgeMillis)
    .describe(
      'Events, and resolved issues, that are older are deleted; the last event of an issue stays with it. 0s = never',
    ),
  max_size: byteSize()
    .refine((bytes) => bytes >= leastBytes, 'too small for a store: write at least 4MiB')
    .default(defaultRetention.maxBytes)
    .describe(
      'of the database and its log, and never more than half of their disk; where there is no room for all, the events that say the least are deleted first',
    ),
});

export function retentionOf(store: z.infer<typeof storeSchema>): Retention {
  return { maxAgeMillis: store.retention, maxBytes: store.max_size };
}
