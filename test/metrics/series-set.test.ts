import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';
import { TestClock } from '../support/test-clock.ts';

const minute = 60_000;

function setUp(given: { maxLines?: number; expireAfterMillis?: number } = {}) {
  const { maxLines = 1000, expireAfterMillis = 15 * minute } = given;
  const clock = new TestClock();
  const registry = new MetricRegistry(clock);
  const budget = new SeriesBudget(maxLines, { expireAfterMillis });
  const counter = registry.counter({ name: 'a_total', help: 'A.', labels: ['x'], budget });
  const text = (): string => [...registry.expose()].join('');
  const values = (): Record<string, number> =>
    Object.fromEntries(
      [...text().matchAll(/^a_total\{(?:x|otel_metric_overflow)="(.*?)"} (\S+)$/gm)].map((match) => [
        match[1]!,
        Number(match[2]),
      ]),
    );
  const count = (x: string): void => counter.add(counter.series([x]));
  return { clock, registry, budget, counter, text, values, count };
}

suite('a series named by the app', () => {
  test('ends before its time when what it is about is gone, and begins anew', () => {
    const { budget, registry } = setUp({ maxLines: 4 });
    const set = registry.seriesSet({ labels: ['x'], budget });
    const ended = registry.counter({ name: 'ended_total', help: 'E.', series: set });
    const lines = () => [...registry.expose()].join('').match(/^ended_total.*$/gm);
    for (const x of ['a', 'b']) ended.add(ended.series([x]));
    set.end(['a']);
    set.end(['nobody']);
    assert.deepEqual([lines(), budget.used], [['ended_total{x="b"} 1'], 2]);
    ended.add(ended.series(['a']), 5);
    assert.deepEqual(lines(), ['ended_total{x="a"} 5', 'ended_total{x="b"} 1']);
  });

  test('disappears when it was not touched for so long, and not before', () => {
    const { clock, values, count } = setUp();
    count('a');
    clock.advance(8 * minute);
    count('b');
    clock.advance(7 * minute - 1);
    assert.deepEqual(values(), { a: 1, b: 1 });
    clock.advance(minute);
    assert.deepEqual(values(), { b: 1 });
  });

  test('is known to be there for as long as it is, without being touched or made', () => {
    const { clock, registry, budget } = setUp();
    const set = registry.seriesSet({ labels: ['x'], budget });
    assert.equal(set.has(['a']), false);
    set.series(['a']);
    clock.advance(14 * minute);
    assert.equal(set.has(['a']), true);
    clock.advance(2 * minute);
    registry.expireStale();
    assert.equal(set.has(['a']), false);
    assert.equal(set.size, 0);
  });

  test('stays as long as it is touched', () => {
    const { clock, values, count, counter, registry } = setUp();
    const kept = counter.series(['kept']);
    for (let i = 0; i < 40; i++) {
      clock.advance(10 * minute);
      count('asked for');
      registry.expireStale();
      counter.add(kept);
    }
    assert.deepEqual(values(), { 'asked for': 40, kept: 40 });
  });

  test('is not touched by being exposed', () => {
    const { clock, values, count } = setUp();
    count('a');
    for (let i = 0; i < 16; i++) {
      values();
      clock.advance(minute);
    }
    assert.deepEqual(values(), {});
  });

  test('does not expire because the machine’s clock was set', () => {
    const { clock, values, count } = setUp();
    count('a');
    clock.setWall(365 * 24 * 60 * minute);
    assert.deepEqual(values(), { a: 1 });
  });

  test('begins at 0 when it comes back, and says since when', () => {
    const { clock, registry, count } = setUp();
    const created = (): number =>
      judgeOpenMetrics(`${[...registry.expose('openmetrics')].join('')}# EOF\n`)
        .get('a')!
        .samples.find(({ name }) => name === 'a_created')!.value;
    count('a');
    count('a');
    const first = created();
    clock.advance(16 * minute);
    assert.equal([...registry.expose()].join(''), '');
    count('a');
    assert.equal(created(), first + 16 * 60);
    assert.match([...registry.expose()].join(''), /a_total\{x="a"} 1\n/);
  });

  test('leaves no trace of its values to the one that has its place', () => {
    const { clock, registry } = setUp();
    const budget = new SeriesBudget(100, { expireAfterMillis: minute });
    const ids = { writeIds: (target: Uint8Array, at: number) => void target.fill(1, at, at + 24) };
    const histogram = registry.histogram({
      name: 'h',
      help: 'H.',
      labels: ['x'],
      bounds: [1],
      budget,
      exemplars: true,
    });
    histogram.observe(histogram.series(['old']), 0.5);
    histogram.exemplify(histogram.observeAt(0, 3, 1), ids, 3, 1);
    clock.advance(2 * minute);
    registry.expireStale();
    histogram.series(['new']);
    const text = [...registry.expose('openmetrics')].join('');
    assert.match(text, /h_bucket\{x="new",le="\+Inf"} 0\nh_sum\{x="new"} 0\n/);
    assert.doesNotMatch(text, /old| # \{/);
  });

  test('does not expire where its family is to stay', () => {
    const { clock, registry, budget } = setUp();
    const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['x'], budget, expires: false });
    gauge.set(gauge.series(['open']), 1);
    clock.advance(60 * minute);
    assert.match([...registry.expose()].join(''), /g\{x="open"} 1\n/);
  });

  test('never expires without a time for it', () => {
    const clock = new TestClock();
    const registry = new MetricRegistry(clock);
    const counter = registry.counter({
      name: 'a_total',
      help: 'A.',
      labels: ['x'],
      budget: new SeriesBudget(10),
    });
    counter.series(['a']);
    clock.advance(1e9);
    assert.match([...registry.expose()].join(''), /x="a"/);
  });
});

test('a series whose labels can be listed never expires', () => {
  const { clock, registry } = setUp();
  const counter = registry.counter({ name: 'own_total', help: 'Own.', labels: ['fate'] });
  counter.series(['lost']);
  clock.advance(1e9);
  assert.match([...registry.expose()].join(''), /own_total\{fate="lost"} 0\n/);
});

suite('the number of a series', () => {
  test('is never that of another one: what is counted by a number that has expired goes to the overflow series', () => {
    const { clock, registry, counter, budget, values } = setUp();
    const old = counter.series(['old']);
    clock.advance(16 * minute);
    registry.expireStale();
    const next = counter.series(['next']);
    assert.notEqual(next, old);
    counter.add(old, 5);
    counter.add(next, 1);
    assert.deepEqual(values(), { next: 1, true: 5 });
    assert.equal(budget.overflowed, 1);
  });

  test('stays good over many others in the same place', () => {
    const { clock, registry, counter, values } = setUp();
    const seen = new Set<number>();
    for (let i = 0; i < 5000; i++) {
      const series = counter.series([String(i)]);
      assert.ok(!seen.has(series));
      seen.add(series);
      counter.add(series, i);
      if (i < 4999) clock.advance(16 * minute);
      registry.expireStale();
    }
    for (const series of seen) counter.add(series, 0);
    assert.deepEqual(values(), { 4999: 4999, true: 0 });
  });
});

suite('the budget', () => {
  test('gets the lines of what expires back', () => {
    const { clock, budget, values, count } = setUp({ maxLines: 4 });
    for (const name of ['a', 'b', 'c']) count(name);
    assert.deepEqual(values(), { a: 1, b: 1, true: 1 });
    assert.equal(budget.used, 4);
    clock.advance(16 * minute);
    values();
    assert.equal(budget.used, 0);
    for (const name of ['c', 'd', 'e']) count(name);
    assert.deepEqual(values(), { c: 1, d: 1, true: 2 });
  });

  test('is taken from by families with the same series together, or not at all', () => {
    const { registry } = setUp();
    const budget = new SeriesBudget(14, { expireAfterMillis: minute });
    const series = registry.seriesSet({ labels: ['x'], budget });
    const calls = registry.counter({ name: 'c_total', help: 'C.', series });
    const durations = registry.histogram({ name: 'd', help: 'D.', series, bounds: [1] });
    for (const name of ['a', 'b', 'c', 'd']) {
      calls.add(calls.series([name]));
      durations.observe(durations.series([name]), 1);
    }
    assert.equal(budget.used, 14);
    const text = [...registry.expose('openmetrics')].join('');
    for (const name of ['a', 'b'])
      assert.match(text, new RegExp(`c_total\\{x="${name}"} 1\\n[^]*d_count\\{x="${name}"} 1\\n`));
    assert.doesNotMatch(text, /x="[cd]"/);
    assert.match(
      text,
      /c_total\{otel_metric_overflow="true"} 2\n[^]*d_count\{otel_metric_overflow="true"} 2\n/,
    );
    const budgeted = text.split('\n').filter((line) => /x="/.test(line));
    assert.equal(budgeted.length, 14, 'it counts the lines that there really are');
  });

  test('is that of all who share it', () => {
    const { registry, budget, count, values } = setUp({ maxLines: 3 });
    const other = registry.gauge({ name: 'g', help: 'G.', labels: ['x'], budget });
    count('a');
    other.series(['a']);
    other.series(['b']);
    count('b');
    assert.deepEqual(values(), { a: 1, true: 1 });
    assert.equal(budget.used, 3);
  });
});

test('an overflow series never expires', () => {
  const { clock, values, count } = setUp({ maxLines: 2 });
  for (const name of ['a', 'b']) count(name);
  clock.advance(1e9);
  assert.deepEqual(values(), { true: 1 });
});

test('a family cannot join series that are there already', () => {
  const { registry } = setUp();
  const series = registry.seriesSet({ labels: ['x'] });
  registry.counter({ name: 'b_total', help: 'B.', series }).series(['1']);
  assert.throws(() => registry.counter({ name: 'c_total', help: 'C.', series }), /cannot join/);
});

test('two label sets are never taken for one, whatever is in them', () => {
  const registry = new MetricRegistry(new TestClock());
  const counter = registry.counter({ name: 'a_total', help: 'A.', labels: ['x', 'y'] });
  const label = fc.string({
    unit: fc.constantFrom('a', '"', '\\', '\n', '\u0000', ',', '=', '}'),
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.tuple(label, label), fc.tuple(label, label), (one, other) => {
      assert.equal(counter.series(one) === counter.series(other), one[0] === other[0] && one[1] === other[1]);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('every count is in a series or in the overflow, whatever comes and expires', () => {
  const step = fc.record({ name: fc.integer({ min: 0, max: 12 }), wait: fc.integer({ min: 0, max: 6 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const { clock, registry, budget, values, count } = setUp({ maxLines: 8 });
      const expected = new Map<string, { value: number; touched: number }>();
      let overflow = 0;
      for (const { name, wait } of steps) {
        clock.advance(wait * minute);
        const now = clock.monotonic();
        // The sweep may be a little late, so the model asks for it.
        clock.advance(minute);
        registry.expireStale();
        for (const [known, { touched }] of expected)
          if (now + minute - touched >= 15 * minute) expected.delete(known);
        const known = expected.get(String(name));
        if (known !== undefined)
          expected.set(String(name), { value: known.value + 1, touched: now + minute });
        else if (expected.size < 4) expected.set(String(name), { value: 1, touched: now + minute });
        else overflow++;
        count(String(name));
      }
      const { true: overflowed = 0, ...rest } = values();
      assert.equal(overflowed, overflow);
      assert.deepEqual(rest, Object.fromEntries([...expected].map(([name, { value }]) => [name, value])));
      assert.equal(budget.used, expected.size * 2);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('a sweep comes at most once a second, however soon series expire', () => {
  const { clock, registry, counter } = setUp({ expireAfterMillis: 10 });
  registry.expireStale();
  counter.series(['a']);
  clock.advance(999);
  registry.expireStale();
  assert.equal(counter.seriesCount, 1);
  clock.advance(1);
  registry.expireStale();
  assert.equal(counter.seriesCount, 0);
});

test('a sweep over many is done in steps', () => {
  const { clock, registry, counter } = setUp({ maxLines: 40_000 });
  for (let i = 0; i < 20_000; i++) counter.series([String(i)]);
  clock.advance(16 * minute);
  const sizes: number[] = [];
  while (counter.seriesCount > 0) {
    registry.expireStale();
    sizes.push(20_000 - counter.seriesCount);
  }
  assert.ok(sizes.length >= 4 && sizes[0]! < 5000, sizes.join());
});
