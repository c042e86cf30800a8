import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../../src/store/sqlite/database.ts';
import { OperationTable } from '../../../src/store/sqlite/operation-table.ts';
import { History } from '../../../src/store/sqlite/maintenance/history.ts';

test('of versions of apps the last 10,000 are kept, by when they were first heard of', () => {
  const database = new Database(':memory:', 2 ** 26);
  const insert = database.prepare(`INSERT INTO versions VALUES ('checkout', 'production', ?, ?)`);
  database.transaction(() => {
    for (let i = 0; i < 10_070; i++) insert.run(String(i * 7919), (i * 7919) % 10_070);
  });
  const history = new History(database, { operations: new OperationTable(database) });
  let steps = 0;
  while (history.forget({ before: 0, after: 1_000_000 }, 32)) steps++;
  assert.equal(steps, 3);
  const left = database.prepare('SELECT count(*) AS count, min(first_seen) AS first FROM versions').get();
  assert.deepEqual({ ...left }, { count: 10_000, first: 70 });
});

test('of hours and days what is past, and what no clock can be at, goes', () => {
  const database = new Database(':memory:', 2 ** 26);
  const operations = new OperationTable(database);
  const hour = 500_000;
  for (const at of [10, hour - 200, hour, hour + 5000])
    operations.note({ service: 'shop', operation: 'a', time: at * 3_600_000 });
  operations.write();
  const history = new History(database, { operations });
  while (history.forget({ before: hour - 170, after: hour + 48 }, 1)) continue;
  const rows = database.prepare('SELECT hours, start FROM operation_counts ORDER BY hours, start').all();
  assert.deepEqual(
    rows.map((row) => Object.values(row)),
    [
      [1, hour],
      [24, Math.floor((hour - 200) / 24) * 24],
      [24, Math.floor(hour / 24) * 24],
    ],
  );
  database.close();
});
