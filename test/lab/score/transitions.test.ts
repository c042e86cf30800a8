import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { BreakerState, BreakerTransition } from '../plan.ts';
import { scoreBreaker } from './transitions.ts';

/** `2000 open`: each from the state that the one before led to. */
function transitions(...texts: string[]): BreakerTransition[] {
  let from: BreakerState = 'closed';
  return texts.map((text) => {
    const [at, to] = text.split(' ') as [string, BreakerState];
    const transition = { at: Number(at), from, to };
    from = to;
    return transition;
  });
}

const settings = { consecutiveFailures: 5, openMillis: 2000 };

interface Case {
  what: string;
  truth: string[];
  inferred: string[];
  /** right, wrong, missed */
  counts: [number, number, number];
  agreedMillis: number;
}

/** Ten seconds each. */
const cases: Case[] = [
  {
    what: 'agrees with itself',
    truth: ['2000 open', '4000 half_open', '4100 closed'],
    inferred: ['2000 open', '4000 half_open', '4100 closed'],
    counts: [3, 0, 0],
    agreedMillis: 10_000,
  },
  {
    what: 'takes a second for nothing, and more for something else',
    truth: ['2000 open', '6000 half_open'],
    inferred: ['3000 open', '7001 half_open'],
    counts: [1, 1, 1],
    agreedMillis: 10_000 - 1000 - 1001,
  },
  {
    what: 'gives each true one away once',
    truth: ['2000 open'],
    inferred: ['1900 open', '2000 half_open', '2100 open'],
    counts: [1, 2, 0],
    agreedMillis: 10_000 - 100 - 100,
  },
  {
    what: 'asks for the same kind of transition',
    truth: ['2000 open', '4000 half_open', '4100 closed'],
    inferred: ['2000 open', '4000 half_open', '4100 open'],
    counts: [2, 1, 1],
    agreedMillis: 4100,
  },
  {
    what: 'misses what is not there',
    truth: ['2500 open'],
    inferred: [],
    counts: [0, 0, 1],
    agreedMillis: 2500,
  },
  {
    what: 'finds what should not be there',
    truth: [],
    inferred: ['9000 open'],
    counts: [0, 1, 0],
    agreedMillis: 9000,
  },
  { what: 'is content with nothing', truth: [], inferred: [], counts: [0, 0, 0], agreedMillis: 10_000 },
];

suite('the score of a breaker', () => {
  for (const { what, truth, inferred, counts, agreedMillis } of cases) {
    test(what, () => {
      const breaker = {
        of: 'app',
        settings,
        transitions: transitions(...truth),
        from: 0,
        to: 10_000,
      } as const;
      const score = scoreBreaker(breaker, transitions(...inferred));
      assert.deepEqual([score.right, score.wrong, score.missed], counts);
      assert.equal(score.agreedMillis, agreedMillis);
      assert.equal(score.totalMillis, 10_000);
    });
  }
});
