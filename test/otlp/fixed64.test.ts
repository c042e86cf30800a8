import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { unixMillis } from '../../src/otlp/fixed64.ts';

function millisOf(nanos: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, nanos, true);
  return unixMillis(view, 0);
}

suite('a time in nanoseconds', () => {
  test('that is a whole millisecond is that one: half of them would be the one before', () => {
    // Up to the year 2250.
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_835_000_000_000 }), (millis) => {
        assert.equal(millisOf(BigInt(millis) * 1_000_000n), millis);
      }),
    );
  });

  test('is right to a microsecond', () => {
    // Up to the year 2099.
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_100_000_000_000_000_000n }), (nanos) => {
        const micros = BigInt(Math.round(millisOf(nanos) * 1000));
        const difference = micros * 1000n - nanos;
        assert.ok(difference >= -1000n && difference <= 1000n, `${difference}`);
      }),
    );
  });

  test('that is absent is 0', () => assert.equal(unixMillis(new DataView(new ArrayBuffer(8)), -1), 0));
});
