import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  boundBytes,
  logPages,
  mustCheckpoint,
  mustEvict,
  mustShrink,
  mustTruncate,
  pressure,
  type Space,
  usedBytes,
} from '../../../src/store/sqlite/maintenance/plan.ts';

const mib = 2 ** 20;
const retention = { maxAgeMillis: 0, maxBytes: 100 * mib };
const space = (given: Partial<Space> = {}): Space => {
  const pages = given.pages ?? 50 * mib;
  return { pages, free: 0, file: pages, log: 0, pending: 0, ...given };
};

suite('what a store does to stay within its bounds', () => {
  test('it evicts above its size, and then until there is room for a while', () => {
    const table: [mebibytes: number, isEvicting: boolean, must: boolean][] = [
      [99, false, false],
      [101, false, true],
      [99, true, true],
      [96, true, true],
      [94, true, false],
    ];
    for (const [mebibytes, isEvicting, must] of table)
      assert.equal(mustEvict(space({ pages: mebibytes * mib }), retention, isEvicting), must, `${mebibytes}`);
  });

  test('what may go makes room first, then no issue is begun any more, then no event is kept: all below half as much again', () => {
    for (const mebibytes of [4, 64, 1024, 16_384]) {
      const maxBytes = mebibytes * mib;
      const [evict, issue, event] = (['evict', 'issue', 'event'] as const).map((bound) =>
        boundBytes(bound, { maxBytes }),
      );
      assert.ok(maxBytes < evict! && evict! < issue! && issue! < event! && event! < 1.5 * maxBytes);
    }
  });

  test('it knows how much it grows all the same', () => {
    const at = (mebibytes: number, least: number): number =>
      pressure(space({ pages: mebibytes * mib }), retention, least);
    assert.equal(at(101, 100 * mib), 0.5);
    assert.equal(at(104, 100 * mib), 2);
    assert.equal(at(90, 100 * mib), 0);
    assert.equal(at(300, Number.POSITIVE_INFINITY), 0);
  });

  test('free pages do not count, and of the log only what it is meant to have', () => {
    assert.equal(usedBytes(space({ free: 20 * mib }), retention), 30 * mib);
    assert.equal(usedBytes(space({ log: 2 * mib }), retention), 52 * mib);
    const stuck = space({ log: 5000 * mib });
    assert.equal(usedBytes(stuck, retention), 50 * mib + logPages(retention) * 4096);
    assert.equal(mustEvict(stuck, retention, false), false);
  });

  test('it takes free pages out of the file when they are many, or the file is too large', () => {
    const table: [given: Partial<Space>, isShrinking: boolean, must: boolean][] = [
      [{ free: 0 }, true, false],
      [{ free: 3 * mib }, false, false],
      [{ free: 4 * mib }, false, true],
      [{ free: 2 * mib }, true, true],
      [{ free: 1 * mib }, true, false],
      [{ pages: 8 * mib, free: 0.9 * mib }, false, false],
      [{ pages: 101 * mib, free: 0.1 * mib }, false, true],
      [{ pages: 99 * mib, free: 0.1 * mib, log: 2 * mib }, false, true],
    ];
    for (const [given, isShrinking, must] of table)
      assert.equal(mustShrink(space(given), retention, isShrinking), must, JSON.stringify(given));
  });

  test('it writes the log into the database before that takes long', () => {
    assert.equal(mustCheckpoint(space({ pending: 0.9 * mib })), false);
    assert.equal(mustCheckpoint(space({ pending: 1 * mib })), true);
  });

  test('it makes the files small when nothing has been stored for a while', () => {
    assert.equal(mustTruncate(space({ log: 3 * mib }), 9_999), false);
    assert.equal(mustTruncate(space({ log: 3 * mib }), 10_000), true);
    assert.equal(mustTruncate(space({ log: 10_000 }), 10_000), false);
    assert.equal(mustTruncate(space({ file: 60 * mib }), 10_000), true);
    assert.equal(mustTruncate(space({ file: 40 * mib }), 10_000), false);
  });

  test('its log is a small part of it, within bounds', () => {
    assert.equal(logPages({ maxBytes: 2 ** 30 }), 4000);
    assert.equal(logPages({ maxBytes: 2 ** 26 }), 1024);
    assert.equal(logPages({ maxBytes: 1 }), 64);
  });
});
