import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { CallMetrics, type CallMetricsOptions } from '../../src/derive/calls.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { SpanView } from '../../src/otlp/span-view.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { redactSchema } from '../../src/redact/config.ts';
import { Redactor } from '../../src/redact/redactor.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';
import { type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { TestClock } from '../support/test-clock.ts';

const minute = 60_000;
/** With one bound: calls and their creation, and five lines of the histogram. */
const linesPerSeries = 7;

function setUp(given: Partial<CallMetricsOptions> & { series?: number } = {}) {
  const clock = new TestClock();
  const registry = new MetricRegistry(clock);
  const budget = new SeriesBudget((given.series ?? 100) * linesPerSeries, { expireAfterMillis: 15 * minute });
  const calls = new CallMetrics(registry, budget, { unit: 'ms', bounds: [2], ...given });
  const view = new SpanView();
  const count = (specs: readonly SpanSpec[], resource?: Record<string, string>, service = 0): void => {
    const batch = new TraceScanner().scan(traceRequestBytes(specs, resource));
    view.open(batch);
    calls.begin(clock.now());
    for (let i = 0; i < batch.spans.length; i++) calls.count(view.moveTo(i), service, 'shop', true);
  };
  const openMetrics = (): string => `${[...registry.expose('openmetrics')].join('')}# EOF\n`;
  return {
    clock,
    budget,
    count,
    openMetrics,
    text: () => [...registry.expose()].join(''),
    named: (...names: string[]) => count(names.map((name, i) => ({ id: i + 1, name }))),
    /** Calls by the name of the span, or `overflow`. */
    calls: () => {
      const found: Record<string, number> = {};
      for (const { name, labels, value } of judgeOpenMetrics(openMetrics()).get('traces_span_metrics_calls')
        ?.samples ?? []) {
        const span = /span_name="(.*?)"/.exec(labels)?.[1] ?? 'overflow';
        if (name.endsWith('_total')) found[span] = (found[span] ?? 0) + value;
      }
      return found;
    },
  };
}

suite('calls', () => {
  test('and durations have the same series, always', () => {
    const { named, openMetrics, budget } = setUp({ series: 2 });
    named('a', 'b', 'c', 'd', 'a');
    const families = judgeOpenMetrics(openMetrics());
    const labelsOf = (family: string, sample: string): string[] =>
      families
        .get(family)!
        .samples.filter(({ name }) => name === sample)
        .map(({ labels, value }) => `${labels} ${value}`);
    const calls = labelsOf('traces_span_metrics_calls', 'traces_span_metrics_calls_total');
    assert.equal(calls.length, 3);
    assert.deepEqual(
      labelsOf(
        'traces_span_metrics_duration_milliseconds',
        'traces_span_metrics_duration_milliseconds_count',
      ),
      calls,
    );
    assert.equal(budget.overflowed, 2, 'one span is one observation, though it is in two families');
  });

  test('of a name that comes back begin anew', () => {
    const { named, calls, clock } = setUp();
    named('a', 'a', 'b');
    clock.advance(10 * minute);
    named('b');
    clock.advance(6 * minute);
    named('b');
    assert.deepEqual(calls(), { b: 3 });
    named('a');
    assert.deepEqual(calls(), { a: 1, b: 3 });
  });

  test('that were over the budget get a series of their own when there is room', () => {
    const { named, calls, clock } = setUp({ series: 2 });
    named('a', 'b', 'c', 'c');
    assert.deepEqual(calls(), { a: 1, b: 1, overflow: 2 });
    clock.advance(16 * minute);
    named('c', 'd', 'e');
    assert.deepEqual(calls(), { c: 1, d: 1, overflow: 3 });
  });

  test('of a service whose names churn are not in overflow for good', () => {
    const { named, calls, clock } = setUp({ series: 10 });
    for (let i = 0; i < 20; i++) {
      named(...Array.from({ length: 2000 }, (_, name) => `name ${i} ${name}`));
      clock.advance(16 * minute);
    }
    named('new');
    const { overflow, ...rest } = calls();
    assert.deepEqual(rest, { new: 1 });
    assert.equal(overflow, 20 * 1990);
  });

  test('of services without a number, or with names too long to be one, are counted as overflow', () => {
    const { count, calls } = setUp();
    count([{ id: 1, name: 'a' }], undefined, -1);
    count([{ id: 1, name: 'x'.repeat(2000) }]);
    assert.deepEqual(calls(), { overflow: 2 });
  });

  test('of a service that is numbered anew go on in the same series', () => {
    const { count, text } = setUp();
    count([{ id: 1, name: 'a' }], undefined, 1);
    count([{ id: 1, name: 'a' }], undefined, 2);
    assert.match(text(), /calls_total\{service_name="shop",span_name="a".*} 2\n/);
  });

  test('have known values for kinds and states that are not', () => {
    const { count, text } = setUp();
    count([{ id: 1, name: 'a', kind: 77 }]);
    count([{ id: 1, name: 'a', kind: -1 }]);
    assert.match(text(), /span_kind="SPAN_KIND_UNSPECIFIED",status_code="STATUS_CODE_UNSET"} 2\n/);
  });

  test('never lose or invent one, whatever expires in between', () => {
    const round = fc.record({
      names: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { maxLength: 12 }),
      wait: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 30 }), (rounds) => {
        const { named, calls, clock, budget } = setUp({ series: 4 });
        for (const { names, wait } of rounds) {
          clock.advance(wait * minute);
          named();
          const before = calls();
          named(...names);
          const after = calls();
          const added = Object.keys(after).reduce((sum, name) => sum + after[name]! - (before[name] ?? 0), 0);
          assert.equal(added, names.length);
          const own = Object.keys(after).filter((name) => name !== 'overflow');
          assert.ok(own.length <= 4);
          assert.equal(budget.used, own.length * linesPerSeries);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

suite('weights', () => {
  test('of a span stay whole numbers, and are right on average', () => {
    const { count, calls } = setUp();
    const spans = Array.from({ length: 4000 }, (_, i) => ({
      // Ids as random as an SDK's.
      id: Math.imul(i + 1, 0x9e3779b1) >>> 0,
      name: 'a',
      traceState: 'ot=th:6',
    }));
    count(spans);
    const { a = 0 } = calls();
    assert.ok(Number.isInteger(a));
    assert.ok(Math.abs(a - 4000 * 1.6) < 100, String(a));
  });

  test('cannot drown a series', () => {
    const { named, count, calls } = setUp();
    count([{ id: 1, name: 'a', traceState: 'ot=th:ffffffffffffff' }]);
    named('a');
    assert.deepEqual(calls(), { a: 2 ** 20 + 1 });
  });
});

suite('durations', () => {
  const start = 1_767_323_045_000_000_000n;
  const day = 86_400_000_000_000n;
  const table: [what: string, start: bigint, end: bigint, sum: string | undefined][] = [
    ['of a usual span', start, start + 5_000_000n, '5'],
    ['of a span that ended a little before it began', start, start - 1_000_000n, '0'],
    ['of a span that takes a week', start, start + 7n * day, '604800000'],
    ['of a span that takes longer', start, start + 7n * day + 1_000_000n, undefined],
    ['of a span without a start', 0n, start, undefined],
    ['of a span without an end', start, 0n, undefined],
    ['of a span without times', 0n, 0n, undefined],
    ['of a span that took no time', start, start, '0'],
    ['of a span in the far future', 2n ** 64n - 2_000_000n, 2n ** 64n - 1n, '1.999999'],
    ['of a span over all of time', 0n, 2n ** 64n - 1n, undefined],
  ];
  for (const [what, from, to, sum] of table) {
    test(`${what} ${sum === undefined ? 'are not counted, but the call is' : `are ${sum} ms`}`, () => {
      const { count, text } = setUp();
      count([{ id: 1, name: 'a', startTimeUnixNano: String(from), endTimeUnixNano: String(to) }]);
      assert.match(text(), /calls_total\{.*} 1\n/);
      assert.match(text(), new RegExp(`milliseconds_count\\{.*} ${sum === undefined ? 0 : 1}\n`));
      assert.match(text(), new RegExp(`milliseconds_sum\\{.*} ${sum ?? 0}\n`));
      assert.match(text(), new RegExp(`durations_discarded_total ${sum === undefined ? 1 : 0}\n`));
    });
  }
});

suite('exemplars of calls', () => {
  const spans: SpanSpec[] = [
    { id: 1, trace: 7, name: 'a', durationMillis: 1 },
    { id: 2, trace: 8, name: 'a', durationMillis: 1.5 },
    { id: 3, trace: 9, name: 'a', durationMillis: 30 },
  ];

  test('name the first span in each bucket of the last request that had one, when it was counted by our own clock', () => {
    const { count, openMetrics, clock } = setUp({ exemplars: true });
    count([{ id: 4, trace: 6, name: 'a', durationMillis: 1.9 }]);
    clock.advance(1);
    count(spans);
    const { samples } = judgeOpenMetrics(openMetrics()).get('traces_span_metrics_duration_milliseconds')!;
    const exemplar = (trace: number, span: number): string =>
      `trace_id="${trace.toString(16).padStart(32, '0')}",span_id="${span.toString(16).padStart(16, '0')}"`;
    assert.deepEqual(
      samples.flatMap((sample) => sample.exemplar ?? []),
      [exemplar(7, 1), exemplar(9, 3)],
    );
    assert.match(openMetrics(), new RegExp(`le="2\\.0"} 3 # \\{.*} 1 ${clock.now() / 1000}\n`));
  });

  test('are there only where spans are forwarded', () => {
    const { count, openMetrics } = setUp();
    count(spans);
    assert.doesNotMatch(openMetrics(), / # \{/);
  });
});

suite('secrets in names', () => {
  const key = ['gh', 'p_Zq7WkV3xJp9TgB5mYc1RdN8sHf4LuE6oAiQw'].join('');

  test('are in no label: names that differ in them only have one series', () => {
    const { named, calls } = setUp();
    named(`GET /a?token=one`, 'GET /a?token=two', `POST /${key}`, 'GET /b');
    assert.deepEqual(calls(), { 'GET /a?token=<redacted>': 2, 'POST /<redacted>': 1, 'GET /b': 1 });
  });

  test('fill neither the budget nor what can be known', () => {
    const { named, calls } = setUp({ series: 3 });
    for (let i = 0; i < 40; i++)
      named(...Array.from({ length: 1000 }, (_, n) => `GET /a?token=${i * 1000 + n}x`), 'GET /b');
    const found = calls();
    // A request in which there are suddenly too many names to be told apart has some of them in overflow.
    assert.ok(found['GET /a?token=<redacted>']! > 38_000, JSON.stringify(found));
    assert.equal(found['GET /b'], 40);
  });

  test('are taken out as the user says, from when it is said', () => {
    let redaction = new Redactor(redactSchema.parse({}));
    const { count, calls, clock, text } = setUp({ dimensions: ['tenant'], redaction: () => redaction });
    const spans = [{ id: 1, name: 'GET /CUST-123456', attributes: { tenant: 'CUST-654321' } }];
    count(spans);
    redaction = new Redactor(redactSchema.parse({ patterns: ['CUST-[0-9]{6}'] }));
    count(spans);
    assert.deepEqual(calls(), { 'GET /CUST-123456': 1, 'GET /<redacted>': 1 });
    clock.advance(16 * minute);
    count(spans);
    assert.doesNotMatch(text(), /CUST/);
    redaction = new Redactor(redactSchema.parse({ attributes: ['tenant'] }));
    count(spans);
    assert.match(text(), /span_name="GET \/CUST-123456".*tenant="<redacted>"/);
  });
});

suite('dimensions', () => {
  const dimensions = ['http.route', 'game.id'];

  test('are labels of calls and durations: of the span, else of its resource, else empty', () => {
    const { count, text } = setUp({ dimensions });
    count(
      [
        { id: 1, name: 'a', attributes: { 'http.route': '/x', 'game.id': 7 } },
        { id: 2, name: 'b', attributes: { 'game.id': true } },
        { id: 3, name: 'c', attributes: { 'http.route': '' } },
      ],
      { 'http.route': '/resource' },
    );
    const labels = (name: string, route: string, game: string): RegExp =>
      new RegExp(
        `calls_total\\{service_name="shop",span_name="${name}",.*,http_route="${route}",game_id="${game}"} 1\n[^]*_count\\{.*span_name="${name}".*http_route="${route}",game_id="${game}"} 1\n`,
      );
    assert.match(text(), labels('a', '/x', '7'));
    assert.match(text(), labels('b', '/resource', 'true'));
    assert.match(text(), labels('c', '', ''));
  });

  test('are those of the resource of the request that is counted', () => {
    const { count, text } = setUp({ dimensions: ['tenant'] });
    count([{ id: 1, name: 'a' }], { tenant: 'one' });
    count([{ id: 1, name: 'a' }], { tenant: 'two' });
    for (const tenant of ['one', 'two'])
      assert.match(text(), new RegExp(`calls_total\\{.*tenant="${tenant}"} 1\n`));
  });

  test('are cut, and escaped', () => {
    const { count, openMetrics } = setUp({ dimensions });
    count([{ id: 1, name: 'a', attributes: { 'http.route': `"\n\\${'😀'.repeat(5000)}` } }]);
    assert.match(openMetrics(), /http_route="\\"\\n\\\\😀{62}\ufffd",game_id=""/u);
    judgeOpenMetrics(openMetrics());
  });

  test('are told apart, whatever characters are in them', () => {
    const { count, text } = setUp({ dimensions });
    count([
      { id: 1, name: 'a', attributes: { 'http.route': 'x', 'game.id': 'y0:' } },
      { id: 2, name: 'a', attributes: { 'http.route': 'x1:y', 'game.id': '' } },
      { id: 3, name: 'a', attributes: { 'http.route': 'x\u0000', 'game.id': 'y' } },
    ]);
    assert.equal([...text().matchAll(/^traces_span_metrics_calls_total\{/gm)].length, 3);
  });

  test('whose values churn are not in overflow for good', () => {
    const { count, text, clock } = setUp({ dimensions, series: 10 });
    for (let i = 0; i < 12; i++) {
      count(
        Array.from({ length: 2000 }, (_, id) => ({
          id: id + 1,
          name: 'a',
          attributes: { 'game.id': `${i} ${id}` },
        })),
      );
      clock.advance(16 * minute);
    }
    count([{ id: 1, name: 'a', attributes: { 'game.id': 'kept' } }]);
    clock.advance(10 * minute);
    count([{ id: 1, name: 'a', attributes: { 'game.id': 'kept' } }]);
    assert.match(text(), /calls_total\{.*game_id="kept"} 2\n/);
  });
});
