import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { goneMillis, mostBreakers } from '../../../src/derive/reported/breaker-book.ts';
import { failedProbesOf, keptTransitions } from '../../../src/derive/reported/breaker-record.ts';
import { redactSchema } from '../../../src/redact/config.ts';
import { Redactor } from '../../../src/redact/redactor.ts';
import { judgeOpenMetrics } from '../../support/openmetrics-judge.ts';
import { type Change, minute, second, setUp, shop } from './set-up.ts';

const states = 'tocsin_breaker_state';
const transitions = 'tocsin_breaker_transitions_total';
const calls = 'tocsin_breaker_calls_total';
const seconds = 'tocsin_breaker_state_seconds_total';
const ignored = 'tocsin_reports_ignored_total';

suite('a state change that an app reports', () => {
  for (const [state, from, expected] of [
    ['open', 'closed', 'closed open'],
    ['OPEN', 'CLOSED', 'closed open'],
    ['half-open', 'open', 'open half_open'],
    ['HALF_OPEN', 'OPEN', 'open half_open'],
    ['halfOpen', 'open', 'open half_open'],
    ['closed', 'half_open', 'half_open closed'],
    ['half_open', undefined, 'open half_open'],
    ['open', undefined, 'closed open'],
    ['closed', 'no state', 'half_open closed'],
    ['closed', 7, 'half_open closed'],
  ] as const) {
    test(`is counted, and its state shown: ${from} → ${state}`, () => {
      const { changed, values } = setUp();
      changed(from === undefined ? { state } : { state, from });
      assert.deepEqual(values(transitions), { [expected]: 1 });
      assert.deepEqual(values(states), { [expected.split(' ')[1]!]: 1 });
    });
  }

  test('counts once, whether it comes as a span event, as a log record or as both', () => {
    const { clock, changed, logged, values } = setUp();
    const at = clock.now();
    clock.advance(2 * second);
    changed({ state: 'open', at });
    logged({ state: 'open', at: at + 3 });
    changed({ state: 'open', at });
    logged({ state: 'half_open', from: 'open', at: at + 500 });
    changed({ state: 'half_open', from: 'open', at: at + 480 });
    logged({ state: 'open', from: 'half_open', at: at + 600 });
    assert.deepEqual(values(transitions), { 'closed open': 1, 'open half_open': 1, 'half_open open': 1 });
  });

  test('that only says again what is known is none', () => {
    const { clock, changed, values } = setUp();
    changed({ state: 'open' });
    clock.advance(minute);
    changed({ state: 'open' });
    assert.deepEqual(values(transitions), { 'closed open': 1 });
  });

  test('that comes late is put in its place, and does not make the breaker what it was', () => {
    const { clock, changed, reported, values } = setUp();
    const at = clock.now();
    clock.advance(10 * second);
    changed({ state: 'closed', from: 'half_open', at: at + 9 * second });
    changed({ state: 'open', from: 'closed', at: at + second });
    changed({ state: 'half_open', from: 'open', at: at + 8 * second });
    assert.deepEqual(values(transitions), { 'closed open': 1, 'open half_open': 1, 'half_open closed': 1 });
    assert.deepEqual(values(states), { closed: 1 });
    assert.deepEqual(
      reported.book.all[0]!.transitions.map(({ to }) => to),
      ['open', 'half_open', 'closed'],
    );
  });

  test('says for how long the breaker was in each state', () => {
    const { clock, changed, values } = setUp();
    changed({ state: 'open' });
    clock.advance(40 * second);
    assert.deepEqual(values(seconds), { open: 40 });
    clock.advance(20 * second);
    changed({ state: 'half_open' });
    clock.advance(2 * second);
    changed({ state: 'closed' });
    clock.advance(30 * second);
    assert.deepEqual(values(seconds), { open: 60, half_open: 2, closed: 30 });
  });

  test('is as long ago as it was when the clock is set', () => {
    for (const byMillis of [60 * minute, -60 * minute]) {
      const { clock, changed, reported, values } = setUp();
      changed({ state: 'open' });
      clock.advance(minute);
      clock.setWall(byMillis);
      assert.deepEqual(values(seconds), { open: 60 });
      assert.equal(reported.book.all[0]!.openedAt, clock.now() - minute);
      clock.advance(minute);
      changed({ state: 'half_open', from: 'open' });
      clock.advance(second);
      assert.deepEqual(values(seconds), { open: 120, half_open: 1 });
    }
  });

  test('is of one instance: how many are in a state is told', () => {
    const { changed, reported, values } = setUp();
    changed({ state: 'open' });
    changed({ state: 'open' }, { ...shop, instance: 'two' });
    changed({ state: 'half_open' }, { ...shop, instance: 'three' });
    assert.deepEqual(values(states), { open: 2, half_open: 1 });
    assert.deepEqual(values(transitions), { 'closed open': 2, 'open half_open': 1 });
    assert.equal(reported.book.all.length, 3);
  });

  test('at a time that cannot be is as of now', () => {
    const { clock, changed, reported } = setUp();
    const now = clock.now();
    for (const [name, at] of [
      ['past', 1],
      ['none', 0],
      ['future', now + 60 * minute],
    ] as const)
      changed({ name, at });
    const since = Object.fromEntries(reported.book.all.map(({ name, since: at }) => [name, at]));
    assert.deepEqual(since, { past: now - goneMillis, none: now, future: now });
  });
});

suite('a report that cannot be used is counted', () => {
  const cases: [what: string, change: Change, reason: string][] = [
    ['without a name', { name: '' }, 'no_name'],
    ['without a state', { state: '' }, 'unknown_state'],
    ['of a state that is none', { state: 'ajar' }, 'unknown_state'],
    ['of a state that is a number', { state: 1 }, 'unknown_state'],
    ['of a state that is a long text', { state: 'open'.repeat(1000) }, 'unknown_state'],
  ];
  for (const [what, change, reason] of cases)
    test(what, () => {
      const { changed, logged, values, reported } = setUp();
      changed(change);
      logged(change);
      assert.deepEqual(values(ignored), { [reason]: 2 });
      assert.deepEqual(reported.book.all, []);
    });

  test('beyond those that are read of one span', () => {
    const { span, values, clock } = setUp();
    const events = Array.from({ length: 65 }, (_, i) => ({
      name: 'circuit_breaker.state_change',
      timeMillis: clock.now() - 65 + i,
      attributes: { 'circuit_breaker.name': 'payments', 'circuit_breaker.state': i % 2 ? 'closed' : 'open' },
    }));
    span({ events });
    assert.deepEqual(values('tocsin_breaker_transitions_total'), { 'closed open': 32, 'open closed': 32 });
    assert.deepEqual(values(ignored), { too_many: 1 });
  });

  test('of a call without a name, or with an outcome that is none', () => {
    const { span, called, values, reported } = setUp();
    span({ attributes: { 'circuit_breaker.outcome': 'success' } });
    called('so so');
    assert.deepEqual(values(ignored), { no_name: 1, unknown_outcome: 1 });
    assert.deepEqual(reported.book.all, []);
  });
});

suite('a breaker', () => {
  test('counts the calls that spans tell of, weighted by their sampling', () => {
    const { called, span, values } = setUp();
    called('success', 3);
    called('FAILURE', 2);
    span({
      traceState: 'ot=th:c',
      attributes: { 'circuit_breaker.name': 'payments', 'circuit_breaker.outcome': 'rejected' },
    });
    assert.deepEqual(values(calls), { success: 3, failure: 2, rejected: 4 });
    assert.deepEqual(values(states), {});
  });

  test('remembers what has happened since it opened', () => {
    const { clock, changed, called, reported } = setUp();
    called('failure', 5);
    const openedAt = clock.now() + 1;
    clock.advance(1);
    changed({ state: 'open' });
    for (let i = 0; i < 3; i++) {
      clock.advance(minute);
      called('rejected', 2);
      changed({ state: 'half_open' });
      changed({ state: 'open', from: 'half_open', at: clock.now() + 1 });
      clock.advance(1);
    }
    const [record] = reported.book.all;
    assert.equal(record!.openedAt, openedAt);
    assert.equal(failedProbesOf(record!), 3);
    assert.equal(record!.callsMeanwhile, 6);
    changed({ state: 'closed', from: 'half_open' });
    assert.equal(record!.openedAt, undefined);
  });

  test('keeps its last transitions only', () => {
    const { clock, changed, reported } = setUp();
    for (let i = 0; i < 30; i++) {
      changed({ state: i % 2 === 0 ? 'open' : 'closed', from: i % 2 === 0 ? 'closed' : 'half_open' });
      clock.advance(second);
    }
    assert.equal(reported.book.all[0]!.transitions.length, keptTransitions);
  });

  test('that was not heard of for 15 minutes is gone, with all that was shown of it', () => {
    const { clock, changed, called, text, reported } = setUp();
    changed({ state: 'open' });
    called('success', 1, 'other');
    for (let i = 0; i < 14; i++) {
      clock.advance(minute);
      called('success', 1, 'other');
      text();
    }
    assert.match(text(), /breaker="payments"/);
    clock.advance(minute);
    called('success', 1, 'other');
    assert.doesNotMatch(text(), /breaker="payments"/);
    assert.match(text(), /breaker="other"/);
    assert.deepEqual(
      reported.book.all.map(({ name }) => name),
      ['other'],
    );
    changed({ state: 'half_open' });
    assert.match(
      text(),
      /tocsin_breaker_state\{service_name="shop",breaker="payments",state="half_open"\} 1/,
    );
  });

  test('has all its usual series from the start', () => {
    const { changed, text, registry } = setUp();
    changed({ state: 'open' });
    const lines = text()
      .split('\n')
      .filter((line) => line.includes('breaker="payments"'));
    assert.equal(lines.length, 3 + 3 + 4 + 3);
    judgeOpenMetrics(`${[...registry.expose('openmetrics')].join('')}# EOF\n`);
  });

  test('that people know to be open is so until somebody tells of it', () => {
    const { clock, changed, called, reported, values } = setUp();
    const openedAt = clock.now() - 20 * minute;
    reported.book.expect('shop', 'payments', openedAt, 0);
    reported.book.expect('shop', 'payments', openedAt, 1);
    clock.advance(minute);
    called('rejected');
    assert.deepEqual([values(states), values(seconds)], [{ open: 1 }, { open: 60 }]);
    const [record] = reported.book.all;
    assert.deepEqual([record!.openedAt, failedProbesOf(record!)], [openedAt, 1]);
    changed({ state: 'half_open', from: 'open' });
    assert.deepEqual(values(states), { half_open: 1 });
    reported.book.expect('shop', 'payments', openedAt, 0);
    assert.deepEqual(values(states), { half_open: 1 });
  });

  test('is forgotten when there are too many, and that is counted', () => {
    const { changed, reported, text, budget } = setUp({ maxLines: 300 });
    for (let i = 0; i < mostBreakers + 5; i++) changed({ name: `breaker ${i}` });
    assert.equal(reported.book.all.length, mostBreakers);
    assert.match(text(), /^tocsin_breakers_evicted_total 5$/m);
    assert.match(text(), /^tocsin_breaker_transitions_total\{otel_metric_overflow="true"\} \d+$/m);
    assert.doesNotMatch(text(), /tocsin_breaker_state\{otel_metric_overflow/);
    assert.ok(budget.used <= budget.maxLines);
  });

  test('has no secret in its name', () => {
    const redactor = new Redactor(redactSchema.parse({}));
    const { changed, reported, text } = setUp({ redaction: () => redactor });
    for (const token of ['4eC39HqLyjWDarjtT1zdp7dc', '5fD40IrMzkXEbskuU2aeq8ed'])
      changed({ name: `https://shop:${token}@payments.example/` });
    assert.doesNotMatch(text(), /4eC39|5fD40/);
    assert.equal(reported.book.all.length, 1);
  });
});
