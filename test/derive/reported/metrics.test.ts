import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ReportMetric, reportMetrics } from '../../../src/derive/reported/known-metrics.ts';
import type { MetricSpec, PointSpec } from '../../support/metric-builders.ts';
import { minute, second, setUp, shop } from './set-up.ts';

const states = 'tocsin_breaker_state';
const transitions = 'tocsin_breaker_transitions_total';
const calls = 'tocsin_breaker_calls_total';
const retries = 'tocsin_reported_retries_total';
const ignored = 'tocsin_reports_ignored_total';

type Attributes = NonNullable<PointSpec['attributes']>;

const failsafe = (more: Attributes) => ({ 'failsafe.circuit_breaker.name': 'payments', ...more });
const stateChanges = 'failsafe.circuit_breaker.state_change.count';

/** Points of Failsafe's counter of state changes. */
function entered(counts: Readonly<Record<string, number>>): PointSpec[] {
  return Object.entries(counts).map(([state, value]) => ({
    value,
    attributes: failsafe({ 'failsafe.circuit_breaker.state': state }),
  }));
}

const polly = (event: string, more: Attributes = {}) => ({
  'event.name': event,
  'pipeline.name': 'payments',
  'pipeline.instance': '(null)',
  'strategy.name': '',
  ...more,
});

suite('calls by metrics', () => {
  interface Case {
    metric: ReportMetric;
    /** Of a point that counts so many, in two requests. */
    points: [before: PointSpec[], after: PointSpec[]];
    more?: Partial<MetricSpec>;
    expected: Record<string, number>;
  }

  const resilience4j = (kind: string) => ({ name: 'payments', kind });
  const cases: Record<string, Case> = {
    'of Failsafe': {
      metric: 'failsafe.circuit_breaker.execution.count',
      points: [
        [
          { value: 5, attributes: failsafe({ 'failsafe.circuit_breaker.outcome': 'success' }) },
          { value: 2, attributes: failsafe({ 'failsafe.circuit_breaker.outcome': 'failure' }) },
        ],
        [
          { value: 9, attributes: failsafe({ 'failsafe.circuit_breaker.outcome': 'success' }) },
          { value: 3, attributes: failsafe({ 'failsafe.circuit_breaker.outcome': 'failure' }) },
        ],
      ],
      expected: { success: 4, failure: 1 },
    },
    'of resilience4j as a histogram': {
      metric: 'resilience4j.circuitbreaker.calls',
      points: [
        [
          { count: 5, sum: 1.5, attributes: resilience4j('successful') },
          { count: 1, sum: 1.5, attributes: resilience4j('failed') },
          { count: 1, sum: 1.5, attributes: resilience4j('ignored') },
        ],
        [
          { count: 7, sum: 1.5, attributes: resilience4j('successful') },
          { count: 2, sum: 1.5, attributes: resilience4j('failed') },
          { count: 9, sum: 1.5, attributes: resilience4j('ignored') },
        ],
      ],
      more: { kind: 'histogram' },
      expected: { success: 2, failure: 1 },
    },
    'of resilience4j as a summary': {
      metric: 'resilience4j.circuitbreaker.calls',
      points: [
        [{ count: 5, sum: 1.5, attributes: resilience4j('successful') }],
        [{ count: 7, sum: 1.5, attributes: resilience4j('successful') }],
      ],
      more: { kind: 'summary' },
      expected: { success: 2 },
    },
    'that resilience4j refused': {
      metric: 'resilience4j.circuitbreaker.not.permitted.calls',
      points: [
        [{ value: 5, attributes: resilience4j('not_permitted') }],
        [{ value: 25, attributes: resilience4j('not_permitted') }],
      ],
      expected: { rejected: 20 },
    },
  };
  for (const [what, { metric: name, points, more, expected }] of Object.entries(cases))
    test(`are counted from the second point on: ${what}`, () => {
      const { clock, metric, values } = setUp();
      metric(name, points[0], more);
      assert.deepEqual(values(calls), {});
      clock.advance(minute);
      metric(name, points[1], more);
      assert.deepEqual(values(calls), expected);
      assert.deepEqual(values(ignored), {});
    });

  test('of a delta are counted from the first on', () => {
    const { clock, metric, values } = setUp();
    const attributes = failsafe({ 'failsafe.circuit_breaker.outcome': 'failure' });
    for (const value of [3, 4]) {
      const startMillis = clock.now() - minute;
      metric('failsafe.circuit_breaker.execution.count', [{ value, attributes, startMillis }], {
        temporality: 'delta',
      });
      clock.advance(minute);
    }
    assert.deepEqual(values(calls), { failure: 7 });
  });

  test('are counted as they are, after spans of them were', () => {
    const { clock, called, metric, values } = setUp();
    const attributes = failsafe({ 'failsafe.circuit_breaker.outcome': 'success' });
    const told = (value: number, temporality: 'delta' | 'cumulative') =>
      metric('failsafe.circuit_breaker.execution.count', [{ value, attributes }], { temporality });
    called('success', 3);
    // These are the same three.
    told(3, 'delta');
    clock.advance(second);
    called('success', 2);
    told(2, 'delta');
    assert.deepEqual(values(calls), { success: 5 });
    // A source that is silent for long gives way.
    clock.advance(6 * minute);
    called('success', 1);
    assert.deepEqual(values(calls), { success: 6 });
  });

  test('of two processes are told apart', () => {
    const { clock, metric, values } = setUp();
    const attributes = failsafe({ 'failsafe.circuit_breaker.outcome': 'success' });
    const told = (value: number, instance: string) =>
      metric('failsafe.circuit_breaker.execution.count', [{ value, attributes }], {}, { ...shop, instance });
    told(100, 'one');
    told(5, 'two');
    clock.advance(minute);
    told(101, 'one');
    told(7, 'two');
    assert.deepEqual(values(calls), { success: 3 });
  });
});

suite('the state by metrics', () => {
  test('follows from how often it was entered, and the first point is a base line', () => {
    const { clock, metric, values } = setUp();
    metric(stateChanges, entered({ open: 3, half_open: 3, closed: 1 }));
    assert.deepEqual([values(transitions), values(states)], [{}, { closed: 1 }]);
    clock.advance(minute);
    metric(stateChanges, entered({ open: 4, half_open: 3, closed: 1 }));
    assert.deepEqual([values(transitions), values(states)], [{ 'closed open': 1 }, { open: 1 }]);
    clock.advance(minute);
    metric(stateChanges, entered({ open: 5, half_open: 5, closed: 2 }));
    assert.deepEqual(values(states), { closed: 1 });
    assert.deepEqual(values(transitions), {
      'closed open': 1,
      'open half_open': 2,
      'half_open open': 1,
      'half_open closed': 1,
    });
  });

  test('is known from the first point, also of what was never counted before', () => {
    const { clock, metric, values } = setUp();
    metric(stateChanges, entered({ open: 1 }));
    assert.deepEqual([values(transitions), values(states)], [{}, { open: 1 }]);
    clock.advance(minute);
    metric(stateChanges, entered({ open: 1, half_open: 1, closed: 1 }));
    assert.deepEqual(values(states), { closed: 1 });
    assert.deepEqual(values(transitions), { 'open half_open': 1, 'half_open closed': 1 });
  });

  test('of an app that began after Tocsin did is followed from its first point on', () => {
    const { clock, metric, values } = setUp();
    clock.advance(minute);
    const startMillis = clock.now();
    clock.advance(minute);
    metric(
      stateChanges,
      entered({ open: 2, half_open: 1 }).map((point) => ({ ...point, startMillis })),
    );
    assert.deepEqual(values(states), { open: 1 });
    assert.deepEqual(values(transitions), { 'closed open': 1, 'open half_open': 1, 'half_open open': 1 });
  });

  test('of deltas begins closed', () => {
    const { metric, values } = setUp();
    metric(stateChanges, entered({ open: 1 }), { temporality: 'delta' });
    assert.deepEqual([values(transitions), values(states)], [{ 'closed open': 1 }, { open: 1 }]);
  });

  test('of an app that was started anew is closed', () => {
    const { clock, metric, values } = setUp();
    metric(stateChanges, entered({ open: 1 }));
    clock.advance(minute);
    metric(
      stateChanges,
      entered({ open: 1, half_open: 1, closed: 1 }).map((point) => ({
        ...point,
        startMillis: clock.now() - second,
      })),
    );
    assert.deepEqual(values(states), { closed: 1 });
  });

  test('is what a gauge says it is', () => {
    const { clock, metric, values } = setUp();
    const gauge = (is: string) =>
      metric(
        'resilience4j.circuitbreaker.state',
        ['closed', 'open', 'half_open', 'forced_open', 'disabled', 'metrics_only'].map((state) => ({
          value: state === is ? 1 : 0,
          attributes: { name: 'payments', state },
        })),
        { kind: 'gauge' },
      );
    const shown = ['closed', 'open', 'half_open', 'closed', 'forced_open', 'disabled'].map((state) => {
      gauge(state);
      clock.advance(minute);
      return Object.keys(values(states)).join(' ');
    });
    assert.deepEqual(shown, ['closed', 'open', 'half_open', 'closed', 'open', 'closed']);
    assert.equal(Object.values(values(transitions)).length, 4);
  });

  test('of a strategy of Polly follows from its events, whatever exceptions there were', () => {
    const { clock, metric, values } = setUp();
    const events = 'resilience.polly.strategy.events';
    metric(events, [{ value: 9, attributes: polly('OnTimeout') }]);
    clock.advance(minute);
    metric(events, [
      { value: 9, attributes: polly('OnTimeout') },
      { value: 1, attributes: polly('OnCircuitOpened', { 'exception.type': 'A' }) },
      { value: 1, attributes: polly('OnCircuitOpened', { 'exception.type': 'B' }) },
      { value: 1, attributes: polly('OnCircuitHalfOpened') },
    ]);
    assert.deepEqual(values(states), { open: 1 });
    assert.deepEqual(values(transitions), { 'closed open': 1, 'open half_open': 1, 'half_open open': 1 });
  });

  test('names strategies of Polly by pipeline, instance and strategy', () => {
    const { metric, reported } = setUp();
    const attributes = polly('OnCircuitOpened', { 'pipeline.instance': 'eu', 'strategy.name': 'breaker' });
    metric('resilience.polly.strategy.events', [{ value: 1, attributes }]);
    assert.equal(reported.book.all[0]!.name, 'payments/eu/breaker');
  });
});

suite('a state change that is told by an event and by a metric', () => {
  test('counts once when the event comes first', () => {
    const { clock, metric, changed, values } = setUp();
    metric(stateChanges, entered({ open: 1, half_open: 1, closed: 1 }));
    clock.advance(10 * second);
    changed({ state: 'open', from: 'closed' });
    clock.advance(50 * second);
    metric(stateChanges, entered({ open: 2, half_open: 1, closed: 1 }));
    assert.deepEqual(values(transitions), { 'closed open': 1 });
  });

  test('counts once when the metric comes first, and is as of the event', () => {
    const { clock, metric, changed, values, reported } = setUp();
    metric(stateChanges, entered({ open: 1, half_open: 1, closed: 1 }));
    clock.advance(10 * second);
    const [openedAt, probedAt, againAt] = [0, 20, 21].map((after) => clock.now() + after * second);
    clock.advance(50 * second);
    metric(stateChanges, entered({ open: 3, half_open: 2, closed: 1 }));
    clock.advance(5 * second);
    changed({ state: 'open', from: 'closed', at: openedAt! });
    changed({ state: 'half_open', from: 'open', at: probedAt! });
    changed({ state: 'open', from: 'half_open', at: againAt! });
    assert.deepEqual(values(transitions), { 'closed open': 1, 'open half_open': 1, 'half_open open': 1 });
    const [record] = reported.book.all;
    assert.deepEqual(
      [record!.openedAt, record!.since, record!.transitions.map(({ at }) => at)],
      [openedAt, againAt, [openedAt, probedAt, againAt]],
    );
  });

  test('counts as the metric says it, when no events have come for long', () => {
    const { clock, metric, changed, values } = setUp();
    changed({ state: 'open', from: 'closed' });
    // It closes, and of that no event is heard.
    for (let i = 0; i < 4; i++) {
      clock.advance(minute);
      metric(stateChanges, entered({ open: 1, half_open: 1, closed: 1 }));
    }
    assert.deepEqual(values(states), { open: 1 });
    clock.advance(minute);
    metric(stateChanges, entered({ open: 1, half_open: 1, closed: 1 }));
    assert.deepEqual(values(states), { closed: 1 });
    clock.advance(minute);
    metric(stateChanges, entered({ open: 2, half_open: 1, closed: 1 }));
    assert.deepEqual(values(transitions), { 'closed open': 2, 'open closed': 1 });
  });
});

suite('retries by metrics', () => {
  const cases: [
    metric: ReportMetric,
    kind: MetricSpec['kind'],
    before: PointSpec[],
    after: PointSpec[],
    expected: object,
  ][] = [
    [
      'failsafe.retry_policy.attempts',
      'histogram',
      [{ count: 10, sum: 12, attributes: { 'failsafe.retry_policy.name': 'http' } }],
      [{ count: 15, sum: 22, attributes: { 'failsafe.retry_policy.name': 'http' } }],
      { http: 5 },
    ],
    [
      'resilience4j.retry.calls',
      'sum',
      [
        { value: 5, attributes: { name: 'stock', kind: 'successful_without_retry' } },
        { value: 1, attributes: { name: 'stock', kind: 'successful_with_retry' } },
        { value: 1, attributes: { name: 'stock', kind: 'failed_with_retry' } },
      ],
      [
        { value: 9, attributes: { name: 'stock', kind: 'successful_without_retry' } },
        { value: 3, attributes: { name: 'stock', kind: 'successful_with_retry' } },
        { value: 2, attributes: { name: 'stock', kind: 'failed_with_retry' } },
      ],
      { stock: 3 },
    ],
    [
      'resilience.polly.strategy.events',
      'sum',
      [{ value: 1, attributes: polly('OnRetry', { 'strategy.name': 'again' }) }],
      [{ value: 4, attributes: polly('OnRetry', { 'strategy.name': 'again' }) }],
      { 'payments/again': 3 },
    ],
    [
      'grpc.client.call.retries',
      'histogram',
      [{ count: 2, sum: 5, attributes: { 'grpc.method': 'a/b' } }],
      [{ count: 3, sum: 8, attributes: { 'grpc.method': 'a/b' } }],
      { grpc: 3 },
    ],
    [
      'grpc.client.call.transparent_retries',
      'histogram',
      [{ count: 1, sum: 1 }],
      [{ count: 2, sum: 2 }],
      { grpc_transparent: 1 },
    ],
    [
      'grpc.client.call.hedges',
      'histogram',
      [{ count: 1, sum: 1 }],
      [{ count: 2, sum: 3 }],
      { grpc_hedge: 2 },
    ],
  ];
  for (const [name, kind = 'sum', before, after, expected] of cases)
    test(`are counted: ${name}`, () => {
      const { clock, metric, values } = setUp();
      metric(name, before, { kind });
      clock.advance(minute);
      metric(name, after, { kind });
      assert.deepEqual(values(retries), expected);
      assert.deepEqual(values(ignored), {});
    });
});

suite('points that cannot be used are counted', () => {
  const name = 'failsafe.circuit_breaker.execution.count';
  const attributes = failsafe({ 'failsafe.circuit_breaker.outcome': 'success' });
  const cases: [what: string, points: PointSpec[], more: Partial<MetricSpec>, reason: string][] = [
    ['without a name', [{ value: 1 }], {}, 'no_name'],
    ['with an outcome that is none', [{ value: 1, attributes: failsafe({}) }], {}, 'unknown_outcome'],
    ['of a gauge', [{ value: 1, attributes }], { kind: 'gauge' }, 'unusable_point'],
    ['of a counter that may go down', [{ value: 1, attributes }], { isMonotonic: false }, 'unusable_point'],
    ['below zero', [{ value: -1, attributes }], {}, 'unusable_point'],
  ];
  for (const [what, points, more, reason] of cases)
    test(what, () => {
      const { metric, values, reported } = setUp();
      metric(name, points, more);
      assert.deepEqual(values(ignored), { [reason]: 1 });
      assert.deepEqual(reported.book.all, []);
    });

  test('of which there are too many', () => {
    const { metric, values } = setUp();
    metric(
      name,
      Array.from({ length: 10_050 }, () => ({ value: 1, attributes })),
    );
    assert.deepEqual(values(ignored), { too_many: 1 });
  });

  test('for each metric that is known', () => {
    for (const each of reportMetrics.names) {
      const { metric, values } = setUp();
      metric(each, [{ value: 1 }, { value: 2, attributes: { name: 7, kind: true, state: 9 } }]);
      assert.equal(typeof values(ignored), 'object');
    }
  });
});
