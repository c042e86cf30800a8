import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { TaskKeeper } from '../../src/app/composition/task-keeper.ts';
import { TaskBook } from '../../src/derive/tasks/task-book.ts';
import type { EndedRun, TaskRecord } from '../../src/derive/tasks/task-record.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import type { Store } from '../../src/store/store.ts';
import { taskRecord } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { TestClock } from '../support/test-clock.ts';

const nightly = { service: 'shop', kind: 'job', name: 'nightly-import' } as const;
const run: EndedRun = {
  outcome: 'success',
  endedAt: Date.UTC(2026, 0, 3),
  duration: 2,
  schedule: '',
  weight: 1,
  traceId: 'a',
  issueId: undefined,
};

function process(store: Pick<Store, 'readTasks' | 'keepTasks'>) {
  const clock = new TestClock();
  const book = new TaskBook();
  return { clock, book, keeper: new TaskKeeper({ clock, store, book }) };
}

/** A store of which it is noted what it is given. */
function notingStore() {
  const kept: number[] = [];
  const store = {
    isIll: false,
    kept,
    readTasks: (): Promise<readonly TaskRecord[]> =>
      store.isIll ? Promise.reject(new Error('ill')) : Promise.resolve([taskRecord()]),
    keepTasks: (records: readonly TaskRecord[]): Promise<void> => {
      if (store.isIll) return Promise.reject(new Error('ill'));
      kept.push(records.length);
      return Promise.resolve();
    },
  };
  return store;
}

async function database(t: TestContext): Promise<Store> {
  const store = new InlineStore();
  await store.start();
  t.after(() => store.stop());
  return store.calls;
}

suite('what is known of jobs and tasks', () => {
  test('goes on over a restart, and is there as soon as Tocsin has started', async (t) => {
    const store = await database(t);
    const first = process(store);
    await first.keeper.start();
    first.book.add(nightly, run);
    first.book.add(nightly, { ...run, outcome: 'failure' });
    await first.keeper.stop();
    const second = process(store);
    await second.keeper.start();
    second.book.add(nightly, { ...run, endedAt: run.endedAt + 5 });
    assert.deepEqual(second.book.all[0]!.runs, { success: 2, failure: 1, retried: 0 });
    await second.keeper.stop();
    assert.equal((await store.readTasks(1))[0]!.lastRunAt, run.endedAt + 5);
  });

  test('is written when it has changed, and only what has', async () => {
    const store = notingStore();
    const { book, keeper, clock } = process(store);
    await keeper.start();
    await eventually('the first round', () => clock.pendingTimers === 1);
    for (const names of [[], ['a', 'b'], [], ['a']]) {
      for (const name of names) for (let i = 0; i < 10; i++) book.add({ ...nightly, name }, run);
      clock.advance(5_000);
      await eventually('the round to end', () => clock.pendingTimers === 1);
    }
    assert.deepEqual(store.kept, [2, 1]);
    await keeper.stop();
    assert.deepEqual(store.kept, [2, 1]);
  });

  test('is written in transactions that do not hold the store up', async () => {
    const store = notingStore();
    const { book, keeper } = process(store);
    for (let i = 0; i < 250; i++) book.add({ ...nightly, name: String(i) }, run);
    await keeper.start();
    await keeper.stop();
    assert.deepEqual(store.kept, [100, 100, 50]);
  });

  test('is not written over while the store cannot be read, and is written once it can', async () => {
    const store = notingStore();
    store.isIll = true;
    const { book, keeper, clock } = process(store);
    await keeper.start();
    await eventually('the first round', () => clock.pendingTimers === 1);
    book.add(nightly, run);
    assert.equal(book.all[0]!.runs.success, 1);
    store.isIll = false;
    clock.advance(5_000);
    await eventually('it to be kept', () => store.kept.length === 1);
    assert.equal(book.all[0]!.runs.success, 2);
    store.isIll = true;
    book.add(nightly, run);
    await eventually('the round to end', () => clock.pendingTimers === 1);
    clock.advance(5_000);
    await eventually('the round to end', () => clock.pendingTimers === 1);
    store.isIll = false;
    await keeper.stop();
    assert.deepEqual(store.kept, [1, 1], 'what could not be kept is kept later');
  });
});
