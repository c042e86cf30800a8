import { z } from 'zod';
import { listenAddress } from '../config/scalars.ts';

/** Milliseconds; the bounds of the Collector's span metrics connector, which existing dashboards are made for. */
const defaultBoundsMillis = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000];

const bounds = z
  .array(z.number().positive())
  .min(1)
  .max(100)
  .superRefine((values, context) => {
    for (const [i, value] of values.entries()) {
      if (i === 0 || value > values[i - 1]!) continue;
      context.addIssue({ code: 'custom', path: [i], message: 'not larger than the bound before it' });
    }
  });

export const metricsSchema = z
  .strictObject({
    listen: listenAddress().default({ host: '0.0.0.0', port: 4319 }),
    duration_unit: z.enum(['ms', 's']).default('ms'),
    /** Upper bounds of the duration histogram, in `duration_unit`. */
    buckets: bounds.optional(),
    /** Lines that the series named by the app may take in an exposition. */
    max_series: z.number().int().min(100).max(1_000_000).default(3000),
  })
  .transform(({ buckets, ...rest }) => ({ ...rest, buckets: buckets ?? defaultBounds(rest.duration_unit) }));

function defaultBounds(unit: 'ms' | 's'): number[] {
  return unit === 'ms' ? defaultBoundsMillis : defaultBoundsMillis.map((bound) => bound / 1000);
}
