import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Amendment } from '../../../src/issues/issue-store.ts';
import { StoreQueue } from '../../../src/pipeline/failures/store-queue.ts';
import { eventually } from '../../support/eventually.ts';
import { TestClock } from '../../support/test-clock.ts';

function setUp() {
  const clock = new TestClock();
  const taken: string[] = [];
  let isBroken = false;
  const queue = new StoreQueue({
    clock,
    issues: {
      record: (_events, _at, counted = [], amendments: readonly Amendment[] = []) => {
        if (isBroken) return Promise.reject(new Error('disk full'));
        taken.push(...counted.map(({ id }) => id), ...amendments.map(({ eventId }) => eventId));
        return Promise.resolve(counted.map(({ id }) => id));
      },
    },
    onStored: () => undefined,
    onFailed: () => undefined,
  });
  const counted = (id: string) => ({
    id,
    otherId: undefined,
    time: 0,
    version: '',
    traceId: '',
    issueId: 'i',
  });
  return {
    clock,
    queue,
    taken,
    add: (id: string) => queue.add({ whole: [], counted: [counted(id)], stored: () => undefined }),
    breakStore: (broken: boolean) => void (isBroken = broken),
  };
}

test('what is learnt while the store is given time to recover does not keep it from events', async () => {
  const { clock, queue, taken, add, breakStore } = setUp();
  breakStore(true);
  queue.amend({ eventId: 'first', issueId: 'i', likelyCause: 'x' });
  await queue.drained();
  queue.amend({ eventId: 'second', issueId: 'i', likelyCause: 'x' });
  breakStore(false);
  await add('event');
  assert.deepEqual(taken, ['event']);
  clock.advance(1_000);
  await eventually('what was learnt to be taken', () => {
    clock.advance(5);
    return taken.length === 3;
  });
  assert.deepEqual(taken, ['event', 'first', 'second']);
});
