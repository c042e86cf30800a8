import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { eventIds, type FailureIdentity } from '../../src/errors/event-id.ts';

const failure: FailureIdentity = {
  service: 'shop',
  environment: 'production',
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  type: 'TypeError',
  message: 'x is not a function',
  timeMillis: 1_767_323_045_500,
};

suite('an event’s id', () => {
  test('is 32 hex digits, and the same for the same failure', () => {
    assert.match(eventIds(failure).id, /^[\da-f]{32}$/);
    assert.deepEqual(eventIds(failure), eventIds({ ...failure }));
  });

  test('is another one for anything that is different', () => {
    const others: Partial<FailureIdentity>[] = [
      { service: 'shop2' },
      { environment: 'staging' },
      { traceId: 'c'.repeat(32) },
      { spanId: 'c'.repeat(16) },
      { type: 'RangeError' },
      { message: 'y is not a function' },
      { detail: ' 17' },
      { service: 'shopp', environment: 'roduction' },
      { timeMillis: failure.timeMillis + 5000 },
    ];
    const ids = [failure, ...others.map((other) => ({ ...failure, ...other }))].map(
      (each) => eventIds(each).id,
    );
    assert.equal(new Set(ids).size, ids.length);
  });

  test('begins with its time, so that later ones come later', () => {
    const ids = [0, 5000, 60_000, 1e9].map(
      (later) => eventIds({ ...failure, timeMillis: failure.timeMillis + later }).id,
    );
    assert.deepEqual(ids, ids.toSorted());
    assert.match(eventIds({ ...failure, timeMillis: -5 }).id, /^0{12}/);
  });

  test('is known by another signal that tells of it up to 128 ms earlier or later', () => {
    const time = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
    fc.assert(
      fc.property(time, fc.integer({ min: -127, max: 127 }), (timeMillis, apart) => {
        const one = eventIds({ ...failure, timeMillis });
        const other = eventIds({ ...failure, timeMillis: timeMillis + apart });
        assert.ok(one.id === other.id || (one.otherId === other.id && other.otherId === one.id));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('is the only one where there is no span that both signals name', () => {
    for (let timeMillis = 0; timeMillis < 3000; timeMillis += 50)
      assert.equal(eventIds({ ...failure, spanId: '', timeMillis }).otherId, undefined);
  });
});
