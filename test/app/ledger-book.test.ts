import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { LedgerBook } from '../../src/app/composition/ledger-book.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import type { Store } from '../../src/store/store.ts';
import { fates, type Ledger, type LedgerSignal, ledgerSignals } from '../../src/telemetry/events.ts';
import { eventually } from '../support/eventually.ts';
import { TestClock } from '../support/test-clock.ts';

function ledgerOf(spans: Partial<Ledger['spans']>): Ledger {
  const empty = ledgerSignals.map((signal) => {
    return [signal, Object.fromEntries([...fates, 'pending'].map((fate) => [fate, 0]))];
  });
  const ledger = Object.fromEntries(empty) as Record<LedgerSignal, Ledger['spans']>;
  Object.assign(ledger.spans, spans);
  return ledger;
}

async function database(t: TestContext): Promise<Store> {
  const store = new InlineStore();
  await store.start();
  t.after(() => store.stop());
  return store.calls;
}

interface Given {
  store: Pick<Store, 'readLedger' | 'keepLedger'>;
  clock?: TestClock;
  isJournaled?: boolean;
  onDisk?: number;
}

function process({ store, clock = new TestClock(), isJournaled = true, onDisk = 0 }: Given) {
  let spans: Partial<Ledger['spans']> = {};
  const book = new LedgerBook({
    clock,
    store,
    isJournaled,
    onDisk: () => ({ spans: onDisk, log_records: 0, data_points: 0 }),
    counted: () => ledgerOf(spans),
  });
  const count = (now: typeof spans): void => void (spans = now);
  return { book, clock, count };
}

suite('the ledger', () => {
  test('has the totals of all processes, since the first of them', async (t) => {
    const store = await database(t);
    const first = process({ store });
    await first.book.start();
    first.count({ received: 10, dropped: 4, unrouted: 6 });
    await first.book.stop();
    const clock = new TestClock();
    clock.advance(60_000);
    const second = process({ store, clock });
    await second.book.start();
    await eventually('it to be read', () => second.book.since === clock.now() - 60_000);
    second.count({ received: 3, dropped: 3 });
    assert.deepEqual(second.book.totals(), ledgerOf({ received: 13, dropped: 7, unrouted: 6 }));
    await second.book.stop();
    assert.deepEqual((await store.readLedger())?.totals.spans.received, 13);
  });

  const ends: [name: string, isJournaled: boolean, expected: Partial<Ledger['spans']>][] = [
    ['is received anew, and not counted twice', true, { received: 6, forwarded: 6 }],
    ['is lost without a journal', false, { received: 9, forwarded: 6, lost: 3 }],
  ];
  for (const [name, isJournaled, expected] of ends) {
    test(`closes after a kill: what was pending ${name}`, async (t) => {
      const store = await database(t);
      const killed = ledgerOf({ received: 11, forwarded: 6, pending: 3 });
      await store.keepLedger({ since: 0, totals: killed });
      const { book } = process({ store, isJournaled });
      await book.start();
      await eventually('it to be read', () => book.since === 0);
      assert.deepEqual(book.totals(), ledgerOf(expected));
      await book.stop();
    });
  }

  test('closes after a stop without a journal: what waits on disk is received anew, and the rest is lost', async (t) => {
    const store = await database(t);
    const first = process({ store, isJournaled: false, onDisk: 4 });
    await first.book.start();
    first.count({ received: 10, forwarded: 3, pending: 7 });
    await first.book.stop();
    const second = process({ store, isJournaled: false });
    await second.book.start();
    await eventually('it to be read', () => second.book.totals().spans.received > 0);
    assert.deepEqual(second.book.totals(), ledgerOf({ received: 6, forwarded: 3, lost: 3 }));
    second.count({ received: 4, pending: 4 });
    assert.deepEqual(second.book.totals(), ledgerOf({ received: 10, forwarded: 3, lost: 3, pending: 4 }));
    await second.book.stop();
  });

  test('is kept while it changes, and not when it does not', async () => {
    let kept = 0;
    const store = {
      readLedger: () => Promise.resolve(undefined),
      keepLedger: () => Promise.resolve(void kept++),
    };
    const { book, clock, count } = process({ store });
    await book.start();
    await eventually('the first round', () => kept === 1 && clock.pendingTimers === 1);
    for (const received of [0, 0, 5]) {
      count({ received });
      clock.advance(5_000);
      await eventually('the round to end', () => clock.pendingTimers === 1);
    }
    assert.equal(kept, 2);
    await book.stop();
    assert.equal(kept, 2);
  });

  test('is that of this process while the store cannot be read, and overwrites nothing', async () => {
    let isIll = true;
    const ledger = { since: 7, totals: ledgerOf({ received: 10, lost: 10 }) };
    const kept: unknown[] = [];
    const store = {
      readLedger: () => (isIll ? Promise.reject(new Error('ill')) : Promise.resolve(ledger)),
      keepLedger: (given: unknown) => Promise.resolve(void kept.push(given)),
    };
    const { book, clock, count } = process({ store });
    count({ received: 1, lost: 1 });
    await book.start();
    await eventually('the first round', () => clock.pendingTimers === 1);
    assert.equal(book.totals().spans.received, 1);
    assert.deepEqual(kept, []);
    isIll = false;
    clock.advance(5_000);
    await eventually('it to be kept', () => kept.length === 1);
    const onDisk = { spans: 0, log_records: 0, data_points: 0 };
    assert.deepEqual(kept, [{ since: 7, totals: ledgerOf({ received: 11, lost: 11 }), onDisk }]);
    await book.stop();
  });
});
