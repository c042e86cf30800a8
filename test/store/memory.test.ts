import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Issue } from '../../src/issues/issue.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { memoryPath } from '../../src/store/sqlite/database.ts';
import { conditionIncident, errorEvent } from '../support/builders.ts';

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

  test('takes any number of different failures, and forgets none', async (t) => {
    const store = new SqliteStore(memoryPath);
    t.after(() => store.stop());
    await store.start();
    for (let batch = 0; batch < 40; batch++) {
      const events = Array.from({ length: 100 }, (_, i) =>
        errorEvent({ stack: `${batch}.${i}`.padEnd(30_000), fingerprint: `1:${batch}.${i}` }),
      );
      assert.equal((await store.calls.record(events, 0)).length, 100);
    }
    const { items } = await store.calls.listIssues({ limit: 1, sort: 'count' });
    const [{ type, count }] = items as [Issue];
    const issues = (await store.calls.countIssues()).reduce((sum, each) => sum + each.issues, 0);
    assert.ok(issues > 1_000, `only ${issues} issues fitted`);
    assert.deepEqual([type, count + issues - 1], ['TooManyIssues', 4_000]);
  });

  test('that is full all the same forgets what is in it and takes what comes', async (t) => {
    const store = new SqliteStore(memoryPath);
    t.after(() => store.stop());
    await store.start();
    await store.calls.record([errorEvent()], 0);
    let incidents = 0;
    while ((await store.calls.countIssues()).length > 0 && incidents < 100) {
      const detail = 'x'.repeat(2 ** 20);
      const incident = conditionIncident({ service: `shop-${incidents++}`, detail });
      await store.calls.commitStep({ cursor: 0, at: 0, incidents: [incident], receivers: [] });
    }
    assert.ok(incidents > 40 && incidents < 100, `${incidents}`);
    assert.equal((await store.calls.listIncidents({ limit: 10 })).items.length, 1);
  });
});
