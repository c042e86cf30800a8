import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openEngine } from '../../src/store/sqlite/engine.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import { temporaryDirectory } from '../config/support.ts';
import { incident } from '../notify/receivers/support.ts';

test('what receivers show of incidents outlives the step that makes their table anew', (t) => {
  const path = join(temporaryDirectory(t), 'earlier.db');
  const earlier = new DatabaseSync(path);
  earlier.function('searched_text', (_document) => '');
  const step = migrations.findIndex((sql) => sql.includes('incidents_next'));
  earlier.exec('PRAGMA foreign_keys = ON');
  for (const sql of migrations.slice(0, step)) earlier.exec(sql);
  earlier.exec(`PRAGMA user_version = ${step}`);
  const { labels: _labels, ...told } = incident();
  const { id, shortId } = told.issue;
  earlier
    .prepare(
      `INSERT INTO issues (id, short_id, service, severity, state, last_seen, document)
       VALUES (?, ?, 'checkout', 'high', 'new', 0, ?)`,
    )
    .run(id, shortId, JSON.stringify(told.issue));
  earlier
    .prepare(
      "INSERT INTO incidents (key, issue_id, state, last_heard_at, document) VALUES (?, ?, 'firing', 7, ?)",
    )
    .run(told.key, id, JSON.stringify(told));
  earlier
    .prepare(
      `INSERT INTO deliveries (receiver, incident_key, severity_rank, wanted_revision, state_revision, wanted_since, shown_revision)
       VALUES ('slack', ?, 2, 2, 1, 5, 1)`,
    )
    .run(told.key);
  earlier.close();

  const engine = openEngine(path);
  t.after(() => engine.close());
  const [due] = engine.store.dueDeliveries('slack', 10, 10);
  assert.deepEqual(
    [due?.shownRevision, JSON.stringify(due?.incident.labels)],
    [1, JSON.stringify(incident().labels)],
  );
  assert.equal(engine.store.listIncidents({ limit: 10, severities: ['high'] }).items.length, 1);
  const rows = new DatabaseSync(path);
  t.after(() => rows.close());
  assert.deepEqual(rows.prepare('PRAGMA foreign_key_check').all(), []);
  const heard = rows
    .prepare('SELECT loud_at FROM deliveries')
    .all()
    .map((row) => row['loud_at']);
  assert.deepEqual(heard, [5], 'it would not be repeated');
  assert.throws(() => rows.exec("UPDATE deliveries SET incident_key = 'nothing'"), /FOREIGN KEY/);
});
