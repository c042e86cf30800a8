import { z } from 'zod';

export const storeSchema = z.strictObject({
  url: z
    .string()
    .regex(
      /^(|sqlite:.+)$/,
      'not a store: write sqlite:PATH, or leave it empty for a file in the data directory',
    )
    .default('')
    .describe('`sqlite:PATH`; empty = `tocsin.db` in the data directory'),
});
