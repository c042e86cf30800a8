import * as z from 'zod';
import { byteSize, duration } from '../config/scalars.ts';
import type { HoldOptions } from './holding/waiting-room.ts';

export const localTracesSchema = z
  .strictObject({
    hold: duration()
      .refine((millis) => millis >= 1000 && millis <= 60_000, 'not a useful time: write from 1s to 1m')
      .default(10_000)
      .describe('How long spans whose local root has not come yet wait for it; then they are passed on.'),
    max_size: byteSize()
      .default(32 * 2 ** 20)
      .describe('Memory for spans that wait; what does not fit is passed on.'),
  })
  .describe('What is dropped is dropped by whole local traces, also where they come in several requests.');

export function holdOptions({ hold, max_size }: z.infer<typeof localTracesSchema>): HoldOptions {
  return { holdMillis: hold, maxBytes: max_size };
}

export const usualHold: HoldOptions = holdOptions(localTracesSchema.parse({}));
