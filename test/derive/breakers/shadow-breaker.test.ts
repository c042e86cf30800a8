import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { breakerSettings, breakersSchema } from '../../../src/derive/breakers/config.ts';
import { type BreakerSettings, ShadowBreaker } from '../../../src/derive/breakers/shadow-breaker.ts';

const usual = breakerSettings(breakersSchema.parse({}))({ service: 'shop', dependency: 'payments' });
const second = 1000;

/** A call that ended at a second, or began before it; `!` is a failure. */
type Written = `${number}` | `${number}!`;

interface Example {
  promise: string;
  settings?: Partial<BreakerSettings>;
  /** Each takes 10 ms, if it is not said otherwise. */
  calls: readonly (Written | { at: Written; takesMillis: number })[];
  /** Time goes on until then. */
  until?: number;
  transitions: readonly string[];
  openCalls?: string;
}

const fiveFailures = ['1!', '2!', '3!', '4!', '5!'] as const;

const examples: Example[] = [
  { promise: 'opens after five failures in a row', calls: fiveFailures, transitions: ['5 closed>open'] },
  {
    promise: 'counts from anew after a call that is well',
    calls: ['1!', '2!', '3!', '4!', '5', '6!', '7!', '8!', '9!'],
    transitions: [],
  },
  {
    promise: 'opens when half of twenty calls in a minute failed',
    settings: { consecutiveFailures: 0 },
    calls: Array.from({ length: 20 }, (_, i): Written => (i % 2 === 0 ? `${i + 1}` : `${i + 1}!`)),
    transitions: ['20 closed>open'],
  },
  {
    promise: 'does not where they are fewer',
    settings: { consecutiveFailures: 0 },
    calls: Array.from({ length: 19 }, (_, i): Written => `${i + 1}!`),
    transitions: [],
  },
  {
    promise: 'forgets what is longer ago than the window',
    settings: { consecutiveFailures: 0 },
    calls: Array.from({ length: 30 }, (_, i): Written => `${i * 4 + 1}!`),
    transitions: [],
  },
  {
    promise: 'opens when too many calls are slow',
    settings: { slowCallMillis: 500, slowRatio: 0.5, minimumCalls: 4 },
    calls: ['1', { at: '2', takesMillis: 600 }, '3', { at: '4', takesMillis: 500 }],
    transitions: ['4 closed>open'],
  },
  {
    promise: 'lets a probe pass after a minute, by the clock, and closes when that is well',
    calls: [...fiveFailures, '70'],
    transitions: ['5 closed>open', '65 open>half_open', '70 half_open>closed'],
  },
  {
    promise: 'does so without any calls',
    calls: fiveFailures,
    until: 66,
    transitions: ['5 closed>open', '65 open>half_open'],
  },
  {
    promise: 'stays open for another minute when the probe fails',
    calls: [...fiveFailures, '70!', '120', '131'],
    transitions: [
      '5 closed>open',
      '65 open>half_open',
      '70 half_open>open',
      '130 open>half_open',
      '131 half_open>closed',
    ],
    openCalls: '1 well, 0 failed',
  },
  {
    promise: 'needs as many probes as it is said',
    settings: { halfOpenProbes: 3 },
    calls: [...fiveFailures, '70', '71', '72!', '140', '141', '142'],
    transitions: [
      '5 closed>open',
      '65 open>half_open',
      '72 half_open>open',
      '132 open>half_open',
      '142 half_open>closed',
    ],
  },
  {
    promise: 'tells of the calls that it would have refused by what became of them',
    calls: [...fiveFailures, '10', '11', '12!'],
    transitions: ['5 closed>open'],
    openCalls: '2 well, 1 failed',
  },
  {
    promise: 'takes no call for a probe that began before it might pass',
    calls: [...fiveFailures, { at: '66', takesMillis: 2000 }, '67'],
    transitions: ['5 closed>open', '65 open>half_open', '67 half_open>closed'],
    openCalls: '1 well, 0 failed',
  },
  {
    promise: 'would not have refused what had begun before it opened',
    calls: [...fiveFailures, { at: '6!', takesMillis: 3000 }],
    transitions: ['5 closed>open'],
    openCalls: '0 well, 0 failed',
  },
  {
    promise: 'forgets, once it has closed, what it would have refused before',
    calls: [
      ...fiveFailures,
      '70',
      ...(['71!', '72!', '73!', '74!', '75!'] as const).map((at) => ({ at, takesMillis: 8000 })),
    ],
    transitions: ['5 closed>open', '65 open>half_open', '70 half_open>closed'],
  },
];

function seconds(millis: number): string {
  return String(millis / second);
}

suite('a shadow breaker', () => {
  for (const { promise, settings = {}, calls, until, transitions, openCalls } of examples)
    test(promise, () => {
      const told: string[] = [];
      const refused = { well: 0, failed: 0 };
      const breaker = new ShadowBreaker(
        { ...usual, ...settings },
        {
          transition: ({ from, to, at }) => told.push(`${seconds(at)} ${from}>${to}`),
          openCall: (isFailure) => refused[isFailure ? 'failed' : 'well']++,
        },
      );
      for (const call of calls) {
        const { at, takesMillis } = typeof call === 'string' ? { at: call, takesMillis: 10 } : call;
        const end = Number.parseFloat(at) * second;
        breaker.take({ start: end - takesMillis, end, isFailure: at.endsWith('!') });
      }
      if (until !== undefined) breaker.passTo(until * second);
      assert.deepEqual(told, transitions);
      if (openCalls !== undefined) assert.equal(`${refused.well} well, ${refused.failed} failed`, openCalls);
    });

  test('tells how long it was in which state, to the millisecond', () => {
    const breaker = new ShadowBreaker(usual, { transition: () => undefined, openCall: () => undefined });
    for (const at of [1, 2, 3, 4, 5])
      breaker.take({ start: at * second - 1, end: at * second, isFailure: true });
    breaker.take({ start: 69 * second, end: 70 * second, isFailure: false });
    breaker.passTo(100 * second);
    assert.deepEqual(breaker.takeSpent(), { closed: 34_000, open: 60_000, half_open: 5_000 });
    assert.deepEqual(breaker.takeSpent(), { closed: 0, open: 0, half_open: 0 });
  });
});

suite('settings of breakers', () => {
  const of = breakerSettings(
    breakersSchema.parse({
      open_for: '30s',
      overrides: [
        { where: ['dependency="db"'], consecutive_failures: 2 },
        { where: ['dependency=~"d.*"', 'service="shop"'], consecutive_failures: 3, open_for: '5s' },
      ],
    }),
  );
  const examplesOf: [string, string, number, number][] = [
    ['shop', 'payments', 5, 30_000],
    ['shop', 'db', 2, 30_000],
    ['shop', 'docs', 3, 5_000],
    ['cart', 'docs', 5, 30_000],
  ];
  for (const [service, dependency, failures, openForMillis] of examplesOf)
    test(`of ${service} to ${dependency}: the first that matches counts, and what it does not say is as usual`, () => {
      const settings = of({ service, dependency });
      assert.deepEqual([settings.consecutiveFailures, settings.openForMillis], [failures, openForMillis]);
    });
});
