import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { blockBytes, Slab } from '../../../src/pipeline/holding/slab.ts';

/** Of each record. */
const cells = 4;
const inFirstBlock = blockBytes - cells * 4;

/** Bytes between others, so that it is seen if those are taken. */
function record(length: number, value: number): Uint8Array {
  return new Uint8Array(length + 2).fill(value, 1, -1);
}

function added(slab: Slab, bytes: Uint8Array): number {
  const place = slab.add(bytes, 1, bytes.length - 1);
  slab.cells(place).fill(bytes[1]!, Slab.cellOf(place), Slab.cellOf(place) + cells);
  return place;
}

function read(slab: Slab, place: number, length: number): { cells: number[]; bytes: Uint8Array } {
  const bytes = new Uint8Array(length + 2);
  slab.copy(place, length, bytes, 1);
  const at = Slab.cellOf(place);
  return { cells: [...slab.cells(place).subarray(at, at + cells)], bytes };
}

function expected(bytes: Uint8Array): ReturnType<typeof read> {
  return { cells: Array(cells).fill(bytes[1]!), bytes };
}

suite('a slab', () => {
  test('has room for as much as it was made for, and no more', () => {
    const slab = new Slab(4 * blockBytes, cells);
    const records = [1, 2, 3].map((value) => record(inFirstBlock, value));
    const places = records.map((bytes) => added(slab, bytes));
    assert.equal(slab.hasRoomFor(slab.blocksFor(inFirstBlock)), true);
    assert.equal(slab.hasRoomFor(slab.blocksFor(inFirstBlock + 1)), false, 'it would take two blocks');
    added(slab, record(1, 4));
    assert.equal(slab.bytesInUse, 4 * blockBytes);
    assert.equal(slab.hasRoomFor(1), false);
    assert.deepEqual(read(slab, places[1]!, inFirstBlock), expected(records[1]!));
    slab.delete(places[1]!);
    assert.equal(slab.hasRoomFor(1), true);
  });

  test('takes nothing from the system before it is needed', () => {
    const slab = new Slab(2 ** 40, cells);
    assert.equal(slab.bytesInUse, 0);
    added(slab, record(1, 1));
    assert.equal(slab.bytesInUse, blockBytes);
  });

  test('gives back what was put in, in whatever order it comes and goes', () => {
    const action = fc.record({ length: fc.integer({ min: 1, max: 5 * blockBytes }), leave: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const most = 40;
        const slab = new Slab(most * blockBytes, cells);
        const kept: { place: number; bytes: Uint8Array }[] = [];
        const blocks = () => kept.reduce((sum, { bytes }) => sum + slab.blocksFor(bytes.length - 2), 0);
        for (const [i, { length, leave }] of actions.entries()) {
          const bytes = record(length, (i % 250) + 1);
          const hasRoom = slab.hasRoomFor(slab.blocksFor(length));
          assert.equal(hasRoom, blocks() + slab.blocksFor(length) <= most);
          if (hasRoom) kept.push({ place: added(slab, bytes), bytes });
          for (const { place: at, bytes: put } of kept.splice(leave * 3, leave)) {
            assert.deepEqual(read(slab, at, put.length - 2), expected(put));
            slab.delete(at);
          }
          assert.equal(slab.bytesInUse, blocks() * blockBytes);
        }
        for (const { place, bytes } of kept)
          assert.deepEqual(read(slab, place, bytes.length - 2), expected(bytes));
      }),
      { seed: 20_261_130, numRuns: 200 },
    );
  });
});
