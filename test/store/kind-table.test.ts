import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { issueOf } from '../../src/issues/identity.ts';
import type { EventQuery } from '../../src/issues/issue-store.ts';
import { openEngine } from '../../src/store/sqlite/engine.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import type { SynchronousStore } from '../../src/store/store.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent, issue } from '../support/builders.ts';
import { day, now } from './retention-conformance.ts';

function fixture(t: TestContext) {
  const path = `${temporaryDirectory(t)}/store.db`;
  return {
    path,
    open: (): SynchronousStore => {
      const engine = openEngine(path, { maxAgeMillis: 30 * day, maxBytes: 2 ** 26 });
      t.after(() => engine.close());
      return engine.store;
    },
    kinds: (): string[] => {
      const database = new DatabaseSync(path, { readOnly: true });
      const rows = database.prepare('SELECT component, severity FROM event_kinds ORDER BY 1, 2').all();
      database.close();
      return rows.map(({ component, severity }) => [component, severity].join(' '));
    },
  };
}

function maintain(store: SynchronousStore, at: number): void {
  for (let steps = 0; store.maintain(at).hasMore; steps++) assert.ok(steps < 1000);
}

suite('kinds of events are those of the events that there are', () => {
  test('after events were too old', (t) => {
    const { open, kinds } = fixture(t);
    const store = open();
    for (let i = 0; i < 50; i++) store.record([errorEvent({ component: `job ${i}`, time: now + i })], now);
    store.record([errorEvent({ component: 'new', time: now + 31 * day })], now + 31 * day);
    assert.equal(kinds().length, 51);
    maintain(store, now + 31 * day);
    assert.deepEqual(kinds(), ['new high']);
    // And one that went can come again.
    store.record([errorEvent({ component: 'job 7', time: now + 31 * day })], now + 31 * day);
    assert.equal(store.listEvents({ component: 'job 7', limit: 10 }).items.length, 1);
  });

  test('after a resolved issue went with all of its events', (t) => {
    const { open, kinds } = fixture(t);
    const store = open();
    const gone = errorEvent({ fingerprint: '1:gone', component: 'gone', time: now });
    store.record([gone, errorEvent({ component: 'stays', time: now })], now);
    store.changeIssue(issueOf(gone), { kind: 'resolve', inNextVersion: false }, 'alice', now);
    maintain(store, now + 31 * day);
    assert.deepEqual(kinds(), ['stays high']);
  });

  test('after an event turned out to be of another severity', (t) => {
    const { open, kinds } = fixture(t);
    const store = open();
    const [event, other] = [errorEvent({ severity: 'low', held: 'high' }), errorEvent({ severity: 'low' })];
    store.record([event, other], now);
    const amendment = { eventId: event.id, issueId: issueOf(event), severity: 'high' } as const;
    store.record([], now, [], [amendment]);
    assert.equal(kinds().length, 2);
    store.record([], now, [], [{ ...amendment, eventId: other.id }]);
    assert.deepEqual(
      kinds().map((kind) => kind.split(' ').at(-1)),
      ['high'],
    );
    assert.equal(store.listEvents({ severities: ['high'], limit: 10 }).items.length, 2);
    assert.equal(store.listEvents({ severities: ['low'], limit: 10 }).items.length, 0);
  });

  test('in a store of an earlier version, which left them', (t) => {
    const { path, open, kinds } = fixture(t);
    const step = migrations.findIndex((sql) => sql.includes('DELETE FROM event_kinds'));
    const earlier = new DatabaseSync(path);
    earlier.function('searched_text', (_document) => '');
    for (const sql of migrations.slice(0, step)) earlier.exec(sql);
    const made = issue({});
    earlier
      .prepare(
        `INSERT INTO issues (id, short_id, service, severity, state, last_seen, document) VALUES (?, '', '', '', '', 0, ?)`,
      )
      .run(made.id, JSON.stringify(made));
    earlier.exec(`
      INSERT INTO event_kinds (id, service, component, severity) VALUES (1, '', 'left', 'low'), (2, '', 'here', 'high');
      INSERT INTO events (id, issue_id, time, document, kind_id) VALUES ('a', '${made.id}', 0, '{}', 2);
      PRAGMA user_version = ${step}`);
    earlier.close();
    open();
    assert.deepEqual(kinds(), ['here high']);
  });
});

test('events are found where each is of a kind of its own', (t) => {
  const { open } = fixture(t);
  const store = open();
  const events = Array.from({ length: 6000 }, (_, i) =>
    errorEvent({ component: `job ${i}`, time: now + i, severity: i % 3 === 0 ? 'low' : 'high' }),
  );
  for (let i = 0; i < events.length; i += 200) store.record(events.slice(i, i + 200), now + i);
  const found = (query: Omit<EventQuery, 'limit'>): ErrorEvent[] => {
    const items: ErrorEvent[] = [];
    for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages++) {
      const page = store.listEvents({ ...query, limit: 700, ...(cursor === undefined ? {} : { cursor }) });
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  };
  assert.deepEqual(
    found({ severities: ['low'] }).map(({ time }) => time - now),
    Array.from({ length: 2000 }, (_, i) => 5997 - 3 * i),
  );
  assert.equal(found({ service: 'checkout', severities: ['high', 'medium'] }).length, 4000);
  assert.equal(found({ component: 'job 3' }).length, 1);
});
