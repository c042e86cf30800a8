import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';

function exposed(registry: MetricRegistry): string {
  return [...registry.expose()].join('');
}

suite('MetricRegistry', () => {
  test('exposes nothing of a family that has no series', () => {
    const registry = new MetricRegistry();
    registry.counter({ name: 'a_total', help: 'A.', labels: ['x'] });
    assert.equal(exposed(registry), '');
  });

  test('exposes counters and gauges with their help and type', () => {
    const registry = new MetricRegistry();
    const counter = registry.counter({
      name: 'a_total',
      help: 'Things.\nMany \\ of them.',
      labels: ['x', 'y'],
    });
    counter.add(counter.series(['1', '2']));
    counter.add(counter.series(['1', '2']), 2.5);
    const gauge = registry.gauge({ name: 'b', help: 'B.' });
    gauge.set(gauge.series(), -1);
    assert.equal(
      exposed(registry),
      '# HELP a_total Things.\\nMany \\\\ of them.\n# TYPE a_total counter\na_total{x="1",y="2"} 3.5\n' +
        '# HELP b B.\n# TYPE b gauge\nb -1\n',
    );
  });

  test('escapes label values', () => {
    const registry = new MetricRegistry();
    const counter = registry.counter({ name: 'a_total', help: 'A.', labels: ['x'] });
    counter.add(counter.series(['a "quoted"\nback\\slash']));
    assert.match(exposed(registry), /a_total\{x="a \\"quoted\\"\\nback\\\\slash"\} 1\n/);
  });

  const values: [number, string][] = [
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
  ];
  for (const [value, text] of values) {
    test(`writes ${value} as ${text}`, () => {
      const registry = new MetricRegistry();
      const gauge = registry.gauge({ name: 'a', help: 'A.' });
      gauge.set(gauge.series(), value);
      assert.ok(exposed(registry).endsWith(`a ${text}\n`));
    });
  }

  test('puts an observation in the bucket whose bound it does not exceed, and in all above', () => {
    const registry = new MetricRegistry();
    const histogram = registry.histogram({ name: 'd', help: 'D.', labels: ['x'], bounds: [1, 2.5] });
    const series = histogram.series(['v']);
    for (const value of [0, 1, 1.1, 2.5, 3]) histogram.observe(series, value);
    assert.equal(
      exposed(registry),
      '# HELP d D.\n# TYPE d histogram\n' +
        'd_bucket{x="v",le="1"} 2\nd_bucket{x="v",le="2.5"} 4\nd_bucket{x="v",le="+Inf"} 5\nd_sum{x="v"} 7.6\nd_count{x="v"} 5\n',
    );
  });

  test('counts an observation by its weight', () => {
    const registry = new MetricRegistry();
    const histogram = registry.histogram({ name: 'd', help: 'D.', bounds: [1] });
    histogram.observe(histogram.series(), 0.5, 4);
    assert.ok(exposed(registry).endsWith('d_bucket{le="1"} 4\nd_bucket{le="+Inf"} 4\nd_sum 2\nd_count 4\n'));
  });

  test('adds nothing that a sum could not come back from', () => {
    const registry = new MetricRegistry();
    const counter = registry.counter({ name: 'a_total', help: 'A.' });
    const histogram = registry.histogram({ name: 'd', help: 'D.', bounds: [1] });
    for (const value of [2, Number.NaN, Infinity, -Infinity, -1]) counter.add(counter.series(), value);
    for (const value of [2, Number.NaN, Infinity, -Infinity]) histogram.observe(histogram.series(), value);
    assert.match(exposed(registry), /^a_total 2$/m);
    assert.match(exposed(registry), /^d_sum 2\nd_count 1$/m);
  });

  test('counts exactly up to 2^53', () => {
    const registry = new MetricRegistry();
    const counter = registry.counter({ name: 'a_total', help: 'A.' });
    counter.add(counter.series(), 2 ** 53 - 2);
    counter.add(counter.series());
    assert.match(exposed(registry), /^a_total 9007199254740991$/m);
  });

  test('keeps every value while series are added', () => {
    const registry = new MetricRegistry();
    const histogram = registry.histogram({ name: 'd', help: 'D.', labels: ['x'], bounds: [1, 2, 3] });
    for (let i = 0; i < 500; i++) histogram.observe(histogram.series([String(i)]), i % 4, i + 1);
    const text = exposed(registry);
    for (let i = 0; i < 500; i++) assert.ok(text.includes(`d_count{x="${i}"} ${i + 1}\n`));
  });

  test('counts what is over the budget of lines in one series labelled as overflow', () => {
    const registry = new MetricRegistry();
    const budget = new SeriesBudget(9);
    const calls = registry.counter({ name: 'c_total', help: 'C.', labels: ['x'], budget });
    const durations = registry.histogram({ name: 'd', help: 'D.', labels: ['x'], budget, bounds: [1] });
    for (const name of ['a', 'b', 'c', 'c']) {
      calls.add(calls.series([name]));
      durations.observe(durations.series([name]), 1);
    }
    const text = exposed(registry);
    assert.match(text, /c_total\{x="a"\} 1/);
    assert.match(text, /d_count\{x="a"\} 1/);
    assert.match(text, /c_total\{x="b"\} 1/);
    assert.match(text, /d_count\{otel_metric_overflow="true"\} 3/);
    assert.equal(budget.overflowed, 5);
  });

  test('collects gauges just before it exposes them', () => {
    const registry = new MetricRegistry();
    const gauge = registry.gauge({ name: 'a', help: 'A.' });
    let value = 0;
    registry.onCollect(() => gauge.set(gauge.series(), ++value));
    assert.ok(exposed(registry).endsWith('a 1\n'));
    assert.ok(exposed(registry).endsWith('a 2\n'));
  });

  test('refuses a second family of the same name', () => {
    const registry = new MetricRegistry();
    registry.counter({ name: 'a_total', help: 'A.' });
    assert.throws(() => registry.gauge({ name: 'a_total', help: 'A.' }));
  });
});
