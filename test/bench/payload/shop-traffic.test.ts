import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { batchesOf } from '../../../bench/payload/request-stream.ts';
import { shopTraffic } from '../../../bench/payload/shop-traffic.ts';
import { nanosOf } from '../../../bench/payload/span-recorder.ts';

const spansPerSecond = 10_000;

suite('the traffic of the shop', () => {
  const spans = shopTraffic({ spans: 10_000, spansPerSecond });

  test('is the same in every run', () => {
    const ids = (all: typeof spans): string[] => all.map((span) => span.spanContext().spanId);
    assert.deepEqual(ids(shopTraffic({ spans: 10_000, spansPerSecond })), ids(spans));
  });

  test('has 4 % of failed spans, each with an exception and its stack', () => {
    const failed = spans.filter(({ status }) => status.code === SpanStatusCode.ERROR);
    const share = failed.length / spans.length;
    assert.ok(share > 0.03 && share < 0.05, `${share} failed`);
    for (const { events } of failed)
      assert.match(String(events[0]?.attributes?.['exception.stacktrace']), /\n {4}at async handle \(/);
  });

  test('has a fifth of health checks', () => {
    const share = spans.filter(({ name }) => name === 'GET /healthz').length / spans.length;
    assert.ok(share > 0.18 && share < 0.22, `${share} health checks`);
  });

  test('has spans as an instrumented app writes them', () => {
    const kinds = new Set(spans.map(({ kind }) => kind));
    assert.deepEqual(kinds, new Set([SpanKind.SERVER, SpanKind.INTERNAL, SpanKind.CLIENT]));
    const attributes =
      spans.reduce((sum, span) => sum + Object.keys(span.attributes).length, 0) / spans.length;
    assert.ok(attributes > 7, `${attributes} attributes a span`);
  });

  test('has health checks that are a local trace of one span and went well', () => {
    const checks = spans.filter(({ name }) => name === 'GET /healthz');
    assert.ok(checks.length > 100);
    for (const check of checks) {
      const { traceId } = check.spanContext();
      assert.equal(spans.filter((span) => span.spanContext().traceId === traceId).length, 1);
      assert.equal(check.status.code, SpanStatusCode.UNSET);
    }
  });

  test('comes in the order in which spans end, at about the rate that was asked for', () => {
    const ends = spans.map(({ endTime }) => Number(nanosOf(endTime) - nanosOf(spans[0]!.endTime)));
    assert.deepEqual(
      ends,
      ends.toSorted((one, other) => one - other),
    );
    const seconds = ends.at(-1)! / 1e9;
    const rate = spans.length / seconds;
    assert.ok(rate > 0.7 * spansPerSecond && rate < 1.3 * spansPerSecond, `${rate} spans a second`);
  });
});

for (const [spansPerRequest, rate, least] of [
  [512, 200_000, 0.8],
  [512, 10_000, 0.3],
  [100, 1_000, 0.25],
  [10, 100, 0.4],
] as const) {
  test(`at ${rate} spans a second many traces of several spans straddle requests of ${spansPerRequest} spans`, () => {
    const batches = batchesOf({ encoding: 'protobuf', spansPerRequest, spansPerSecond: rate });
    const requests = new Map<string, number[]>();
    for (const [index, batch] of batches.entries()) {
      for (const span of batch) {
        const { traceId } = span.spanContext();
        requests.set(traceId, [...(requests.get(traceId) ?? []), index]);
      }
    }
    const traces = [...requests.values()].filter(({ length }) => length > 1);
    const straddling = traces.filter((ofTrace) => new Set(ofTrace).size > 1).length / traces.length;
    assert.ok(straddling >= least, `${straddling} of them do`);
  });
}
