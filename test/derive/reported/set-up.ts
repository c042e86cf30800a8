import { reportMetrics } from '../../../src/derive/reported/known-metrics.ts';
import { Reported } from '../../../src/derive/reported/reported.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { scanMetrics } from '../../../src/otlp/metric-scanner.ts';
import { MetricView } from '../../../src/otlp/metric-view.ts';
import { SpanView } from '../../../src/otlp/span-view.ts';
import { TraceScanner } from '../../../src/otlp/trace-scanner.ts';
import { redactSchema } from '../../../src/redact/config.ts';
import { Redactor } from '../../../src/redact/redactor.ts';
import { type MetricSpec, metricsRequestBytes, type PointSpec } from '../../support/metric-builders.ts';
import { type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';
import { TestClock } from '../../support/test-clock.ts';

export const second = 1_000;
export const minute = 60 * second;
export const shop = { service: 'shop', instance: 'one' };

type Attributes = NonNullable<SpanSpec['attributes']>;

export interface Change {
  name?: string;
  state?: string | number;
  from?: string | number;
  at?: number;
  more?: Attributes;
}

/** All that apps can say, in the bytes in which they say it. */
export function setUp({ maxLines = 3000, redaction = () => usual } = {}) {
  const clock = new TestClock();
  const registry = new MetricRegistry(clock);
  const budget = new SeriesBudget(maxLines, { expireAfterMillis: 15 * minute });
  const reported = new Reported(clock, registry, budget, redaction);
  const scanner = new TraceScanner();
  const view = new SpanView();
  const span = (spec: Partial<SpanSpec>, reporter = shop): void => {
    const endTimeUnixNano = String(BigInt(Math.round(clock.now())) * 1_000_000n);
    const batch = scanner.scan(traceRequestBytes([{ id: 1, endTimeUnixNano, ...spec }]));
    view.open(batch);
    for (const index of batch.reports) reported.span(view.moveTo(index), reporter);
  };
  const attributesOf = ({ name = 'payments', state = 'open', from, more = {} }: Change): Attributes => ({
    ...(name === '' ? {} : { 'circuit_breaker.name': name }),
    'circuit_breaker.state': state,
    ...(from === undefined ? {} : { 'circuit_breaker.previous_state': from }),
    ...more,
  });
  const text = (): string => [...registry.expose()].join('');
  return {
    clock,
    budget,
    reported,
    registry,
    span,
    /** As a span event. */
    changed: (change: Change = {}, reporter = shop) => {
      const event = {
        name: 'circuit_breaker.state_change',
        timeMillis: change.at ?? clock.now(),
        attributes: attributesOf(change),
      };
      span({ events: [event] }, reporter);
    },
    /** As a log record. */
    logged: (change: Change = {}, reporter = shop) =>
      reported.logged(
        { timeMillis: change.at ?? clock.now(), attributes: new Map(Object.entries(attributesOf(change))) },
        reporter,
      ),
    called: (outcome: string, count = 1, name = 'payments', reporter = shop) => {
      for (let i = 0; i < count; i++)
        span({ attributes: { 'circuit_breaker.name': name, 'circuit_breaker.outcome': outcome } }, reporter);
    },
    /** As of now, from a process that began an hour ago. */
    metric: (
      name: string,
      points: (PointSpec & { value?: number })[],
      more: Partial<MetricSpec> = {},
      reporter = shop,
    ) => {
      const given = points.map((point) => ({
        startMillis: clock.now() - clock.monotonic() - 60 * minute,
        timeMillis: clock.now(),
        ...point,
      }));
      const batch = scanMetrics(metricsRequestBytes([{ name, points: given, ...more }]), reportMetrics);
      const metrics = new MetricView(batch);
      for (const range of batch.known) reported.metric(range.name, metrics.moveTo(range).points(), reporter);
    },
    text,
    /** Values of a family that are not 0, by what stands between the braces without the breaker `payments` of the shop. */
    values: (family: string): Record<string, number> => {
      const found: [string, number][] = [];
      for (const line of text().split('\n')) {
        const [, labels, value] = new RegExp(`^${family}\\{(.*)\\} (\\S+)$`).exec(line) ?? [];
        if (labels === undefined || value === '0') continue;
        const key = labels
          .replace('service_name="shop",', '')
          .replace('breaker="payments",', '')
          .replaceAll(/[a-z]+="([^"]*)"/g, '$1')
          .replaceAll(',', ' ');
        found.push([key, Number(value)]);
      }
      return Object.fromEntries(found);
    },
  };
}

const usual = new Redactor(redactSchema.parse({}));
