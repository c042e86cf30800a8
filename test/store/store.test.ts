import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import { suffixes } from '../../src/store/sqlite/set-aside.ts';
import { errorEvent, issue } from '../support/builders.ts';
import { groupConformance } from './group-conformance.ts';
import { silenceConformance } from './silence-conformance.ts';
import { type StoreUnderTest, storeConformance } from './store-conformance.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
after(() => rmSync(directory, { recursive: true }));

let files = 0;
const stores: Record<string, () => Promise<StoreUnderTest>> = {
  'inline SQLite': async () => {
    const path = join(directory, `${++files}.db`);
    const store = new InlineStore(path);
    await store.start();
    return {
      calls: () => store.calls,
      reopen: async () => {
        await store.stop();
        await store.start();
      },
      stop: () => store.stop(),
    };
  },
  SQLite: async () => {
    const path = join(directory, `${++files}.db`);
    let store = new SqliteStore(path);
    await store.start();
    return {
      calls: () => store.calls,
      reopen: async () => {
        await store.stop();
        store = new SqliteStore(path);
        await store.start();
      },
      stop: () => store.stop(),
    };
  },
};
for (const [name, open] of Object.entries(stores)) {
  storeConformance(name, open);
  silenceConformance(name, open);
  groupConformance(name, open);
}

suite('a SQLite store', () => {
  test('that is a directory, or cannot be created, says so when it starts', async () => {
    await assert.rejects(new SqliteStore(directory).start(), { name: 'StoreUnusable' });
    await assert.rejects(
      new SqliteStore(join(directory, 'no', 'such', 'place.db')).start(),
      /cannot be opened/,
    );
  });

  test('whose thread dies goes on with a new one, and has all that it answered', async () => {
    const store = new SqliteStore(join(directory, 'dying.db'));
    await store.start();
    await store.calls.record([errorEvent()], 0);
    const { thread } = store as unknown as { thread: Promise<Worker> };
    const worker = await thread;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const asked = assert.rejects(store.calls.countIssues(), /thread died/);
    await Promise.all([worker.terminate(), ended, asked]);
    assert.equal((await store.calls.listIssues({ limit: 10 })).items.length, 1);
    await store.stop();
  });

  test('that cannot be opened again says why, each time', async () => {
    const path = join(directory, 'vanishing.db');
    const store = new SqliteStore(path);
    await store.start();
    const { thread } = store as unknown as { thread: Promise<Worker> };
    const worker = await thread;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await Promise.all([worker.terminate(), ended]);
    for (const suffix of suffixes) rmSync(path + suffix, { force: true });
    mkdirSync(path);
    for (let i = 0; i < 2; i++) await assert.rejects(store.calls.countIssues(), { name: 'StoreUnusable' });
    await store.stop();
  });

  test('that another holds for writing says that it cannot be written, and can be read', async () => {
    const path = join(directory, 'held.db');
    const store = new SqliteStore(path);
    await store.start();
    const { DatabaseSync } = await import('node:sqlite');
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await assert.rejects(store.calls.probe(), /locked/);
    assert.equal((await store.calls.errorCounts(0)).total, 0);
    other.exec('ROLLBACK');
    other.close();
    await store.calls.probe();
    await store.stop();
  });

  test('of an earlier version is brought up to date with all that is in it', async (t) => {
    const path = join(directory, 'earlier.db');
    const { DatabaseSync } = await import('node:sqlite');
    const earlier = new DatabaseSync(path);
    for (const step of migrations.slice(0, 2)) earlier.exec(step);
    const kept = issue(
      { class: 'timeout', message: 'first', time: 1000.6 },
      { message: 'Zeit IST um', time: 5000 },
    );
    earlier
      .prepare(
        `INSERT INTO issues (id, short_id, service, severity, state, last_seen, document) VALUES (?, ?, 'checkout', 'high', 'new', 5000, ?)`,
      )
      .run(kept.id, kept.shortId, JSON.stringify(kept));
    const event = errorEvent({ time: 900 });
    earlier
      .prepare('INSERT INTO events (id, issue_id, time, document) VALUES (?, ?, 900, ?)')
      .run(event.id, kept.id, JSON.stringify(event));
    earlier.exec('PRAGMA user_version = 2');
    earlier.close();
    const store = new SqliteStore(path);
    await store.start();
    t.after(() => store.stop());
    for (const query of [{ classes: ['timeout'] }, { text: 'zeit ist' }, { sort: 'count' }] as const) {
      const { items } = await store.calls.listIssues({ limit: 1, ...query });
      assert.deepEqual(
        items.map(({ id }) => id),
        [kept.id],
        JSON.stringify(query),
      );
    }
    const later = errorEvent({ time: 6000 });
    await store.calls.record([later], 0);
    assert.equal((await store.calls.getIssue(kept.id))?.count, 3);
    const { items } = await store.calls.listEvents({ issueId: kept.id, limit: 5 });
    assert.deepEqual(items, [later, event]);
    const ofComponent = { limit: 5, component: event.component, severities: [event.severity] };
    assert.deepEqual((await store.calls.listEvents(ofComponent)).items, [later, event]);
  });

  test('has a stack once, however many events have it', async () => {
    const path = join(directory, 'stacks.db');
    const store = new SqliteStore(path);
    await store.start();
    const saying = (said: string) =>
      errorEvent({ message: said, stack: `Error: ${said}\n    at x (/app/x.js:1:1)` });
    const events = ['a', 'b', 'c', 'd'].map(saying);
    await store.calls.record(events.slice(0, 3), 0);
    await store.calls.record(events.slice(3), 0);
    for (const event of events) assert.deepEqual(await store.calls.getEvent(event.id), event);
    await store.stop();
    const { DatabaseSync } = await import('node:sqlite');
    const file = new DatabaseSync(path);
    assert.equal(file.prepare('SELECT count(*) AS stacks FROM stacks').get()?.['stacks'], 1);
    file.close();
  });

  test('knows no stack from a transaction that failed', async (t) => {
    const store = new SqliteStore(join(directory, 'failed.db'));
    await store.start();
    t.after(() => store.stop());
    const event = errorEvent();
    await assert.rejects(store.calls.record([event, errorEvent({ fingerprint: null as never })], 0));
    await store.calls.record([event], 0);
    assert.deepEqual(await store.calls.getEvent(event.id), event);
  });

  test('that is not running refuses every call', async () => {
    const store = new SqliteStore(join(directory, 'never.db'));
    await assert.rejects(store.calls.getIssue('x'), { name: 'StoreFailed' });
    await store.stop();
  });
});
