import { KnownMetrics, scanMetrics } from '../../../src/otlp/metric-scanner.ts';
import { MetricView } from '../../../src/otlp/metric-view.ts';
import { metricsRequest } from '../../support/otlp-reference.ts';
import { agreeOn } from '../agree.ts';
import { makeMessage } from '../make-message.ts';
import type { Random } from '../random.ts';
import { refusalOf } from '../refusal.ts';
import { surrounded, surroundings } from '../surrounded.ts';
import { same, type Target, type Verdict } from '../target.ts';

export const metrics: Target = {
  name: 'metrics',
  make: (random) => makeMessage('metrics', random),
  check,
};

/** Short, so that names that are made up are among them, and the empty one, which is that of a metric whose name is broken off. */
const known = new KnownMetrics(['', 'a', 'x', 'name', 'http.route']);

function check(input: Uint8Array, random: Random): Verdict {
  const { result, refused } = refusalOf(() => readAll(surrounded(input, random.one(surroundings))));
  const agreed = agreeOn(metricsRequest, input, refused);
  if (agreed === undefined) return 'refused';
  // Of two kinds of points in one metric, which is one too many, both are counted: both are passed on.
  if (!agreed.again.has('Metric.oneof')) same('data points', result, pointsIn(agreed.object));
  return 'taken';
}

/** Reads what is known as well: what was taken as whole can be read. @returns data points */
function readAll(request: Uint8Array): number {
  const batch = scanMetrics(request, known);
  const view = new MetricView(batch);
  for (const range of batch.known)
    for (const { count, sum } of view.moveTo(range).points())
      if (!Number.isFinite(count)) throw new Error(`a point counts ${count}, ${sum} in all`);
  return batch.points;
}

function pointsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return 0;
  let count = 0;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'dataPoints') count += (inner as unknown[]).length;
    else if (key !== 'attributes')
      count += Array.isArray(inner)
        ? inner.reduce<number>((sum, each) => sum + pointsIn(each), 0)
        : pointsIn(inner);
  }
  return count;
}
