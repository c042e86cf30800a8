import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { BytePool } from '../../src/runtime/byte-pool.ts';

const length = 100_000;

suite('memory from the pool', () => {
  test('comes back to who takes next', () => {
    const pool = new BytePool();
    const first = pool.take(length);
    pool.giveBack(first);
    assert.equal(pool.take(length - 5).buffer, first.buffer);
  });

  test('is never lent to two', () => {
    const pool = new BytePool();
    const first = pool.take(length);
    pool.giveBack(first);
    pool.giveBack(first);
    assert.notEqual(pool.take(length).buffer, pool.take(length).buffer);
  });

  test('is not taken from somebody else', () => {
    const pool = new BytePool();
    for (const foreign of [new Uint8Array(length), Buffer.alloc(length), new BytePool().take(length)]) {
      pool.giveBack(foreign);
      assert.notEqual(pool.take(length).buffer, foreign.buffer);
    }
  });

  test('is as long as asked for, alone in its memory, and that at most a quarter longer', () => {
    const pool = new BytePool();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 21 }), (wanted) => {
        const taken = pool.take(wanted);
        pool.giveBack(taken);
        assert.equal(taken.length, wanted);
        assert.equal(taken.byteOffset, 0);
        assert.ok(taken.buffer.byteLength <= wanted * 1.25 + 1);
      }),
      { seed: 1 },
    );
  });

  test('is kept for later up to 4 MiB', () => {
    const pool = new BytePool();
    const lent = Array.from({ length: 20 }, () => pool.take(2 ** 20));
    for (const bytes of lent) pool.giveBack(bytes);
    const known = new Set(lent.map(({ buffer }) => buffer));
    const again = lent.map(() => pool.take(2 ** 20)).filter(({ buffer }) => known.has(buffer));
    assert.equal(again.length, 4);
  });

  test('is not kept where it is very short or very long', () => {
    const pool = new BytePool();
    for (const odd of [100, 2 ** 22]) {
      const taken = pool.take(odd);
      pool.giveBack(taken);
      assert.notEqual(pool.take(odd).buffer, taken.buffer);
    }
  });
});
