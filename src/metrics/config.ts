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
    listen: listenAddress()
      .default({ host: '0.0.0.0', port: 4319 })
      .describe('where `/metrics`, `/health`, `/livez` and `/readyz` are; nothing secret is there'),
    duration_unit: z
      .enum(['ms', 's'])
      .default('ms')
      .describe('of the duration histograms, and of the bounds in `buckets`'),
    buckets: bounds
      .optional()
      .describe(
        `upper bounds of the duration histograms, each larger than the one before; by default those of the Collector’s span metrics connector, in ms ${defaultBoundsMillis.join(', ')}`,
      ),
    max_series: z
      .number()
      .int()
      .min(100)
      .max(1_000_000)
      .default(3000)
      .describe(
        'lines of `/metrics` that the names in the app’s data may take; what is beyond is counted in one overflow series',
      ),
  })
  .transform(({ buckets, ...rest }) => ({ ...rest, buckets: buckets ?? defaultBounds(rest.duration_unit) }));

function defaultBounds(unit: 'ms' | 's'): number[] {
  return unit === 'ms' ? defaultBoundsMillis : defaultBoundsMillis.map((bound) => bound / 1000);
}
