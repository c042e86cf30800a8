import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import { type Engine, openEngine } from '../../../src/store/sqlite/engine.ts';
import { migrations } from '../../../src/store/sqlite/migrations.ts';
import { temporaryDirectory } from '../../config/support.ts';
import { day, largeEvent, maintain, now } from '../retention-conformance.ts';

const mib = 2 ** 20;
const roomy = { maxAgeMillis: 30 * day, maxBytes: 256 * mib };

function fixture(t: TestContext) {
  const path = `${temporaryDirectory(t)}/store.db`;
  const time = { monotonic: 0 };
  const open = (retention = roomy): Engine => {
    const engine = openEngine(path, retention, () => time.monotonic);
    t.after(() => engine.close());
    return engine;
  };
  const bytes = (): { file: number; log: number } => ({
    file: statSync(path).size,
    log: statSync(`${path}-wal`).size,
  });
  return { path, open, bytes, time };
}

function fill({ store }: Engine, events: number, at = now, first = 0): void {
  for (let i = 0; i < events; i += 20) {
    const together = Array.from({ length: 20 }, (_, k) => largeEvent({ number: first + i + k, time: at }));
    store.record(together, at);
  }
}

const untilDone = ({ store }: Engine, at = now) =>
  maintain({ maintain: (moment) => Promise.resolve(store.maintain(moment)) }, at);

suite('the files of a store', () => {
  test('become smaller when what was in them went', async (t) => {
    const { open, bytes, time } = fixture(t);
    const engine = open();
    fill(engine, 1000, now - 31 * day);
    await untilDone(engine, now - 31 * day);
    assert.ok(bytes().file > 20 * mib, `${bytes().file}`);
    assert.equal((await untilDone(engine)).events.age, 999);
    time.monotonic += 10_000;
    const { last } = await untilDone(engine);
    assert.ok(bytes().file < 3 * mib, `${bytes().file}`);
    assert.equal(bytes().log, 0);
    assert.equal(last.bytes, bytes().file);
    assert.equal(engine.store.listIssues({ limit: 1 }).items[0]?.count, 1000);
  });

  test('have a log that stays small, whatever is stored and deleted', (t) => {
    const { open, bytes } = fixture(t);
    const maxBytes = 16 * mib;
    const engine = open({ maxAgeMillis: 0, maxBytes });
    let largest = 0;
    let evicted = 0;
    for (let i = 0; i < 150; i++) {
      fill(engine, 20, now + i, i * 20);
      for (let step = 0; step < 10; step++) evicted += engine.store.maintain(now + i).events;
      largest = Math.max(largest, bytes().log);
      assert.ok(bytes().file < maxBytes * 1.1, `${bytes().file} after ${i}`);
    }
    assert.ok(evicted > 2000, `${evicted}`);
    assert.ok(largest < 3 * mib, `${largest}`);
  });

  test('are read by somebody else, who holds nothing up and nothing goes because of it', async (t) => {
    const { path, open, bytes } = fixture(t);
    const engine = open({ maxAgeMillis: 0, maxBytes: 16 * mib });
    fill(engine, 20);
    const reader = new DatabaseSync(path);
    t.after(() => reader.close());
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM events').get();
    const beganAt = performance.now();
    for (let i = 0; i < 50; i++) {
      // The same page again and again: only the log becomes larger.
      for (let k = 0; k < 20; k++) engine.store.probe();
      await untilDone(engine, now);
    }
    assert.ok(performance.now() - beganAt < 1900, 'it waited');
    assert.ok(bytes().log > mib, `${bytes().log}`);
    assert.equal(engine.store.listEvents({ limit: 100 }).items.length, 20);
    reader.exec('COMMIT');
    await untilDone(engine);
    assert.equal((await untilDone(engine)).last.excess, undefined);
  });

  test('are held by somebody else who writes: nothing waits for that, and what is to be done is done later', async (t) => {
    const { path, open } = fixture(t);
    const engine = open();
    fill(engine, 100, now - 31 * day);
    const writer = new DatabaseSync(path);
    t.after(() => writer.close());
    writer.exec('BEGIN IMMEDIATE');
    const beganAt = performance.now();
    assert.throws(() => {
      while (engine.store.maintain(now).hasMore);
    }, /locked/);
    // With nothing to delete there is nothing to write.
    while (engine.store.maintain(now - 31 * day).hasMore);
    assert.ok(performance.now() - beganAt < 1900, 'it waited');
    writer.exec('ROLLBACK');
    assert.equal((await untilDone(engine)).events.age, 99);
  });
});

suite('a file that an earlier version made', () => {
  /** As that made it: what is deleted leaves free pages for ever. */
  const makeEarlier = (path: string, megabytes: number): void => {
    const earlier = new DatabaseSync(path);
    earlier.exec('PRAGMA journal_mode = WAL');
    for (const step of migrations.slice(0, 7)) earlier.exec(step);
    earlier.exec('PRAGMA user_version = 7; CREATE TABLE ballast (content BLOB)');
    for (let i = 0; i < megabytes; i++) earlier.exec('INSERT INTO ballast VALUES (zeroblob(1048576))');
    earlier.exec('DROP TABLE ballast');
    earlier.close();
  };

  test('becomes smaller like any other, if it is small', async (t) => {
    const { path, open, bytes } = fixture(t);
    makeEarlier(path, 12);
    assert.ok(statSync(path).size > 12 * mib);
    const engine = open({ ...roomy, maxBytes: 4 * mib });
    assert.equal((await untilDone(engine)).last.excess, undefined);
    assert.ok(bytes().file < mib, `${bytes().file}`);
  });

  test('is used as it is if it is not, and it is told when it is too large', async (t) => {
    const { path, open, bytes } = fixture(t);
    makeEarlier(path, 24);
    const engine = open({ ...roomy, maxBytes: 8 * mib });
    fill(engine, 100);
    const { last } = await untilDone(engine);
    assert.equal(last.excess, 'cannot_shrink');
    assert.ok(bytes().file > 24 * mib);
    assert.ok(last.usedBytes < 8 * mib);
  });
});
