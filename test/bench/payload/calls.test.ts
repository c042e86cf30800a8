import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { callsOf, durationBounds, sumOf } from '../../../bench/payload/calls.ts';
import { hrTime, recordingSdk } from '../../../bench/payload/span-recorder.ts';

/** Spans of these durations, in nanoseconds. */
function spansOf(durations: readonly number[], failed = false) {
  const { provider, spans } = recordingSdk({ 'service.name': 'shop' }, () => 0.5);
  for (const nanos of durations) {
    const span = provider
      .getTracer('test')
      .startSpan('GET /', { kind: SpanKind.SERVER, startTime: hrTime(5n) });
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(hrTime(5n + BigInt(nanos)));
  }
  return spans;
}

suite('what is to be counted', () => {
  test('is one operation for the spans that have its labels in common', () => {
    const calls = [...callsOf(spansOf([1, 2])), ...callsOf(spansOf([1], true))];
    assert.deepEqual(
      calls.map(({ operation, calls: count }) => [operation, count]),
      [
        ['shop\nGET /\nSPAN_KIND_SERVER\nSTATUS_CODE_UNSET', 2],
        ['shop\nGET /\nSPAN_KIND_SERVER\nSTATUS_CODE_ERROR', 1],
      ],
    );
  });

  test('has each duration in the bucket whose bound it does not pass', () => {
    const durations = [0, 2_000_000, 2_000_001, 15_000_000_000, 15_000_000_001];
    const [call] = callsOf(spansOf(durations));
    const buckets = Array<number>(durationBounds.length + 1).fill(0);
    buckets[0] = 2;
    buckets[1] = 1;
    buckets[durationBounds.length - 1] = 1;
    buckets[durationBounds.length] = 1;
    assert.deepEqual(call?.buckets, buckets);
  });

  test('adds up, each part as often as it was sent', () => {
    const one = { operation: 'a', calls: 1, buckets: [1, 0] };
    const other = { operation: 'b', calls: 2, buckets: [0, 2] };
    const sums = sumOf([
      { of: [one, other], times: 3 },
      { of: [other], times: 1 },
    ]);
    assert.deepEqual(sums, [
      { operation: 'a', calls: 3, buckets: [3, 0] },
      { operation: 'b', calls: 8, buckets: [0, 8] },
    ]);
    assert.deepEqual(one.buckets, [1, 0]);
  });
});
