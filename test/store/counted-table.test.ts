import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { CountedTable } from '../../src/store/sqlite/counted-table.ts';
import { IdSet } from '../../src/store/sqlite/id-set.ts';
import { Database } from '../../src/store/sqlite/database.ts';

const event = (number: number) => ({
  id: (number + 1).toString(16).padStart(32, '0'),
  otherId: undefined,
  time: number,
  version: '1',
  traceId: 'ab'.repeat(16),
  issueId: 'cd'.repeat(16),
});

suite('ids of events that are only counted', () => {
  const setUp = (least = 1000): { database: Database; table: CountedTable } => {
    const database = new Database(':memory:', 2 ** 30);
    return { database, table: new CountedTable(database, least) };
  };

  test('are known once they were added', () => {
    const { table } = setUp();
    assert.equal(table.has(event(1).id), false);
    assert.equal(table.add(event(1)), true);
    assert.equal(table.has(event(1).id), true);
    assert.equal(table.add(event(1)), false);
    assert.equal(table.has(event(2).id), false);
  });

  test('are known to who opens the table later', () => {
    const { database, table } = setUp();
    for (let i = 0; i < 50; i++) table.add(event(i));
    const later = new CountedTable(database, 1000);
    for (let i = 0; i < 50; i++) assert.ok(later.has(event(i).id));
    assert.equal(later.has(event(51).id), false);
  });

  test('are bounded: the earliest are forgotten', () => {
    const { table } = setUp(50);
    for (let i = 0; i < 1000; i++) table.add(event(i));
    const known = Array.from({ length: 1000 }, (_, i) => i).filter((i) => table.has(event(i).id));
    assert.ok(known.length >= 50 && known.length <= 100, `${known.length}`);
    assert.equal(known[0], 1000 - known.length);
  });

  test('are as bounded in the table, and for who opens it later', () => {
    const { database, table } = setUp(50);
    for (let i = 0; i < 1000; i++) table.add(event(i));
    const { rows } = database.prepare('SELECT count(*) AS rows FROM counted_events').get() as {
      rows: number;
    };
    assert.ok(rows >= 50 && rows <= 100, `${rows}`);
    const later = new CountedTable(database, 50);
    for (let i = 0; i < 1000; i++) assert.equal(later.has(event(i).id), table.has(event(i).id));
    for (let i = 1000; i < 2000; i++) later.add(event(i));
    assert.equal(later.has(event(999).id), false);
    assert.equal(later.has(event(1999).id), true);
  });

  test('of a transaction that failed are none', () => {
    const { database, table } = setUp(4);
    const failing = (): void =>
      database.transaction(() => {
        for (let i = 0; i < 5; i++) table.add(event(i));
        throw new Error('disk full');
      });
    assert.throws(failing, /disk full/);
    table.forget();
    assert.equal(table.has(event(1).id), false);
    for (let i = 0; i < 4; i++) assert.equal(table.add(event(i)), true);
    assert.equal(table.has(event(0).id), true);
  });
});

suite('a set of ids', () => {
  const id = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 40 }))
    .map(([high, low]) => high.toString(16).padStart(24, '0') + (low * 1024).toString(16).padStart(8, '0'));

  test('has what was added, and says what is new', () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
        const set = new IdSet();
        const expected = new Set<string>();
        for (const each of ids) {
          assert.equal(set.has(each), expected.has(each));
          assert.equal(set.add(each), !expected.has(each));
          expected.add(each);
        }
        assert.equal(set.size, expected.size);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('grows', () => {
    const set = new IdSet();
    const named = (i: number): string =>
      Math.imul(i, 0x9e3779b1).toString(16).replace('-', 'f').padStart(32, '0');
    for (let i = 1; i <= 50_000; i++) set.add(named(i));
    for (let i = 1; i <= 50_000; i++) assert.ok(set.has(named(i)));
    assert.equal(set.has('0'.repeat(32)), false);
  });
});
