import * as z from 'zod';
import { duration, listenAddress } from '../config/scalars.ts';
import { labelName } from './label-name.ts';

/** Milliseconds; the bounds of the Collector's span metrics connector, which existing dashboards are made for. */
const defaultBoundsMillis = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000];

/** Labels that span metrics have anyway, that Prometheus sets, or that mean something to it. */
const reservedLabels = new Set([
  'service_name',
  'span_name',
  'span_kind',
  'status_code',
  'le',
  'quantile',
  'job',
  'instance',
  'otel_metric_overflow',
]);

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

const dimensions = z
  .array(
    z
      .string()
      .max(128)
      .regex(
        /^[\x21-\x7e]*[a-zA-Z0-9][\x21-\x7e]*$/,
        'not the key of an attribute: write one such as http.route',
      ),
  )
  .max(8)
  .default([])
  .superRefine(
    (keys: readonly unknown[], context) => {
      const names = keys.map((key) => (typeof key === 'string' ? labelName(key) : undefined));
      for (const [i, name] of names.entries()) {
        if (name === undefined) continue;
        const message = objectionTo(name, names.indexOf(name) < i);
        if (message !== undefined) context.addIssue({ code: 'custom', path: [i], message });
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  );

function objectionTo(name: string, isTaken: boolean): string | undefined {
  if (reservedLabels.has(name) || name.startsWith('__')) {
    return `its label would be ${name}, which has another meaning: take it away`;
  }
  return isTaken ? `its label would be ${name}, as that of one before it: keep one of them` : undefined;
}

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
    dimensions: dimensions.describe(
      'Keys of attributes that become labels of calls and durations: of the span, else of its resource',
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
    expire_after: duration()
      .default(15 * 60_000)
      .describe('A series named by the app that nothing was counted in for so long disappears; 0s = never'),
    span_metrics: z
      .boolean()
      .default(true)
      .describe('Whether calls and durations are counted from spans at all'),
  })
  .superRefine(({ buckets, max_series: maxLines }, context) => {
    const least = linesPerCall((buckets ?? defaultBoundsMillis).length);
    if (maxLines >= least) return;
    const message = `too few: calls and durations take ${least} lines a series with these buckets`;
    context.addIssue({ code: 'custom', path: ['max_series'], message });
  })
  .transform(({ buckets, ...rest }) => ({ ...rest, buckets: buckets ?? defaultBounds(rest.duration_unit) }));

/** Of one service, span name, kind and status in OpenMetrics: a counter and a histogram, each with when it was created. */
export function linesPerCall(bucketCount: number): number {
  return 2 + bucketCount + 4;
}

function defaultBounds(unit: 'ms' | 's'): number[] {
  return unit === 'ms' ? defaultBoundsMillis : defaultBoundsMillis.map((bound) => bound / 1000);
}
