import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../../src/store/sqlite/database.ts';
import { History } from '../../../src/store/sqlite/maintenance/history.ts';

test('of versions of apps the last 10,000 are kept, by when they were first heard of', () => {
  const database = new Database(':memory:', 2 ** 26);
  const insert = database.prepare(`INSERT INTO versions VALUES ('checkout', 'production', ?, ?)`);
  database.transaction(() => {
    for (let i = 0; i < 10_070; i++) insert.run(String(i * 7919), (i * 7919) % 10_070);
  });
  const history = new History(database);
  let steps = 0;
  while (history.forget(0, 32)) steps++;
  assert.equal(steps, 3);
  const left = database.prepare('SELECT count(*) AS count, min(first_seen) AS first FROM versions').get();
  assert.deepEqual({ ...left }, { count: 10_000, first: 70 });
});
