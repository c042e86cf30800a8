import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { CallOutcome } from './plan.ts';
import { referenceTransitions } from './reference-breaker.ts';

/** `start-end` and `+` for a success or `-` for a failure. */
function calls(...texts: string[]): CallOutcome[] {
  return texts.map((text, i) => {
    const [, start, end, sign] = /^(\d+)-(\d+)([+-])$/.exec(text)!;
    return { id: String(i), start: Number(start), end: Number(end), ok: sign === '+' };
  });
}

const settings = { consecutiveFailures: 3, openMillis: 100 };

const cases: [what: string, made: string[], expected: string[]][] = [
  ['stays closed while successes come between', ['0-1-', '2-3-', '4-5+', '6-7-', '8-9-'], []],
  ['opens with the last of the failures, when it ends', ['0-1-', '2-3-', '4-9-'], ['9 open']],
  [
    'counts in the order in which calls end, and not that in which they begin',
    ['0-50-', '1-3-', '4-5-', '6-7+'],
    [],
  ],
  [
    'does not take a call that begins before its time is over for a probe',
    ['0-1-', '2-3-', '4-5-', '104-106+', '110-120+'],
    ['5 open', '110 half_open', '120 closed'],
  ],
  [
    'opens again for as long if the probe fails',
    ['0-1-', '2-3-', '4-5-', '105-110-', '209-212+', '211-215+'],
    ['5 open', '105 half_open', '110 open', '211 half_open', '215 closed'],
  ],
  [
    'lets only the probe say what comes after half open',
    ['0-1-', '2-3-', '4-5-', '50-112-', '105-120+', '106-110-', '107-111-'],
    ['5 open', '105 half_open', '120 closed'],
  ],
  [
    'does not count what had begun before it closed',
    ['0-1-', '2-3-', '4-5-', '105-110+', '106-111-', '107-112-', '108-113-', '120-121-'],
    ['5 open', '105 half_open', '110 closed'],
  ],
  ['stays open while nobody calls', ['0-1-', '2-3-', '4-5-'], ['5 open']],
];

suite('the reference breaker', () => {
  for (const [what, made, expected] of cases) {
    test(what, () => {
      const transitions = referenceTransitions(calls(...made), settings);
      assert.deepEqual(
        transitions.map(({ at, to }) => `${at} ${to}`),
        expected,
      );
      transitions.reduce((before, { from, to }) => {
        assert.equal(from, before);
        return to;
      }, 'closed');
    });
  }
});
