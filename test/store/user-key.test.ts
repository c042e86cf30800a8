import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import { DistinctCount, hashOfText } from '../../src/issues/distinct-count.ts';
import { issueOf } from '../../src/issues/identity.ts';
import { memoryPath } from '../../src/store/sqlite/database.ts';
import { type Engine, openEngine } from '../../src/store/sqlite/engine.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import { suffixes } from '../../src/store/sqlite/set-aside.ts';
import type { SynchronousStore } from '../../src/store/store.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent, issue } from '../support/builders.ts';

const people = Array.from({ length: 20 }, (_, i) => `user-${i}@example.com`);
const of = (names: readonly string[]) => names.map((name) => errorEvent({ userHash: hashOfText(name) }));
const theIssue = issueOf(errorEvent());
const users = (store: SynchronousStore): number | undefined => store.getIssue(theIssue)?.users;

function fixture(t: TestContext) {
  const directory = temporaryDirectory(t);
  const opened: Engine[] = [];
  t.after(() => {
    for (const engine of opened) engine.close();
  });
  return {
    path: (name = 'store.db') => `${directory}/${name}`,
    open: (path = `${directory}/store.db`): SynchronousStore => {
      for (const engine of opened.splice(0)) engine.close();
      const engine = openEngine(path);
      opened.push(engine);
      return engine.store;
    },
  };
}

function sketchIn(path: string): Buffer | undefined {
  const database = new DatabaseSync(path, { readOnly: true });
  const sketch = database.prepare("SELECT sketch FROM issue_distinct WHERE kind = 'users'").get()?.['sketch'];
  database.close();
  return sketch === undefined ? undefined : Buffer.from(sketch as Uint8Array);
}

/** Whether who has these bytes finds hashes in them that he knows: one alone may be there by chance. */
function areFound(bytes: Buffer): boolean {
  const found = people.filter((name) => {
    const hash = Buffer.alloc(4);
    hash.writeUInt32LE(hashOfText(name));
    return bytes.includes(hash);
  });
  return found.length > 1;
}

suite('users of an issue', () => {
  test('cannot be found in the store by who knows their ids, and in no two stores alike', (t) => {
    const { open, path } = fixture(t);
    const sketches = ['one.db', 'other.db'].map((name) => {
      const store = open(path(name));
      store.record(of(people), 0);
      assert.equal(users(store), people.length);
      return sketchIn(path(name))!;
    });
    assert.equal(sketches[0]!.length, 1 + 4 * people.length);
    assert.notDeepEqual(sketches[0], sketches[1]);
    for (const suffix of suffixes.filter((each) => existsSync(path('one.db') + each))) {
      const file = readFileSync(path('one.db') + suffix);
      assert.ok(!areFound(file));
    }
  });

  test('are counted on by a key that is in a file of its own, readable to its owner alone', (t) => {
    const { open, path } = fixture(t);
    open().record(of(people.slice(0, 15)), 0);
    const key = readFileSync(`${path()}.key`, 'utf8');
    assert.match(key, /^[\da-f]{32}\n$/);
    assert.equal(statSync(`${path()}.key`).mode & 0o777, 0o600);
    const again = open();
    again.record(of(people), 0);
    assert.equal(users(again), people.length);
    assert.equal(readFileSync(`${path()}.key`, 'utf8'), key);
    const [hex, bytes] = [key.trim(), Buffer.from(key.trim(), 'hex')];
    open(path('another.db'));
    for (const suffix of suffixes.filter((each) => existsSync(path() + each))) {
      const file = readFileSync(path() + suffix);
      assert.ok(!file.includes(hex) && !file.includes(bytes));
    }
  });

  test('are as many as before where the key is lost, and more when more have been seen since', (t) => {
    const { open, path } = fixture(t);
    open().record(of(people.slice(0, 10)), 0);
    for (const lose of [() => rmSync(`${path()}.key`), () => writeFileSync(`${path()}.key`, '')]) {
      lose();
      const store = open();
      assert.equal(users(store), 10);
      store.record(of(people.slice(0, 5)), 0);
      assert.equal(users(store), 10);
      assert.equal(DistinctCount.from(sketchIn(path())!).estimate, 5);
    }
    const store = open();
    store.record(of(people), 0);
    assert.equal(users(store), 20);
  });

  test('of a store of an earlier version are as many as before, and not to be found any more', (t) => {
    const { open, path } = fixture(t);
    const step = migrations.findIndex((sql) => sql.includes('user_key'));
    const earlier = new DatabaseSync(path());
    earlier.function('searched_text', (_document) => '');
    for (const sql of migrations.slice(0, step)) earlier.exec(sql);
    const made = { ...issue({}), users: people.length };
    earlier
      .prepare(
        `INSERT INTO issues (id, short_id, service, severity, state, last_seen, document) VALUES (?, '', '', 'high', 'new', 0, ?)`,
      )
      .run(made.id, JSON.stringify(made));
    const count = new DistinctCount();
    for (const name of people) count.add(hashOfText(name));
    earlier.prepare('INSERT INTO issue_distinct VALUES (?, ?, ?)').run(made.id, 'users', count.bytes);
    earlier
      .prepare('INSERT INTO issue_distinct VALUES (?, ?, ?)')
      .run(made.id, 'pods', new DistinctCount().bytes);
    earlier.exec(`PRAGMA user_version = ${step}`);
    earlier.close();
    assert.ok(areFound(readFileSync(path())));
    assert.equal(users(open()), people.length);
    open(path('another.db'));
    assert.ok(!areFound(readFileSync(path())));
  });

  test('of a copy without its key are counted anew', (t) => {
    const { open, path } = fixture(t);
    open().record(of(people), 0);
    open(path('another.db'));
    copyFileSync(path(), path('copy.db'));
    const copy = open(path('copy.db'));
    copy.record(of(people.slice(0, 3)), 0);
    assert.equal(users(copy), people.length);
    assert.equal(DistinctCount.from(sketchIn(path('copy.db'))!).estimate, 3);
  });

  test('have a key that is its owner’s alone again when somebody has put it back', (t) => {
    const { path, open } = fixture(t);
    open();
    chmodSync(`${path()}.key`, 0o644);
    open();
    assert.equal(statSync(`${path()}.key`).mode & 0o777, 0o600);
  });

  test('of a store in memory have no file', (t) => {
    const { open } = fixture(t);
    const store = open(memoryPath);
    store.record(of(people), 0);
    assert.equal(users(store), people.length);
    assert.ok(!existsSync(`${memoryPath}.key`));
  });

  test('cannot be counted if the key can be neither read nor written: the store says so when it is opened', (t) => {
    const { open, path } = fixture(t);
    mkdirSync(`${path()}.key`);
    assert.throws(() => open(), {
      name: 'StoreUnusable',
      message: /store\.db\.key cannot be read or written/,
    });
    rmSync(`${path()}.key`, { recursive: true });
    open();
  });
});
