import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import { openEngine } from '../../src/store/sqlite/engine.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import type { SynchronousStore } from '../../src/store/store.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent, issue } from '../support/builders.ts';

const now = Date.UTC(2026, 5, 1);

interface Row {
  id: string;
  stored: number;
  rank: number;
  last: number;
}

function fixture(t: TestContext) {
  const path = `${temporaryDirectory(t)}/store.db`;
  const read = (sql: string): Record<string, unknown>[] => {
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
    database.close();
    return rows;
  };
  return {
    path,
    store: (): SynchronousStore => {
      const engine = openEngine(path);
      t.after(() => engine.close());
      return engine.store;
    },
    rows: () =>
      read(
        'SELECT id, stored_at AS stored, rank, is_last AS last FROM events ORDER BY rowid',
      ) as unknown as Row[],
    kept: () => read('SELECT kept FROM issues ORDER BY first_seen').map(({ kept }) => kept),
  };
}

suite('rows of events', () => {
  test('say when they came, by our own clock, and how relevant they are', (t) => {
    const { store, rows } = fixture(t);
    store().record([errorEvent({ time: now - 5000 }), errorEvent({ time: 0 }), errorEvent({ time: 1 })], now);
    const [first, second, third] = rows();
    assert.deepEqual([first?.stored, second?.stored], [now, now]);
    assert.deepEqual([first?.rank, second?.rank], [now, now]);
    assert.ok(third!.rank < now);
  });

  test('mark the last of each issue by its time, in whatever order they come', (t) => {
    const { store, rows } = fixture(t);
    const engine = store();
    const [late, early, same] = [now + 2, now, now + 2].map((time) => errorEvent({ time }));
    const other = errorEvent({ fingerprint: '1:other', time: now });
    engine.record([late!], now);
    engine.record([early!, other], now);
    const marked = (): string[] =>
      rows()
        .filter(({ last }) => last === 1)
        .map(({ id }) => id);
    assert.deepEqual(marked(), [late!.id, other.id]);
    engine.record([same!], now);
    assert.deepEqual(marked(), [other.id, same!.id]);
    assert.deepEqual(engine.record([late!], now), []);
    assert.deepEqual(marked(), [other.id, same!.id]);
  });

  test('are counted for each issue, those that are only counted not among them', (t) => {
    const { store, kept } = fixture(t);
    const engine = store();
    engine.record([errorEvent({ time: now }), errorEvent({ time: now })], now);
    const { id, time, version, traceId } = errorEvent({ time: now + 1 });
    const issueId = issue({ time: now }).id;
    engine.record([errorEvent({ time: now + 2, fingerprint: '1:other' }), errorEvent({ time: now })], now, [
      { id, otherId: undefined, time, version, traceId, issueId },
    ]);
    engine.changeIssue(issueId, { kind: 'acknowledge' }, 'alice', now);
    assert.deepEqual(kept(), [3, 1]);
  });

  test('that an earlier version made have the same', (t) => {
    const { path, store, rows, kept } = fixture(t);
    const earlier = new DatabaseSync(path);
    for (const step of migrations.slice(0, 7)) earlier.exec(step);
    const made = issue({ time: 1 });
    earlier
      .prepare(
        `INSERT INTO issues (id, short_id, service, severity, state, last_seen, document) VALUES (?, ?, 'checkout', 'high', 'new', 3, ?)`,
      )
      .run(made.id, made.shortId, JSON.stringify(made));
    const insert = earlier.prepare('INSERT INTO events (id, issue_id, time, document) VALUES (?, ?, ?, ?)');
    for (const [id, time] of [
      ['a', 2],
      ['b', 3],
      ['c', 1],
    ] as const)
      insert.run(id, made.id, time, JSON.stringify(errorEvent({ id, time })));
    earlier.exec('PRAGMA user_version = 7');
    earlier.close();
    store();
    assert.deepEqual(
      rows().map(({ id, last }) => [id, last]),
      [
        ['a', 0],
        ['b', 1],
        ['c', 0],
      ],
    );
    assert.deepEqual(kept(), [3]);
  });
});
