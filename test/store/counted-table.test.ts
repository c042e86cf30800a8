import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CountedTable } from '../../src/store/sqlite/counted-table.ts';
import { Database } from '../../src/store/sqlite/database.ts';

const event = (number: number) => ({
  id: number.toString(16).padStart(32, '0'),
  otherId: undefined,
  time: number,
  version: '1',
  traceId: 'ab'.repeat(16),
  issueId: 'cd'.repeat(16),
});

suite('ids of events that are only counted', () => {
  const setUp = (bounds?: { known: number; over: number }): { database: Database; table: CountedTable } => {
    const database = new Database(':memory:');
    return { database, table: new CountedTable(database, bounds) };
  };

  test('are known once they were added', () => {
    const { table } = setUp();
    assert.equal(table.has(event(1).id), false);
    assert.equal(table.add(event(1)), true);
    assert.equal(table.has(event(1).id), true);
    assert.equal(table.add(event(1)), false);
    assert.equal(table.has(event(2).id), false);
  });

  test('are bounded: the earliest are forgotten', () => {
    const { table } = setUp({ known: 100, over: 10 });
    for (let i = 0; i < 1000; i++) table.add(event(i));
    const known = Array.from({ length: 1000 }, (_, i) => i).filter((i) => table.has(event(i).id));
    assert.ok(known.length >= 100 && known.length <= 110, `${known.length}`);
    assert.equal(known[0], 1000 - known.length);
  });

  test('of a transaction that failed are none', () => {
    const { database, table } = setUp({ known: 4, over: 2 });
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
