import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Reminders } from '../../src/forward/reminders.ts';
import { judge } from '../../src/forward/verdict.ts';
import { TestClock } from '../support/test-clock.ts';

suite('the verdict on an answer', () => {
  test('is to try again for four statuses and no other', () => {
    const verdicts = Array.from({ length: 500 }, (_, i) => {
      const status = i + 100;
      const body = new Uint8Array(0);
      return {
        status,
        ...judge({ kind: 'answered', status, retryAfter: undefined, contentType: '', body, isSent: true }, 0),
      };
    });
    const statuses = (kind: string): number[] =>
      verdicts.filter((verdict) => verdict.kind === kind).map(({ status }) => status);
    assert.deepEqual(statuses('tryAgain'), [429, 502, 503, 504]);
    assert.deepEqual(
      statuses('taken'),
      Array.from({ length: 100 }, (_, i) => i + 200),
    );
    assert.equal(statuses('refused').length, 500 - 104);
  });
});

suite('reminders', () => {
  test('are due once for each kind, and again after a while', () => {
    const clock = new TestClock();
    const reminders = new Reminders(clock);
    assert.deepEqual([reminders.isDue('a'), reminders.isDue('a'), reminders.isDue('b')], [true, false, true]);
    clock.advance(599_999);
    assert.equal(reminders.isDue('a'), false);
    clock.advance(1);
    assert.equal(reminders.isDue('a'), true);
    assert.equal(reminders.isDue('b', 700_000), false);
  });

  test('know no end of kinds, and remember few', () => {
    const reminders = new Reminders(new TestClock());
    const due = Array.from({ length: 1000 }, (_, i) => reminders.isDue(String(i)));
    assert.equal(due.filter(Boolean).length, 257);
  });
});
