import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import type { ErrorEvent } from '../../../src/errors/error-event.ts';
import { issueOf } from '../../../src/issues/identity.ts';
import type { Issue } from '../../../src/issues/issue.ts';
import { openEngine } from '../../../src/store/sqlite/engine.ts';
import type { SynchronousStore } from '../../../src/store/store.ts';
import { temporaryDirectory } from '../../config/support.ts';
import { errorEvent } from '../../support/builders.ts';
import { largeEvent, now } from '../retention-conformance.ts';

const mib = 2 ** 20;
/** As many as the pipeline stores in one transaction. */
const together = 200;

type Make = (number: number) => ErrorEvent;

/** A store that nobody keeps within its bounds: what comes is faster than any maintenance. */
function open(t: TestContext, maxBytes: number, path = join(temporaryDirectory(t), 'store.db')) {
  const engine = openEngine(path, { maxAgeMillis: 0, maxBytes });
  const { store } = engine;
  const close = (): void => engine.close();
  t.after(close);
  const size = (name: string): number => statSync(name, { throwIfNoEntry: false })?.size ?? 0;
  const bytes = (): number => size(path) + size(`${path}-wal`);
  /** @returns the most that the files were */
  const flood = (events: number, make: Make): number => {
    let peak = 0;
    for (let from = 0; from < events; from += together) {
      const batch = Array.from({ length: Math.min(together, events - from) }, (_, i) => make(from + i));
      assert.equal(store.record(batch, now).length, batch.length);
      peak = Math.max(peak, bytes());
    }
    return peak;
  };
  return { store, path, bytes, flood, close };
}

function allIssues(store: SynchronousStore): Issue[] {
  const found: Issue[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = store.listIssues({
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...items);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return found;
}

function assertEachHasAnEvent(store: SynchronousStore): void {
  for (const { id } of allIssues(store))
    assert.ok(store.listEvents({ issueId: id, limit: 1 }).items.length === 1, id);
}

suite('however fast failures come', () => {
  const failures: Record<string, Make> = {
    'that are all different': (number) =>
      largeEvent({ number, fingerprint: `1:${number}`, time: now + number }),
    'of a few issues': (number) =>
      largeEvent({ number, fingerprint: `1:${number % 20}`, time: now + number }),
    'some of them different': (number) =>
      largeEvent({ number, fingerprint: `1:${number % 3 === 0 ? number : number % 20}`, time: now + number }),
    'that become larger and larger': (number) =>
      largeEvent({ number, fingerprint: `1:${number % 900}`, time: now + number, bytes: 20 * number }),
    'that are small': (number) =>
      largeEvent({ number, fingerprint: `1:${number}`, time: now + number, bytes: 100 }),
  };
  for (const [name, make] of Object.entries(failures)) {
    test(`the files are never more than half as large again as they may be, by failures ${name}`, (t) => {
      const maxBytes = 4 * mib;
      const { store, flood } = open(t, maxBytes);
      const events = name === 'that are small' ? 6_000 : 2_000;
      const named: Make = (number) => ({ ...make(number), id: number.toString(16).padStart(32, '0') });
      const peak = flood(events, named);
      assert.ok(peak > maxBytes && peak <= 1.5 * maxBytes, `${(peak / mib).toFixed(1)} MiB`);
      // Each counts, and once.
      const count = (): number => allIssues(store).reduce((sum, issue) => sum + issue.count, 0);
      assert.equal(count(), events);
      const again = Array.from({ length: together }, (_, i) => named(events - 1 - i));
      assert.deepEqual(store.record(again, now), []);
      assert.equal(count(), events);
      assertEachHasAnEvent(store);
    });
  }

  test('an issue becomes as bad as they say, whether they are kept or not', (t) => {
    const { store, flood } = open(t, 4 * mib);
    flood(1_000, (number) =>
      largeEvent({ number, fingerprint: `1:${number}`, time: now, severity: 'medium' }),
    );
    const batch = Array.from({ length: 150 }, (_, number) =>
      largeEvent({
        number: 5_000 + number,
        fingerprint: '1:0',
        time: now,
        severity: number === 149 ? 'critical' : 'medium',
      }),
    );
    store.record(batch, now);
    assert.partialDeepStrictEqual(store.getIssue(issueOf(batch[0]!)), { severity: 'critical', count: 151 });
  });

  test('what fails in a new way has an issue of its own as long as there are events that may go', (t) => {
    const { store, flood } = open(t, 16 * mib);
    flood(3_000, (number) => largeEvent({ number, fingerprint: `1:${number % 20}`, time: now + number }));
    for (let number = 0; number < 100; number++) {
      const event = largeEvent({ number: 9_000 + number, fingerprint: `2:${number}`, time: now });
      store.record([event], now);
      assert.equal(store.getIssue(issueOf(event))?.count, 1);
    }
    assert.ok(!allIssues(store).some(({ type }) => type === 'TooManyIssues'));
  });

  test('nothing goes because somebody reads the file from outside, and makes its log long', (t) => {
    const { store, path, bytes, flood } = open(t, 4 * mib);
    const before = Array.from({ length: 20 }, (_, number) =>
      errorEvent({ time: now + number, message: `${number}` }),
    );
    store.record(before, now);
    const reader = new DatabaseSync(path);
    t.after(() => reader.close());
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM events').get();
    // The same page again and again: only the log becomes larger.
    while (bytes() < 8 * mib) store.probe();
    flood(together, (number) => errorEvent({ time: now + 100 + number, message: `${number}` }));
    assert.equal(store.listEvents({ limit: 1000 }).items.length, before.length + together);
  });

  test('a store that may only have a part of what it has becomes smaller as they come, and takes them', (t) => {
    const large = open(t, 64 * mib);
    large.flood(1_600, (number) =>
      largeEvent({ number, fingerprint: `1:${number % 20}`, time: now + number }),
    );
    large.close();
    const { store, bytes } = open(t, 4 * mib, large.path);
    const before = bytes();
    assert.ok(before > 30 * mib);
    let slowest = 0;
    for (let number = 0; number < 200; number++) {
      const event = errorEvent({ fingerprint: `2:${number}`, time: now, message: `m ${number}` });
      const began = performance.now();
      store.record([event], now);
      slowest = Math.max(slowest, performance.now() - began);
      assert.equal(store.getIssue(issueOf(event))?.count, 1);
    }
    // Free pages, which maintenance gives back.
    assert.ok(bytes() < before + mib);
    let report = store.maintain(now);
    for (let i = 0; i < 10_000 && report.hasMore; i++) report = store.maintain(now);
    assert.ok(report.usedBytes <= 4 * mib, `${report.usedBytes}`);
    assert.ok(slowest < 2_000, `${slowest}`);
  });
});
