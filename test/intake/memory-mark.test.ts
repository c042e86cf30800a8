import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MemoryMark } from '../../src/intake/memory-mark.ts';
import { ownMemory } from '../../src/runtime/process-memory.ts';
import { TestClock } from '../support/test-clock.ts';

/** @param garbageBytes what a collection gives back */
function setUp(given: {
  limitBytes?: number;
  configuredBytes?: number;
  usedBytes: number;
  garbageBytes?: number;
}) {
  const clock = new TestClock();
  const told: string[] = [];
  const state = { used: given.usedBytes, garbage: given.garbageBytes ?? 0, looks: 0, collections: 0 };
  const mark = new MemoryMark(
    {
      clock,
      memory: {
        limitBytes: given.limitBytes,
        usedBytes: () => {
          state.looks++;
          return state.used;
        },
        collect: () => {
          state.collections++;
          state.used -= state.garbage;
          state.garbage = 0;
        },
      },
      events: { memoryShort: () => told.push('short'), memoryEnough: () => told.push('enough') },
    },
    given.configuredBytes ?? 'auto',
  );
  /** A while later. */
  const isShort = (): boolean => {
    clock.advance(100);
    return mark.isShort();
  };
  return { clock, mark, state, told, isShort };
}

suite('the mark of memory', () => {
  test('is nine tenths of what the container may have', () => {
    assert.equal(setUp({ limitBytes: 1000, usedBytes: 900 }).isShort(), false);
    assert.equal(setUp({ limitBytes: 1000, usedBytes: 901 }).isShort(), true);
  });

  test('is what is configured, and nothing without either', () => {
    assert.equal(setUp({ limitBytes: 1000, configuredBytes: 500, usedBytes: 501 }).isShort(), true);
    const unlimited = setUp({ usedBytes: Number.MAX_VALUE });
    assert.equal(unlimited.isShort(), false);
    assert.equal(unlimited.state.looks, 0);
  });

  test('turns nobody away for garbage', () => {
    const { isShort, state, told } = setUp({ limitBytes: 1000, usedBytes: 950, garbageBytes: 300 });
    assert.equal(isShort(), false);
    assert.equal(state.collections, 1);
    assert.deepEqual(told, []);
  });

  test('is looked for ten times a second at the most, and collects every ten seconds', () => {
    const { mark, clock, state } = setUp({ limitBytes: 1000, usedBytes: 950 });
    for (let millis = 0; millis < 30_000; millis++) {
      assert.equal(mark.isShort(), true);
      clock.advance(1);
    }
    assert.ok(state.looks <= 310, String(state.looks));
    assert.equal(state.collections, 3);
  });

  test('is told when it is passed and when there is memory again, and not at every turn of it', () => {
    const { isShort, state, told } = setUp({ limitBytes: 1000, usedBytes: 950 });
    assert.equal(isShort(), true);
    state.used = 890;
    assert.equal(isShort(), true, 'a little below it is not enough');
    assert.deepEqual(told, ['short']);
    state.used = 850;
    assert.equal(isShort(), false);
    state.used = 890;
    assert.equal(isShort(), false);
    assert.deepEqual(told, ['short', 'enough']);
  });

  test('is held against what this process really has for itself', () => {
    const before = ownMemory.usedBytes();
    const { rss } = process.memoryUsage();
    assert.ok(before > 10 * 2 ** 20 && before <= rss, `${before} of ${rss}`);
    const bytes = Buffer.alloc(64 * 2 ** 20, 1);
    const grown = ownMemory.usedBytes() - before;
    assert.ok(grown > 60 * 2 ** 20, String(grown));
    assert.equal(bytes[17], 1);
  });
});
