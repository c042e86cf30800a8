import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { exposedCalls } from '../../../bench/verify/exposed-calls.ts';
import { parseExposition } from '../../../bench/verify/exposition.ts';
import { durationBounds } from '../../../bench/payload/calls.ts';

suite('an exposition', () => {
  test('is read line by line, without comments', () => {
    const text = [
      '# HELP up Whether it is.',
      'up 1',
      'a:b_total{name="GET /a{id}",why="a \\"b\\", \\\\c\\n"} 2.5e+06',
      'h_bucket{le="+Inf",} +Inf 1700000000000',
      'p99 Nan',
      '',
    ];
    assert.deepEqual(parseExposition(text.join('\n')), [
      { name: 'up', labels: {}, value: 1 },
      { name: 'a:b_total', labels: { name: 'GET /a{id}', why: 'a "b", \\c\n' }, value: 2_500_000 },
      { name: 'h_bucket', labels: { le: '+Inf' }, value: Infinity },
      { name: 'p99', labels: {}, value: Number.NaN },
    ]);
  });

  for (const text of ['no value', '{a="b"} 1', 'a{b=c} 1', 'a{b="c" 1'])
    test(`is not ${text}`, () => {
      assert.throws(() => parseExposition(text), /not /);
    });
});

suite('calls that are exposed', () => {
  const labels =
    'service_name="shop",span_name="GET /",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_UNSET"';
  const calls = `traces_span_metrics_calls_total{${labels},otel_scope_name="x"} 6\n`;
  const bucketLines = (bounds: readonly (number | string)[]): string =>
    bounds
      .map(
        (le, index) =>
          `traces_span_metrics_duration_milliseconds_bucket{${labels},le="${le}"} ${Math.min(index, 6)}\n`,
      )
      .join('');

  test('are found by operation, whatever other labels they have, each bucket without those below it', () => {
    const text = calls + bucketLines([...durationBounds, '+Inf']);
    const found = exposedCalls(parseExposition(text));
    assert.deepEqual(
      [...found],
      [
        [
          'shop\nGET /\nSPAN_KIND_SERVER\nSTATUS_CODE_UNSET',
          { calls: 6, buckets: [0, 1, 1, 1, 1, 1, 1, ...Array<number>(10).fill(0)] },
        ],
      ],
    );
  });

  test('may be without durations', () => {
    assert.deepEqual([...exposedCalls(parseExposition(calls)).values()], [{ calls: 6, buckets: undefined }]);
  });

  test('are of no use with other buckets', () => {
    assert.throws(
      () => exposedCalls(parseExposition(calls + bucketLines([1, '+Inf']))),
      /its buckets are not/,
    );
  });
});
