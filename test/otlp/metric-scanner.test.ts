import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { countDataPoints } from '../../src/otlp/count-items.ts';
import { KnownMetrics, mostKnownMetrics, scanMetrics } from '../../src/otlp/metric-scanner.ts';
import { type DataPoint, MetricView } from '../../src/otlp/metric-view.ts';
import { encodeText } from '../../src/otlp/text.ts';
import { keyValues } from '../support/otlp-builders.ts';
import { decode, encode, metricsRequest } from '../support/otlp-reference.ts';
import { messageOf } from '../support/otlp-type-arbitrary.ts';

const seed = 20261130;
const names = new KnownMetrics(['known.one', 'known.two']);

function pointsIn(bytes: Uint8Array): { name: string; service: unknown; point: DataPoint }[] {
  const batch = scanMetrics(bytes, names);
  const view = new MetricView(batch);
  return batch.known.flatMap((range) => {
    const service = view.moveTo(range).resourceAttribute(encodeText('service.name'));
    return Array.from(view.points(), (point) => ({ name: range.name, service, point }));
  });
}

function request(...metrics: object[]): Uint8Array {
  const resource = { attributes: keyValues({ 'service.name': 'shop' }) };
  return encode(metricsRequest, { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
}

const times = { startTimeUnixNano: '1767323000000000000', timeUnixNano: '1767323045500000000' };
const atTimes = { startMillis: 1_767_323_000_000, timeMillis: 1_767_323_045_500 };
const attributes = keyValues({ name: 'payments', ok: true });
const readAttributes = new Map<string, unknown>([
  ['name', 'payments'],
  ['ok', true],
]);

suite('metrics that are known by name', () => {
  const cases: [what: string, metric: object, expected: Partial<DataPoint> | undefined][] = [
    [
      'a cumulative sum of whole numbers',
      { sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...times, asInt: '7' }] } },
      { temporality: 'cumulative', isMonotonic: true, count: 7, sum: 7 },
    ],
    [
      'a sum of numbers below zero',
      { sum: { aggregationTemporality: 1, dataPoints: [{ ...times, asInt: '-3' }] } },
      { temporality: 'delta', isMonotonic: false, count: -3, sum: -3 },
    ],
    [
      'a delta of doubles',
      { sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ ...times, asDouble: 1.5 }] } },
      { temporality: 'delta', isMonotonic: true, count: 1.5, sum: 1.5 },
    ],
    [
      'a number that is 0, said',
      { gauge: { dataPoints: [{ ...times, asInt: '0' }] } },
      { temporality: 'gauge', isMonotonic: false, count: 0, sum: 0 },
    ],
    [
      'a histogram',
      {
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [{ ...times, count: '4', sum: 9, bucketCounts: ['1', '3'], explicitBounds: [2] }],
        },
      },
      { temporality: 'cumulative', isMonotonic: true, count: 4, sum: 9 },
    ],
    [
      'an exponential histogram',
      {
        exponentialHistogram: {
          aggregationTemporality: 1,
          dataPoints: [{ ...times, count: '4', sum: 9, scale: 1, zeroCount: '1' }],
        },
      },
      { temporality: 'delta', isMonotonic: true, count: 4, sum: 9 },
    ],
    [
      'a summary',
      { summary: { dataPoints: [{ ...times, count: '4', sum: 9, quantileValues: [{ quantile: 1 }] }] } },
      { temporality: 'summary', isMonotonic: true, count: 4, sum: 9 },
    ],
    [
      'a sum of which it is not said what its points add up to',
      { sum: { isMonotonic: true, dataPoints: [{ ...times, asInt: '7' }] } },
      undefined,
    ],
    [
      'a point that only says that there is none',
      { sum: { aggregationTemporality: 2, dataPoints: [{ ...times, asInt: '7', flags: 1 }] } },
      undefined,
    ],
    [
      'a point without a number',
      { sum: { aggregationTemporality: 2, dataPoints: [{ ...times }] } },
      undefined,
    ],
    [
      'a number that is none',
      { sum: { aggregationTemporality: 2, dataPoints: [{ ...times, asDouble: Number.NaN }] } },
      undefined,
    ],
    ['a metric without points', {}, undefined],
  ];
  for (const [what, metric, expected] of cases) {
    test(`are read: ${what}`, () => {
      const points = Object.fromEntries(
        Object.entries(metric).map(([kind, data]) => [
          kind,
          {
            ...(data as { dataPoints: object[] }),
            dataPoints: (data as { dataPoints: object[] }).dataPoints.map((point) => ({
              ...point,
              attributes,
            })),
          },
        ]),
      );
      const found = pointsIn(request({ name: 'other', ...points }, { name: 'known.one', ...points }));
      assert.deepEqual(
        found,
        expected === undefined
          ? []
          : [
              {
                name: 'known.one',
                service: 'shop',
                point: { ...atTimes, ...expected, attributes: readAttributes },
              },
            ],
      );
    });
  }

  test('are found in whichever resource they stand', () => {
    const of = (service: string, name: string) => ({
      resource: { attributes: keyValues({ 'service.name': service }) },
      scopeMetrics: [{ metrics: [{ name: 'x' }, { name, gauge: { dataPoints: [{ asInt: '1' }] } }] }],
    });
    const bytes = encode(metricsRequest, {
      resourceMetrics: [of('a', 'known.one'), of('b', 'x'), of('c', 'known.two')],
    });
    assert.deepEqual(
      pointsIn(bytes).map(({ service, name }) => [service, name]),
      [
        ['a', 'known.one'],
        ['c', 'known.two'],
      ],
    );
  });

  test('are found wherever their name stands, and by the first of several', () => {
    const gauge = Buffer.from([0x2a, 11, 0x0a, 9, 0x31, 5, 0, 0, 0, 0, 0, 0, 0]);
    const name = (text: string) => Buffer.concat([Buffer.from([0x0a, text.length]), Buffer.from(text)]);
    const within = (tag: number, content: Buffer) =>
      Buffer.concat([Buffer.from([tag, content.length]), content]);
    const bytes = within(
      0x0a,
      within(0x12, within(0x12, Buffer.concat([gauge, name('known.two'), name('known.one')]))),
    );
    assert.deepEqual(
      pointsIn(bytes).map((found) => [found.name, found.point.count]),
      [['known.two', 5]],
    );
  });

  test('are no more than so many, and the others are counted', () => {
    const many = Array.from({ length: mostKnownMetrics + 3 }, () => ({ name: 'known.one' }));
    const { known, leftOut } = scanMetrics(request(...many), names);
    assert.deepEqual([known.length, leftOut], [mostKnownMetrics, 3]);
  });
});

interface DecodedPoint {
  asInt?: string;
  asDouble?: number;
  count?: string;
  sum?: number;
  flags?: number;
}

interface DecodedMetric {
  name?: string;
  [kind: string]: { aggregationTemporality?: number; dataPoints?: DecodedPoint[] } | string | undefined;
}

interface DecodedRequest {
  resourceMetrics?: { scopeMetrics?: { metrics?: DecodedMetric[] }[] }[];
}

const kinds = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'];

/** By a full decode, what each point of a metric with a known name counts. */
function expectedCounts(bytes: Uint8Array): number[] {
  const { resourceMetrics = [] } = decode(metricsRequest, bytes) as DecodedRequest;
  const metrics = resourceMetrics.flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ metrics = [] }) => metrics),
  );
  return metrics
    .filter(({ name }) => names.names.some((known) => known === name))
    .flatMap((metric) => kinds.flatMap((kind) => countsOf(kind, metric[kind])));
}

function countsOf(kind: string, data: DecodedMetric[string]): number[] {
  if (typeof data !== 'object') return [];
  const { dataPoints = [], aggregationTemporality = 0 } = data;
  const needsNone = kind === 'gauge' || kind === 'summary';
  if (!needsNone && aggregationTemporality !== 1 && aggregationTemporality !== 2) return [];
  const isNumber = kind === 'gauge' || kind === 'sum';
  return dataPoints
    .filter(({ flags = 0 }) => (flags & 1) === 0)
    .map(({ asInt, asDouble, count = '0' }) => Number(isNumber ? (asInt ?? asDouble) : count))
    .filter(Number.isFinite);
}

/** Metrics with arbitrary names are hardly ever known: some are given names that are. */
function renamed(message: object, by: number): object {
  let seen = by;
  return JSON.parse(JSON.stringify(message), (key, value: unknown) =>
    key === 'metrics' && Array.isArray(value)
      ? value.map((metric: object) => ({ ...metric, name: ['known.one', 'x', 'known.two', ''][seen++ % 4] }))
      : value,
  ) as object;
}

suite('any request of metrics', () => {
  test('is counted and refused as before, and its known metrics are found', () => {
    fc.assert(
      fc.property(
        messageOf(metricsRequest),
        fc.nat(),
        fc.nat(255),
        fc.boolean(),
        (message, at, byte, isBroken) => {
          const bytes = new Uint8Array(encode(metricsRequest, renamed(message, at)));
          if (isBroken && bytes.length > 0) bytes[at % bytes.length] = byte;
          const [counted, found] = [outcome(() => countDataPoints(bytes)), outcome(() => pointsIn(bytes))];
          assert.equal(typeof counted === 'string' ? counted : 'taken', found === 'taken' ? 'taken' : found);
          if (typeof counted === 'string') return;
          assert.equal(scanMetrics(bytes, names).points, counted);
          if (!isBroken)
            assert.deepEqual(
              pointsIn(bytes).map(({ point }) => point.count),
              expectedCounts(bytes),
            );
        },
      ),
      { numRuns: 500, seed },
    );
  });
});

/** @returns why it was refused */
function outcome(read: () => number | unknown[]): string | number {
  try {
    const result = read();
    return typeof result === 'number' ? result : 'taken';
  } catch (error) {
    assert.ok(error instanceof Error && error.name === 'MalformedOtlp', String(error));
    return error.message;
  }
}
