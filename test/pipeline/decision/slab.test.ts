import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Slab } from '../../../src/pipeline/decision/slab.ts';

const block = 1024;

function piece(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

function taken(slab: Slab, place: number, length: number): Uint8Array {
  const into = new Uint8Array(length);
  slab.take(place, into);
  return into;
}

suite('a slab', () => {
  test('has room for as much as it was made for, and no more', () => {
    const slab = new Slab(4 * block);
    const places = [1, 2, 3, 4].map((value) => slab.store(piece(block, value)));
    assert.equal(slab.bytesInUse, 4 * block);
    assert.equal(slab.store(piece(1, 5)), -1);
    assert.deepEqual(taken(slab, places[1]!, block), piece(block, 2));
    assert.equal(slab.store(piece(block + 1, 6)), -1, 'not even a part of it is taken');
    assert.notEqual(slab.store(piece(block, 7)), -1);
  });

  test('takes nothing from the system before it is needed', () => {
    const slab = new Slab(2 ** 40 / 2 ** 10);
    assert.equal(slab.bytesInUse, 0);
    assert.notEqual(slab.store(piece(1, 1)), -1);
  });

  test('gives back what was put in, in whatever order it comes and goes', () => {
    const action = fc.record({ length: fc.integer({ min: 1, max: 5 * block }), leave: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const most = 40;
        const slab = new Slab(most * block);
        const kept: { place: number; bytes: Uint8Array }[] = [];
        const blocks = () => kept.reduce((sum, { bytes }) => sum + Math.ceil(bytes.length / block), 0);
        for (const [i, { length, leave }] of actions.entries()) {
          const bytes = piece(length, i % 251);
          const place = slab.store(bytes);
          assert.equal(place !== -1, blocks() + Math.ceil(length / block) <= most);
          if (place !== -1) kept.push({ place, bytes });
          for (const { place: at, bytes: expected } of kept.splice(leave * 3, leave))
            assert.deepEqual(taken(slab, at, expected.length), expected);
          assert.equal(slab.bytesInUse, blocks() * block);
        }
        for (const { place, bytes } of kept) assert.deepEqual(taken(slab, place, bytes.length), bytes);
      }),
      { seed: 20_261_130, numRuns: 200 },
    );
  });
});
