import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { Duplicates } from '../../src/intake/duplicates.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';

function keyOf(text: string): Buffer {
  return createHash('sha1').update(text).digest();
}

function setUp() {
  const clock = new VirtualClock(0);
  return { clock, duplicates: new Duplicates(clock) };
}

suite('duplicates', () => {
  test('a request is known again with its answer, for two minutes', async () => {
    const { clock, duplicates } = setUp();
    const answer = Promise.resolve({ items: 100, rejected: 3 });
    duplicates.note(keyOf('a'), answer);
    await answer;
    assert.deepEqual(await duplicates.find(keyOf('a')), { items: 100, rejected: 3 });
    assert.equal(duplicates.find(keyOf('b')), undefined);
    await clock.advanceTo(120_000);
    assert.deepEqual(await duplicates.find(keyOf('a')), { items: 100, rejected: 3 });
    await clock.advanceTo(120_001);
    assert.equal(duplicates.find(keyOf('a')), undefined);
  });

  test('one that is under way shares its answer, whatever that is', async () => {
    const { duplicates } = setUp();
    const { promise, reject } = Promise.withResolvers<{ items: number; rejected: number }>();
    duplicates.note(keyOf('a'), promise);
    assert.equal(duplicates.find(keyOf('a')), promise);
    reject(new Error('no room'));
    await assert.rejects(promise, /no room/);
  });

  test('one that was refused is new when it comes again', async () => {
    const { duplicates } = setUp();
    const refused = Promise.reject(new Error('no room'));
    duplicates.note(keyOf('a'), refused);
    await assert.rejects(refused);
    assert.equal(duplicates.find(keyOf('a')), undefined);
  });

  test('ten thousands are known, and beyond that the oldest are forgotten', async () => {
    const { duplicates } = setUp();
    const most = 2 ** 15;
    for (let i = 0; i <= most; i++)
      duplicates.note(keyOf(String(i)), Promise.resolve({ items: i, rejected: 0 }));
    await new Promise(setImmediate);
    assert.equal(duplicates.find(keyOf('0')), undefined);
    for (const i of [1, 2, most / 2, most])
      assert.deepEqual(await duplicates.find(keyOf(String(i))), { items: i, rejected: 0 });
  });
});
