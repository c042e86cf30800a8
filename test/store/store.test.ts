import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { storeConformance } from './store-conformance.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
after(() => rmSync(directory, { recursive: true }));

let files = 0;
storeConformance('SQLite', async () => {
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
});

suite('a SQLite store', () => {
  test('that is a directory, or cannot be created, says so when it starts', async () => {
    await assert.rejects(new SqliteStore(directory).start(), { name: 'StoreUnusable' });
    await assert.rejects(
      new SqliteStore(join(directory, 'no', 'such', 'place.db')).start(),
      /cannot be opened/,
    );
  });

  test('that a newer version wrote is left alone', async () => {
    const path = join(directory, 'newer.db');
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 999');
    db.close();
    await assert.rejects(new SqliteStore(path).start(), /written by a newer Tocsin/);
  });

  test('that is not running refuses every call', async () => {
    const store = new SqliteStore(join(directory, 'never.db'));
    await assert.rejects(store.calls.getIssue('x'), { name: 'StoreFailed' });
    await store.stop();
  });
});
