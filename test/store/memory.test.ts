import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { memoryPath } from '../../src/store/sqlite/database.ts';
import { errorEvent } from '../support/builders.ts';

suite('a store in memory', () => {
  test('works like any other, and is gone when it is stopped', async () => {
    const store = new SqliteStore(memoryPath);
    await store.start();
    await store.start();
    await store.calls.record([errorEvent()], 0);
    assert.equal((await store.calls.pendingChanges(10)).length, 1);
    await store.stop();
    await store.start();
    assert.deepEqual(await store.calls.countIssues(), []);
    await store.stop();
  });

  test('that is full forgets what is in it and takes what comes', async (t) => {
    const store = new SqliteStore(memoryPath);
    t.after(() => store.stop());
    await store.start();
    let before = 0;
    let most = 0;
    let forgotten = false;
    for (let batch = 0; batch < 40 && !forgotten; batch++) {
      const events = Array.from({ length: 100 }, (_, i) =>
        errorEvent({ stack: `${batch}.${i}`.padEnd(30_000), fingerprint: `1:${batch}.${i}` }),
      );
      await store.calls.record(events, 0);
      const counted = (await store.calls.countIssues()).reduce((sum, { issues }) => sum + issues, 0);
      forgotten = counted < before;
      before = counted;
      most = Math.max(most, counted);
    }
    assert.ok(forgotten, `${most} issues, and nothing was forgotten`);
    assert.equal(before, 100);
    assert.ok(most > 500, `only ${most} issues fitted`);
  });
});
