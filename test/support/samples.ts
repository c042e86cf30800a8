import type { MetricRegistry } from '../../src/metrics/registry.ts';

/** The value of a series, such as `tocsin_x_total{a="b"}`; undefined if there is none. */
export function sampleOf(registry: MetricRegistry, series: string): number | undefined {
  const lines = [...registry.expose()].join('').split('\n');
  const line = lines.find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
