import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Pieces } from '../../src/intake/pieces.ts';

suite('the pieces of a body', () => {
  test('are all of it in order, however it is cut, and few', () => {
    const lengths = fc.array(fc.oneof(fc.nat(3), fc.nat(5_000), fc.nat(70_000)), { maxLength: 60 });
    fc.assert(
      fc.property(lengths, (given) => {
        const pieces = new Pieces();
        const all = given.map((length, i) => new Uint8Array(length).fill(i + 1));
        for (const piece of all) pieces.add(piece);
        const list = pieces.list();
        assert.ok(Buffer.concat(list).equals(Buffer.concat(all)));
        assert.equal(pieces.length, Buffer.concat(all).length);
        assert.ok(list.length <= 3 + pieces.length / 2_048, `${list.length} of ${pieces.length} bytes`);
      }),
      { numRuns: 300, seed: 20261130 },
    );
  });

  test('of single bytes are not an object for each', () => {
    const pieces = new Pieces();
    for (let i = 0; i < 1_000_000; i++) pieces.add(Uint8Array.of(i));
    const list = pieces.list();
    assert.ok(list.length < 20, String(list.length));
    assert.ok(Buffer.concat(list).every((byte, i) => byte === (i & 0xff)));
  });

  test('of which there is one are not copied', () => {
    const pieces = new Pieces();
    const only = Uint8Array.of(1, 2, 3);
    pieces.add(only);
    assert.equal(pieces.list()[0], only);
  });
});
