import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { HarnessNotes } from '../plan.ts';
import { planOf, type Scenario } from '../scenarios/scenario.ts';
import { get } from '../scenarios/steps.ts';
import type { LoggedRequest } from '../server/failing-server.ts';
import { type Evidence, Mismatch, trueCalls } from './evidence.ts';
import type { RecordedSpan } from './spans.ts';

const scenario: Scenario = {
  runtime: 'node',
  library: 'got',
  class: 'ordinary',
  failure: '503',
  kind: 'retry',
  conditions: {},
  plan: planOf({ client: 'got', scenario: '503', calls: [get('a', '/a'), get('b', '/b')] }),
};

const traceId = '1'.padStart(32, '0');
const noted = (call: string, spanId: string) => ({ call, traceId, spanId, at: 1 });
const span = (spanId: string) => ({ traceId, spanId }) as RecordedSpan;
const logged = (call: string, order: number, spanId: string): LoggedRequest => ({
  call,
  order,
  traceId,
  spanId,
  start: 1,
  end: 2,
  status: 200,
});

/** One call that was retried once, and one that was not. */
const notes: HarnessNotes = {
  versions: {},
  attempts: [noted('a', 'a1'), noted('b', 'b1'), noted('a', 'a2')],
  retries: { a: 1 },
  calls: [
    { id: 'a', start: 0, end: 9, ok: true },
    { id: 'b', start: 0, end: 9, ok: false },
  ],
  transitions: [],
};
const agreeing: Evidence = {
  scenario,
  notes,
  log: [logged('a', 1, 'a1'), logged('a', 2, 'a2'), logged('b', 1, 'b1')],
  rpcs: [],
  spans: ['a1', 'a2', 'b1'].map(span),
};

suite('the truth of a recording', () => {
  test('is what library, spans and server say alike', () => {
    const calls = trueCalls(agreeing);
    assert.deepEqual(
      calls.map(({ id, ok, attempts }) => [id, ok, attempts]),
      [
        ['a', true, ['a1', 'a2'].map((spanId) => ({ traceId, spanId }))],
        ['b', false, [{ traceId, spanId: 'b1' }]],
      ],
    );
  });

  const disagreeing: [what: string, evidence: Evidence, said: RegExp][] = [
    [
      'the library retried more often than there are spans',
      { ...agreeing, notes: { ...notes, retries: { a: 2 } } },
      /a: the library made 3 attempts, 2 spans/,
    ],
    [
      'the library does not know of a retry',
      { ...agreeing, notes: { ...notes, retries: {} } },
      /a: the library made 1 attempts, 2 spans/,
    ],
    [
      'the server saw a request less',
      { ...agreeing, log: agreeing.log.slice(0, 2) },
      /b: 1 spans were begun, the server saw 0/,
    ],
    [
      'the server saw a request of another span',
      { ...agreeing, log: [...agreeing.log.slice(0, 2), logged('b', 1, 'other')] },
      /b: the server saw a request of other/,
    ],
    [
      'nothing was retried',
      {
        ...agreeing,
        notes: { ...notes, attempts: notes.attempts.slice(0, 2), retries: {} },
        log: [logged('a', 1, 'a1'), logged('b', 1, 'b1')],
      },
      /^nothing was retried$/,
    ],
    ['a span was not exported', { ...agreeing, spans: ['a1', 'b1'].map(span) }, /a: a2 was not exported/],
    [
      'a call that was rejected was sent',
      {
        ...agreeing,
        notes: { ...notes, calls: notes.calls.map((call) => ({ ...call, rejected: call.id === 'b' })) },
      },
      /b: the library made 0 attempts, 1 spans/,
    ],
  ];
  for (const [what, evidence, said] of disagreeing) {
    test(`is not to be had if ${what}`, () => {
      assert.throws(
        () => trueCalls(evidence),
        (error) => error instanceof Mismatch && said.test(error.message),
      );
    });
  }

  test('does not ask for the requests that a closed door never saw', () => {
    const calls = [{ ...get('a', '/a'), to: 'door' as const }, get('b', '/b')];
    const refusing = { ...scenario, plan: { ...scenario.plan, calls } };
    const log = [logged('a', 1, 'a2'), logged('b', 1, 'b1')];
    assert.equal(trueCalls({ ...agreeing, scenario: refusing, log })[0]!.attempts.length, 2);
  });

  test('has attempts without a span, if only the server can count them', () => {
    const rpcs = [1, 2, 3].map((order) => ({ call: 'b', order, at: order }));
    const calls = trueCalls({ ...agreeing, rpcs, scenario: { ...scenario, absent: 'one span for all' } });
    const absent = { absent: 'one span for all' };
    assert.deepEqual(calls[1]!.attempts, [{ traceId, spanId: 'b1' }, absent, absent]);
  });

  test('has the attempts whose spans were never exported where they were', () => {
    const leaky = { ...scenario, absent: 'never ended' };
    const calls = trueCalls({ ...agreeing, scenario: leaky, spans: ['a2', 'b1'].map(span) });
    assert.deepEqual(calls[0]!.attempts, [{ absent: 'never ended' }, { traceId, spanId: 'a2' }]);
  });

  test('leaves it to the library how often it sends what is no retry', () => {
    const resent = {
      ...agreeing,
      scenario: { ...scenario, kind: 'resend' as const },
      notes: { ...notes, retries: {} },
    };
    assert.deepEqual(
      trueCalls(resent).map(({ kind, attempts }) => [kind, attempts.length]),
      [
        ['resend', 2],
        ['resend', 1],
      ],
    );
  });
});
