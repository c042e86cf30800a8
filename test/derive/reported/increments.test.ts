import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Increment,
  Increments,
  mostSeries,
  type Refusal,
  silentMillis,
} from '../../../src/derive/reported/increments.ts';
import { TestClock } from '../../support/test-clock.ts';
import type { Temporality } from '../../../src/otlp/metric-view.ts';

const beganAt = 5;

const amountOf = (told: Increment | Refusal): number | Refusal =>
  typeof told === 'string' ? told : told.amount;

type Told = [time: number, value: number, start?: number, key?: string];

function amounts(temporality: Temporality, told: readonly Told[], isMonotonic = true): (number | Refusal)[] {
  const increments = new Increments(new TestClock(beganAt));
  return told.map(([timeMillis, value, startMillis = 1, key = 'a']) =>
    amountOf(increments.of('metric', key, { temporality, isMonotonic, startMillis, timeMillis }, value)),
  );
}

suite('what a point of a counter adds', () => {
  const cases: [what: string, temporality: Temporality, told: Told[], expected: (number | Refusal)[]][] = [
    ['the first of a cumulative one, nothing', 'cumulative', [[10, 7]], [0]],
    [
      'the next, what it is more',
      'cumulative',
      [
        [10, 7],
        [20, 9],
        [30, 9],
        [40, 12.5],
      ],
      [0, 2, 0, 3.5],
    ],
    [
      'after a counter that went back, nothing',
      'cumulative',
      [
        [10, 7],
        [20, 2],
        [30, 5],
      ],
      [0, 0, 3],
    ],
    [
      'after a new start, nothing',
      'cumulative',
      [
        [10, 7],
        [20, 9, 15],
        [30, 10, 15],
      ],
      [0, 0, 1],
    ],
    [
      'one that comes late, nothing',
      'cumulative',
      [
        [10, 7],
        [20, 9],
        [15, 8],
        [30, 10],
      ],
      [0, 2, 0, 1],
    ],
    [
      'one that is told twice, nothing',
      'cumulative',
      [
        [10, 7],
        [20, 9],
        [20, 9],
      ],
      [0, 2, 0],
    ],
    [
      'one of two processes with the same name, what is its own',
      'cumulative',
      [
        [10, 7, 1],
        [10, 100, 2],
        [20, 8, 1],
        [20, 105, 2],
      ],
      [0, 0, 1, 5],
    ],
    [
      'a series that is new among others that are known, all',
      'cumulative',
      [
        [10, 7],
        [10, 3, 1, 'b'],
        [20, 8],
        [20, 4, 1, 'c'],
      ],
      [0, 0, 1, 4],
    ],
    [
      'of one that began after Tocsin did, all',
      'cumulative',
      [
        [10, 7, 6],
        [20, 9, 6],
        [20, 1, 15, 'b'],
      ],
      [7, 2, 1],
    ],
    [
      'of one that began before it, or does not say when, nothing',
      'cumulative',
      [
        [10, 7, 4],
        [10, 7, 0, 'b'],
        [20, 7, 0, 'c'],
      ],
      [0, 0, 0],
    ],
    [
      'of an app that was started again and again, nothing each time',
      'cumulative',
      Array.from({ length: 20 }, (_, i): Told => [10 + i, 5, 6 + i]),
      [5, ...Array.from({ length: 19 }, () => 0)],
    ],
    [
      'of a delta, all, from the first on',
      'delta',
      [
        [10, 7],
        [20, 2, 10],
        [30, 0, 20],
      ],
      [7, 2, 0],
    ],
    [
      'of a delta that is told twice, all once',
      'delta',
      [
        [10, 7],
        [10, 7],
      ],
      [7, 0],
    ],
    [
      'of a summary, as of a cumulative one',
      'summary',
      [
        [10, 7],
        [20, 9],
      ],
      [0, 2],
    ],
    [
      'of a summary that begins where the last ended, all',
      'summary',
      [
        [10, 7, 5],
        [20, 9, 10],
      ],
      [0, 9],
    ],
    ['of a gauge, nobody knows', 'gauge', [[10, 7]], ['unusable_point']],
    [
      'of a number that is none, nobody knows',
      'delta',
      [
        [10, Number.NaN],
        [20, Infinity],
      ],
      ['unusable_point', 'unusable_point'],
    ],
    ['of a number below zero, nobody knows', 'delta', [[10, -1]], ['unusable_point']],
  ];
  for (const [what, temporality, told, expected] of cases)
    test(what, () => assert.deepEqual(amounts(temporality, told), expected));

  test('by a clock that is ahead nothing is new that began before', () => {
    const hour = 3_600_000;
    const clock = new TestClock(10 * hour);
    const of = (increments: Increments, startMillis: number): number | Refusal =>
      amountOf(
        increments.of(
          'metric',
          'a',
          { temporality: 'cumulative', isMonotonic: true, startMillis, timeMillis: clock.now() + hour },
          7,
        ),
      );
    const began = clock.now();
    const [one, other] = [new Increments(clock), new Increments(clock)];
    clock.advance(10_000);
    assert.equal(of(one, began + hour - 60_000), 0);
    assert.equal(of(other, began + hour + 5_000), 7);
  });

  test('of a sum that may go down, nobody knows', () => {
    assert.deepEqual(
      amounts(
        'cumulative',
        [
          [10, 7],
          [20, 9],
        ],
        false,
      ),
      ['unusable_point', 'unusable_point'],
    );
  });

  suite('where there are too many', () => {
    const point = (timeMillis: number, startMillis = 1, temporality: Temporality = 'cumulative') => ({
      temporality,
      isMonotonic: true,
      startMillis,
      timeMillis,
    });
    function full() {
      const clock = new TestClock(beganAt);
      const increments = new Increments(clock);
      for (let i = 0; i < mostSeries; i++) increments.of('m', `series ${i}`, point(10), 1);
      return { clock, of: (...told: Parameters<Increments['of']>) => amountOf(increments.of(...told)) };
    }

    test('is told of those that are known, and refused of one more', () => {
      const { of } = full();
      for (const time of [20, 30]) {
        for (let i = 0; i < mostSeries; i++)
          assert.equal(of('m', `series ${i}`, point(time), time), time === 20 ? 19 : 10);
        assert.equal(of('m', 'one more', point(time), time), 'too_many');
        assert.equal(of('m', 'one more', point(time, 1, 'delta'), 3), 'too_many');
      }
    });

    test('one that was not heard of for long makes room, and is not new when it comes again', () => {
      const { clock, of } = full();
      // However far ahead the clock of its sender is.
      assert.equal(of('m', 'series 0', point(1e15), 2), 1);
      clock.advance(silentMillis);
      assert.equal(of('m', 'one more', point(20), 1), 0);
      assert.equal(of('m', 'one more', point(21), 3), 2);
      assert.equal(of('m', 'series 1', point(30), 50), 0);
      // Of none that began while others were forgotten can be said that it is new.
      const at = (start: number) => of('m', `${start}`, point(30, start), 9);
      assert.deepEqual([at(9), at(25)], [0, 9]);
    });
  });
});
