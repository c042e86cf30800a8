import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { metricsSchema } from '../../src/metrics/config.ts';
import { labelName } from '../../src/metrics/label-name.ts';

function mistakes(given: unknown): string[] {
  return (metricsSchema.safeParse(given).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}

suite('metrics.dimensions', () => {
  test('are none at first', () => {
    const { dimensions, expire_after, span_metrics } = metricsSchema.parse({});
    assert.deepEqual(
      { dimensions, expire_after, span_metrics },
      { dimensions: [], expire_after: 900_000, span_metrics: true },
    );
  });

  test('are keys of attributes', () => {
    const keys = ['http.route', 'game.id', 'k8s.namespace.name', 'tenant', 'a/b', 'x-y', '2xx', '_z'];
    assert.deepEqual(metricsSchema.parse({ dimensions: keys }).dimensions, keys);
  });

  const names: [key: string, label: string][] = [
    ['http.route', 'http_route'],
    ['a..b', 'a_b'],
    ['http.request.header.x-id', 'http_request_header_x_id'],
    ['2xx', 'key_2xx'],
    ['snake_case', 'snake_case'],
    ['Überall', '_berall'],
  ];
  for (const [key, label] of names) {
    test(`make the label ${label} of ${key}`, () => assert.equal(labelName(key), label));
  }

  const refused: [what: string, dimensions: unknown[], mistake: RegExp][] = [
    ['more than eight', 'a b c d e f g h i'.split(' '), /^dimensions: /],
    ['a key twice', ['a', 'b', 'a'], /^dimensions\.2: its label would be a, as that of one before it/],
    [
      'two keys with one label',
      ['a.b', 'a-b'],
      /^dimensions\.1: its label would be a_b, as that of one before it: keep one/,
    ],
    [
      'a label there is',
      ['http.route', 'service.name'],
      /^dimensions\.1: its label would be service_name, which has another meaning/,
    ],
    ['the name of a span', ['span.name'], /span_name/],
    ['the bound of a bucket', ['le'], /its label would be le,/],
    ['what Prometheus sets', ['instance'], /its label would be instance,/],
    ['the label of the overflow', ['otel.metric.overflow'], /its label would be otel_metric_overflow,/],
    ['nothing', [''], /not the key of an attribute: write one such as http\.route/],
    ['no letter', ['...'], /not the key of an attribute/],
    ['a line break', ['a\nb'], /not the key of an attribute/],
    ['a blank', ['http route'], /not the key of an attribute/],
    ['a very long key', ['x'.repeat(129)], /^dimensions\.0: /],
    ['a number', [5], /^dimensions\.0: /],
  ];
  for (const [what, dimensions, mistake] of refused) {
    test(`are not ${what}`, () => {
      const found = mistakes({ dimensions });
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0]!, mistake);
    });
  }
});

suite('metrics.max_series', () => {
  const buckets = Array.from({ length: 100 }, (_, i) => i + 1);
  test('has room for one series at least', () => {
    assert.deepEqual(mistakes({ buckets, max_series: 105 }), [
      'max_series: too few: calls and durations take 106 lines a series with these buckets',
    ]);
    assert.deepEqual(mistakes({ buckets, max_series: 106 }), []);
    assert.deepEqual(mistakes({ max_series: 100 }), []);
  });
});

suite('metrics.expire_after', () => {
  test('is a duration, or 0s for never', () => {
    assert.equal(metricsSchema.parse({ expire_after: '1h' }).expire_after, 3_600_000);
    assert.equal(metricsSchema.parse({ expire_after: '0s' }).expire_after, 0);
  });
  for (const wrong of ['-1m', '15', '', 'never']) {
    test(`is not "${wrong}"`, () => assert.match(mistakes({ expire_after: wrong }).join(), /not a duration/));
  }
});
