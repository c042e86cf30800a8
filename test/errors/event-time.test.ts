import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { atPossibleTime, wrongTime } from '../../src/errors/event-time.ts';
import { failure } from '../support/builders.ts';

const now = Date.UTC(2026, 5, 1);

suite('the time of a failure', () => {
  const table: [what: string, time: number, wrong: string | undefined][] = [
    ['now', now, undefined],
    ['of a clock that is half a second ahead', now + 500, undefined],
    ['of one that is further ahead', now + 1001, 'future'],
    ['in a year that no calendar has', Number.MAX_VALUE, 'future'],
    ['of a device that was offline for years', Date.UTC(2019, 0, 1), undefined],
    ['that was never set', 0, 'past'],
    ['before the epoch', -1, 'past'],
    ['of a clock that began in 1980', Date.UTC(1980, 0, 1), 'past'],
  ];
  for (const [what, time, wrong] of table) {
    test(`${what} is ${wrong === undefined ? 'taken' : `one of the ${wrong}`}`, () => {
      assert.equal(wrongTime(time, now), wrong);
      const told = atPossibleTime(failure({ time }), now);
      const expected =
        wrong === undefined ? { time, reportedTime: undefined } : { time: now, reportedTime: time };
      for (const { time: at, reportedTime } of [told, told.describe()])
        assert.deepEqual({ time: at, reportedTime }, expected);
    });
  }
});
