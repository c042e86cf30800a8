import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { otherOperations } from '../../src/issues/issue-store.ts';
import { openEngine } from '../../src/store/sqlite/engine.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent, issue } from '../support/builders.ts';

suite('the counts of issues', () => {
  test('are those of the rows, whatever becomes of these', (t) => {
    const path = join(temporaryDirectory(t), 'counts.db');
    const engine = openEngine(path);
    const { store } = engine;
    const rows = new DatabaseSync(path);
    t.after(() => {
      rows.close();
      engine.close();
    });
    const agree = (issues: number): void => {
      const counted = rows
        .prepare(
          'SELECT state, severity, class, expected, count(*) AS issues FROM issues GROUP BY 1, 2, 3, 4',
        )
        .all();
      const kept = rows.prepare('SELECT * FROM issue_counts WHERE issues <> 0').all();
      assert.deepEqual(kept, counted);
      assert.equal(store.errorCounts(0).total, issues);
    };
    const of = (number: number, given: object = {}) =>
      errorEvent({ fingerprint: `1:${number}`, severity: 'low', expected: true, ...given });
    store.record([of(1), of(1), of(2), of(3)], 0);
    agree(3);
    store.record([of(1, { severity: 'critical', expected: false })], 0);
    agree(3);
    const [issue] = store.listIssues({ limit: 1, severities: ['critical'] }).items;
    store.changeIssue(issue!.id, { kind: 'resolve', inNextVersion: false }, 'alice', 0);
    agree(3);
    assert.throws(() => store.record([of(4), of(5, { fingerprint: null })], 0));
    agree(3);
    for (const table of ['changes', 'events']) rows.exec(`DELETE FROM ${table}`);
    rows.exec("DELETE FROM issues WHERE severity = 'low'");
    agree(1);
  });

  test('of operations are made of what an earlier version counted, as many as are told apart', (t) => {
    const path = join(temporaryDirectory(t), 'earlier.db');
    const earlier = new DatabaseSync(path);
    const step = migrations.findIndex((sql) => sql.includes('operation_counts'));
    earlier.function('searched_text', (_document) => '');
    for (const sql of migrations.slice(0, step)) earlier.exec(sql);
    earlier.exec(`PRAGMA user_version = ${step}`);
    const hour = 500_000;
    for (let number = 0; number < 230; number++) {
      const made = issue({ fingerprint: `${number}`, operation: `GET /${number}`, service: 'shop' });
      earlier
        .prepare(
          `INSERT INTO issues (id, short_id, service, severity, state, last_seen, document)
           VALUES (?, ?, 'shop', 'high', 'new', 0, ?)`,
        )
        .run(made.id, made.shortId, JSON.stringify(made));
      const insert = earlier.prepare('INSERT INTO issue_hours (issue_id, hour, count) VALUES (?, ?, ?)');
      insert.run(made.id, hour, number < 30 ? 1 : 2);
      if (number === 99) insert.run(made.id, hour + 30, 7);
    }
    earlier.close();
    const engine = openEngine(path);
    t.after(() => engine.close());
    const time = hour * 3_600_000;
    const query = { by: 'operation', since: time, until: time + 30 * 3_600_000, limit: 1000 } as const;
    const hours = engine.store.eventTrends({ ...query, interval: 'hour' });
    assert.deepEqual([hours.total, hours.series.length], [437, 201]);
    assert.equal(hours.series[0]?.total, 30);
    assert.equal(hours.series[0].operation, otherOperations);
    const days = engine.store.eventTrends({ ...query, interval: 'day' });
    assert.equal(days.total, 437);
    assert.deepEqual(
      days.series.find(({ operation }) => operation === 'GET /99')?.counts.filter((count) => count > 0),
      [2, 7],
    );
    assert.equal(engine.store.issueStats(0).counts[0]?.issues, 230);
  });

  test('of operations have nothing of a transaction that failed', () => {
    const { store } = openEngine(':memory:');
    assert.throws(() => store.record([errorEvent(), errorEvent({ fingerprint: null as never })], 0));
    store.record([errorEvent({ time: 0 })], 0);
    const query = { by: 'operation', interval: 'hour', since: 0, until: 1, limit: 9 } as const;
    assert.equal(store.eventTrends(query).total, 1);
  });
});
