import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { issueOf } from '../../src/issues/identity.ts';
import type { Issue } from '../../src/issues/issue.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { KeptEngine } from '../../src/store/sqlite/kept-engine.ts';
import type { Replacement } from '../../src/store/sqlite/protocol.ts';
import { setAside, suffixes } from '../../src/store/sqlite/set-aside.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { largeEvent } from './retention-conformance.ts';

const garbage = 'this is no database '.repeat(1000);

function fixture(t: TestContext) {
  const directory = join(temporaryDirectory(t), 'data');
  mkdirSync(directory);
  const path = join(directory, 'tocsin.db');
  const told: Replacement[] = [];
  const open = (at = path): KeptEngine => {
    const engine = new KeptEngine(at, (replacement) => told.push(replacement));
    t.after(() => {
      try {
        engine.close();
      } catch {
        // A test may have spoilt it.
      }
    });
    return engine;
  };
  return { directory, path, told, open, reasons: () => told.map(({ reason }) => reason) };
}

const record = (engine: KeptEngine, id: string): unknown =>
  engine.call('record', [[errorEvent({ id, fingerprint: id })], 0]);
const issues = (engine: KeptEngine): number =>
  (engine.call('listIssues', [{ limit: 100 }]) as { items: unknown[] }).items.length;

suite('a store that cannot be used when it is opened is set aside, never deleted, and an empty one begun', () => {
  const table: [name: string, reason: string, make: (path: string) => void][] = [
    ['no database', 'corrupt', (path) => writeFileSync(path, garbage)],
    [
      'without its tables',
      'corrupt',
      (path) => withDatabase(path, 'CREATE TABLE issues (id); PRAGMA user_version = 4'),
    ],
    ['written by a newer version', 'newer', (path) => withDatabase(path, 'PRAGMA user_version = 999')],
  ];
  for (const [name, reason, make] of table) {
    test(name, (t) => {
      const { directory, path, told, open } = fixture(t);
      make(path);
      const before = readFileSync(path);
      const engine = open();
      record(engine, 'a');
      assert.equal(issues(engine), 1);
      assert.equal(told.length, 1);
      assert.equal(told[0]!.reason, reason);
      const aside = join(directory, `tocsin.db.${reason}-1`);
      assert.match(told[0]!.detail, new RegExp(`set aside as ${aside}`));
      assert.ok(readFileSync(aside).length >= before.length);
      engine.close();
      assert.equal(issues(open()), 1);
      assert.equal(told.length, 1);
    });
  }

  test('the database of something else is left alone', (t) => {
    const { path, open, directory } = fixture(t);
    for (const version of [0, 999]) {
      rmSync(path, { force: true });
      withDatabase(path, `CREATE TABLE customers (id); PRAGMA user_version = ${version}`);
      assert.throws(open, { name: 'StoreUnusable', message: /something else/ });
      assert.deepEqual(
        readdirSync(directory).filter((name) => name.includes('-1')),
        [],
      );
    }
  });

  test('each under a name of its own, up to a bound', (t) => {
    const { directory, path } = fixture(t);
    for (let i = 0; i < 100; i++) {
      writeFileSync(path, String(i));
      setAside(path, 'corrupt');
    }
    writeFileSync(path, 'last');
    assert.throws(() => setAside(path, 'corrupt'), /look after the disk/);
    assert.equal(readdirSync(directory).length, 101);
    assert.equal(readFileSync(`${path}.corrupt-100`, 'utf8'), '99');
  });
});

suite('a store whose file went bad', () => {
  test('is read as a whole when it is opened, if it is small: what is damaged is set aside then', (t) => {
    const { path, open, told } = fixture(t);
    const earlier = open();
    for (let i = 0; i < 50; i++) record(earlier, `e${i}`);
    earlier.close();
    spoilPages(path);
    const engine = open();
    assert.equal(told.length, 1);
    assert.match(told[0]!.detail, /tocsin\.db is damaged: .*set aside as/s);
    assert.equal(issues(engine), 0);
    assert.ok(existsSync(`${path}.corrupt-1`));
  });

  test('is not read as a whole if it is large, since the start would take longer', (t) => {
    const { path, open, reasons } = fixture(t);
    fillTo20MiB(open()).close();
    spoilPages(path);
    open();
    assert.deepEqual(reasons(), []);
  });
});

suite('a store whose file goes bad while it is in use', () => {
  test('is set aside when it cannot be read any more, and the call is done on an empty one', (t) => {
    const { path, open, reasons } = fixture(t);
    fillTo20MiB(open()).close();
    spoilPages(path);
    const engine = open();
    for (let i = 0; i < 50; i++) record(engine, `f${i}`);
    assert.deepEqual(reasons(), ['corrupt']);
    assert.ok(existsSync(`${path}.corrupt-1`));
  });

  const losses: [name: string, lose: (path: string, directory: string) => void][] = [
    ['the data directory is deleted', (_path, directory) => rmSync(directory, { recursive: true })],
    ['the data directory is moved', (_path, directory) => renameSync(directory, `${directory}.old`)],
    ['the file is deleted', (path) => rmSync(path)],
    ['the log of the file is deleted', (path) => rmSync(`${path}-wal`)],
  ];
  for (const [name, lose] of losses) {
    test(`has all that was in it: ${name}`, (t) => {
      const { directory, path, open, reasons } = fixture(t);
      const engine = open();
      record(engine, 'a');
      engine.look();
      assert.deepEqual(reasons(), []);
      lose(path, directory);
      record(engine, 'b');
      engine.look();
      record(engine, 'c');
      engine.look();
      assert.deepEqual(reasons(), ['deleted']);
      // As after the death of the process: this one was never closed.
      assert.equal(issues(open()), 3);
    });
  }

  test('takes nothing while it cannot be made again, and has all when it can', (t) => {
    const { directory, open, reasons } = fixture(t);
    const engine = open();
    record(engine, 'a');
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'a file in its way');
    engine.look();
    assert.throws(() => record(engine, 'b'), /cannot be made again/);
    rmSync(directory);
    engine.look();
    record(engine, 'c');
    assert.deepEqual(reasons(), ['deleted']);
    assert.equal(issues(open()), 2);
  });

  test('is the other one when that was put in its place', (t) => {
    const { directory, path, open, reasons } = fixture(t);
    const other = join(directory, 'other.db');
    const backup = open(other);
    for (const id of ['x', 'y']) record(backup, id);
    copyFileSync(`${other}-wal`, join(directory, 'new.db-wal'));
    copyFileSync(other, join(directory, 'new.db'));
    const engine = open();
    record(engine, 'a');
    for (const suffix of ['', '-wal']) renameSync(join(directory, `new.db${suffix}`), path + suffix);
    engine.look();
    assert.deepEqual(reasons(), ['exchanged']);
    assert.equal(issues(engine), 2);
  });
});

suite('failures of which more will be heard, since the process that stored them lives', () => {
  const held = errorEvent({ severity: 'low', held: 'high' });
  const issueOfHeld = issueOf(held);
  const isHeld = (engine: KeptEngine): [severity: string, held: number, changes: number] => {
    const { severity, held: count } = engine.call('getIssue', [issueOfHeld]) as Issue;
    return [severity, count, (engine.call('pendingChanges', [100]) as unknown[]).length];
  };

  test('are left open when the file is written again', (t) => {
    const { path, open, reasons } = fixture(t);
    const engine = open();
    engine.call('record', [[held], 0]);
    for (const lost of [path, `${path}-wal`]) {
      rmSync(lost);
      engine.look();
      assert.deepEqual(isHeld(engine), ['low', 1, 1]);
    }
    assert.deepEqual(reasons(), ['deleted', 'deleted']);
    // Another attempt succeeded.
    const amendment = { eventId: held.id, issueId: issueOfHeld, severity: 'low' };
    engine.call('record', [[], 0, [], [amendment]]);
    assert.deepEqual(isHeld(engine), ['low', 0, 2]);
  });

  test('are settled in the file of another process that was put in its place', (t) => {
    const { directory, path, open } = fixture(t);
    const other = join(directory, 'other.db');
    const another = open(other);
    another.call('record', [[held], 0]);
    another.close();
    const engine = open();
    for (const suffix of suffixes) rmSync(path + suffix, { force: true });
    renameSync(other, path);
    engine.look();
    assert.deepEqual(isHeld(engine), ['high', 0, 2]);
  });

  test('are left open when the thread of the store dies, and settled at the next start', async (t) => {
    const { path } = fixture(t);
    const store = new SqliteStore(path);
    await store.start();
    t.after(() => store.stop());
    await store.calls.record([held], 0);
    const { thread } = store as unknown as { thread: Promise<Worker> };
    const worker = await thread;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await Promise.all([worker.terminate(), ended]);
    assert.equal((await store.calls.getIssue(issueOfHeld))?.severity, 'low');
    await store.stop();
    await store.start();
    assert.equal((await store.calls.getIssue(issueOfHeld))?.severity, 'high');
  });
});

test('a store in a thread of its own notices by itself, and tells also what was before somebody listened', async (t) => {
  const { directory, path } = fixture(t);
  writeFileSync(path, garbage);
  const store = new SqliteStore(path);
  await store.start();
  t.after(() => store.stop());
  const told: string[] = [];
  store.onReplaced(({ reason }) => told.push(reason));
  assert.deepEqual(told, ['corrupt']);
  await store.calls.record([errorEvent()], 0);
  rmSync(directory, { recursive: true });
  await eventually('it to be written again', () => existsSync(path));
  await eventually('it to be told', () => told.length === 2);
  assert.deepEqual(told, ['corrupt', 'deleted']);
  assert.equal((await store.calls.listIssues({ limit: 10 })).items.length, 1);
});

function withDatabase(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function fillTo20MiB(engine: KeptEngine): KeptEngine {
  for (let i = 0; i < 20; i++) {
    const events = Array.from({ length: 50 }, (_, k) =>
      largeEvent({ number: i * 50 + k, fingerprint: `1:${k}` }),
    );
    engine.call('record', [events, 0]);
  }
  return engine;
}

/** All that hold events. */
function spoilPages(path: string): void {
  const database = new DatabaseSync(path);
  const pages = database.prepare("SELECT pageno FROM dbstat WHERE name = 'events'").all();
  database.close();
  const file = openSync(path, 'r+');
  for (const { pageno } of pages)
    writeSync(file, Buffer.alloc(4096, 0xee), 0, 4096, (Number(pageno) - 1) * 4096);
  closeSync(file);
}
