import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { canonicalNumber } from '../../src/metrics/numbers.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';
import { TestClock } from '../support/test-clock.ts';

function setUp() {
  const clock = new TestClock(1_700_000_000_250);
  const registry = new MetricRegistry(clock);
  const exposed = (): string => `${[...registry.expose('openmetrics')].join('')}# EOF\n`;
  return { clock, registry, exposed };
}

const ids = {
  writeIds: (target: Uint8Array, at: number): void => {
    target.fill(0xab, at, at + 16).fill(0x0c, at + 16, at + 24);
  },
};

suite('OpenMetrics', () => {
  test('names a counter without _total, and says when it was created', () => {
    const { registry, exposed } = setUp();
    const counter = registry.counter({ name: 'a_total', help: 'Say "A".\n\\', labels: ['x'] });
    counter.add(counter.series(['1']), 2);
    assert.equal(
      exposed(),
      '# TYPE a counter\n# HELP a Say \\"A\\".\\n\\\\\na_total{x="1"} 2\na_created{x="1"} 1700000000.25\n# EOF\n',
    );
    judgeOpenMetrics(exposed());
  });

  test('has the unit that a name ends with', () => {
    const { registry, exposed } = setUp();
    registry.counter({ name: 'a_seconds_total', help: 'A.' }).series();
    registry.gauge({ name: 'b_bytes', help: 'B.' }).series();
    registry.gauge({ name: 'c', help: 'C.' }).series();
    registry.histogram({ name: 'd_milliseconds', help: 'D.', bounds: [1] }).series();
    const units = [...judgeOpenMetrics(exposed())].map(([name, { unit }]) => [name, unit]);
    assert.deepEqual(units, [
      ['a_seconds', 'seconds'],
      ['b_bytes', 'bytes'],
      ['c', undefined],
      ['d_milliseconds', 'milliseconds'],
    ]);
  });

  test('has info as a type of its own, which is a gauge in the text format', () => {
    const { registry, exposed } = setUp();
    registry.info({ name: 'b_info', help: 'B.', labels: ['v'] }).series(['1']);
    assert.equal(exposed(), '# TYPE b info\n# HELP b B.\nb_info{v="1"} 1\n# EOF\n');
    assert.equal([...registry.expose()].join(''), '# HELP b_info B.\n# TYPE b_info gauge\nb_info{v="1"} 1\n');
  });

  test('writes the bounds of a histogram as floats, in order, with sum, count and creation', () => {
    const { registry, exposed } = setUp();
    const histogram = registry.histogram({ name: 'h', help: 'H.', labels: ['x'], bounds: [0.5, 1, 15_000] });
    histogram.observe(histogram.series(['1']), 1);
    assert.equal(
      exposed(),
      '# TYPE h histogram\n# HELP h H.\nh_bucket{x="1",le="0.5"} 0\nh_bucket{x="1",le="1.0"} 1\nh_bucket{x="1",le="15000.0"} 1\n' +
        'h_bucket{x="1",le="+Inf"} 1\nh_sum{x="1"} 1\nh_count{x="1"} 1\nh_created{x="1"} 1700000000.25\n# EOF\n',
    );
    judgeOpenMetrics(exposed());
  });

  test('has no lines of creation in the text format', () => {
    const { registry } = setUp();
    registry.counter({ name: 'a_total', help: 'A.' }).series();
    registry.histogram({ name: 'h', help: 'H.', bounds: [1] }).series();
    assert.doesNotMatch([...registry.expose()].join(''), /_created|# UNIT|EOF/);
  });

  const numbers: [number, string][] = [
    [1, '1.0'],
    [0, '0.0'],
    [0.25, '0.25'],
    [999_999, '999999.0'],
    [1e6, '1e+06'],
    [1_500_000, '1.5e+06'],
    [1e21, '1e+21'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [Infinity, '+Inf'],
  ];
  for (const [value, text] of numbers) {
    test(`writes the bound ${value} as ${text}`, () => assert.equal(canonicalNumber(value), text));
  }

  test('refuses two families that are one in OpenMetrics', () => {
    const { registry } = setUp();
    registry.counter({ name: 'a_total', help: 'A.' });
    assert.throws(() => registry.gauge({ name: 'a', help: 'A.' }), /two metric families/);
  });

  test('refuses a counter that is not named like one', () => {
    assert.throws(() => setUp().registry.counter({ name: 'a', help: 'A.' }), /ends with _total: a/);
  });
});

suite('exemplars', () => {
  test('are the last observation of each bucket, in OpenMetrics only', () => {
    const { registry, exposed } = setUp();
    const histogram = registry.histogram({ name: 'h', help: 'H.', bounds: [1, 2], exemplars: true });
    histogram.series();
    for (const [value, millis] of [
      [0.5, 1_700_000_001_000],
      [0.7, 1_700_000_002_500],
      [3, 1_700_000_003_000],
    ] as const) {
      histogram.exemplify(histogram.observeAt(0, value, 1), ids, value, millis);
    }
    const samples = judgeOpenMetrics(exposed()).get('h')!.samples;
    assert.deepEqual(
      samples.filter(({ name }) => name === 'h_bucket').map(({ exemplar }) => exemplar !== undefined),
      [true, false, true],
    );
    const trace = `trace_id="${'ab'.repeat(16)}",span_id="${'0c'.repeat(8)}"`;
    assert.ok(exposed().includes(`h_bucket{le="1.0"} 2 # {${trace}} 0.7 1700000002.5\n`));
    assert.doesNotMatch([...registry.expose()].join(''), / # /);
  });

  test('are kept while series are added', () => {
    const { registry, exposed } = setUp();
    const histogram = registry.histogram({
      name: 'h',
      help: 'H.',
      labels: ['x'],
      bounds: [1],
      exemplars: true,
    });
    for (let i = 0; i < 100; i++) {
      histogram.series([String(i)]);
      histogram.exemplify(histogram.observeAt(i, i % 2, 1), ids, i, 1);
    }
    const marked = judgeOpenMetrics(exposed())
      .get('h')!
      .samples.filter(({ exemplar }) => exemplar !== undefined);
    assert.equal(marked.length, 100);
  });

  test('are not kept where nobody asked for them', () => {
    const { registry, exposed } = setUp();
    const histogram = registry.histogram({ name: 'h', help: 'H.', bounds: [1] });
    histogram.series();
    histogram.exemplify(histogram.observeAt(0, 0.5, 1), ids, 0.5, 1);
    assert.doesNotMatch(exposed(), / # /);
  });
});
