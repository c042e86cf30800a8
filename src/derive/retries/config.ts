import * as z from 'zod';
import { duration } from '../../config/scalars.ts';
import type { LinkerOptions } from './linker.ts';

const gap = () =>
  duration().refine(
    (millis) => millis >= 100 && millis <= 600_000,
    'not a useful time: write from 100ms to 10m',
  );

export const retriesSchema = z
  .strictObject({
    infer: z.boolean().default(true).describe('Whether retries are inferred from the spans of calls at all.'),
    sibling_gap: gap()
      .default(60_000)
      .describe(
        'How long after a failed call the next one below the same span may begin to be a retry of it.',
      ),
    orphan_gap: gap()
      .default(10_000)
      .describe('The same for calls without a span above them, of which only what they ask for is known.'),
  })
  .describe('Calls that are tried again, found in the spans of any client library.');

export function linkerOptions({ sibling_gap, orphan_gap }: z.infer<typeof retriesSchema>): LinkerOptions {
  return { siblingGapMillis: sibling_gap, orphanGapMillis: orphan_gap };
}
