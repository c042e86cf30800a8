import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ToldEvent, ToldFailures } from '../../../src/pipeline/failures/told-failures.ts';
import type { SpanName } from '../../../src/pipeline/span-name.ts';

const event: ToldEvent = {
  eventId: '0199c82aabcd0123456789abcdef0123',
  issueId: 'c0ffee00c0ffee00c0ffee00c0ffee00',
  severity: 'critical',
  outcome: 'open',
  endMillis: 1_790_000_000_000.25,
  isMinor: false,
  mayBeSwallowed: true,
};

function span(number: number): SpanName {
  return { hash: Math.imul(number, 0x9e37_79b1), bits: number };
}

suite('told failures', () => {
  test('are known again with all that was said of them', () => {
    const told = new ToldFailures();
    const other: ToldEvent = {
      ...event,
      severity: 'low',
      outcome: 'swallowed',
      isMinor: true,
      mayBeSwallowed: false,
    };
    told.add(span(1), event, 0);
    told.add(span(2), other, 0);
    assert.deepEqual(told.get(span(1), 0), event);
    assert.deepEqual(told.get(span(2), 0), other);
    assert.equal(told.get(span(3), 0), undefined);
  });

  test('are known by what came below them as well, and below that', () => {
    const told = new ToldFailures();
    told.add(span(1), event, 0);
    told.cameBelow(told.numberOf(span(1), 0)!, span(2), 0);
    told.cameBelow(told.numberOf(span(2), 0)!, span(3), 0);
    assert.deepEqual(told.get(span(3), 0), event);
  });

  test('are forgotten after a minute', () => {
    const told = new ToldFailures();
    told.add(span(1), event, 0);
    assert.deepEqual(told.get(span(1), 60_000), event);
    assert.equal(told.get(span(1), 60_001), undefined);
    assert.equal(told.isEmpty(60_001), true);
  });

  test('are the last thousands, however many spans came below them', () => {
    const told = new ToldFailures();
    for (let number = 1; number <= 4097; number++) told.add(span(number), { ...event, endMillis: number }, 0);
    assert.equal(told.get(span(1), 0), undefined);
    assert.equal(told.get(span(2), 0)?.endMillis, 2);
    assert.equal(told.get(span(4097), 0)?.endMillis, 4097);
  });

  test('a span that has the number of one that is forgotten is below nothing', () => {
    const told = new ToldFailures();
    told.add(span(1), event, 0);
    told.cameBelow(told.numberOf(span(1), 0)!, span(-1), 0);
    for (let number = 2; number <= 4097; number++) told.add(span(number), event, 0);
    assert.equal(told.get(span(-1), 0), undefined);
  });
});
