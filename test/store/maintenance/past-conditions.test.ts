import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../../src/store/sqlite/database.ts';
import { PastConditions } from '../../../src/store/sqlite/maintenance/past-conditions.ts';

test('of alerts about no issue that are over, the last 10,000 are kept, however long they may stay', () => {
  const database = new Database(':memory:', 2 ** 26);
  const insert = database.prepare(
    `INSERT INTO incidents (key, issue_id, state, last_heard_at, document) VALUES (?, NULL, ?, ?, '{}')`,
  );
  database.transaction(() => {
    for (let i = 0; i < 10_020; i++) insert.run(String(i), 'ended', i);
    for (let i = 0; i < 100; i++) insert.run(`firing ${i}`, 'firing', i);
  });
  const past = new PastConditions(database);
  let steps = 0;
  while (past.forget(undefined, 32)) steps++;
  assert.equal(steps, 5);
  const left = database
    .prepare('SELECT state, count(*) AS count, min(last_heard_at) AS first FROM incidents GROUP BY 1')
    .all();
  assert.deepEqual(
    left.map((row) => Object.values(row)),
    [
      ['ended', 10_000, 20],
      ['firing', 100, 0],
    ],
  );
  database.close();
});
