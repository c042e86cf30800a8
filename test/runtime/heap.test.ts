import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { collectGarbage, keepNextHeapYoung, nextGrowth } from '../../src/runtime/heap.ts';

test('garbage is collected when it is asked for, and nobody else is given the means', () => {
  const garbage = new WeakRef({ large: 'x'.repeat(100_000) });
  return new Promise<void>((resolve) => {
    // A weak reference holds what it was asked for until the end of the turn.
    setImmediate(() => {
      collectGarbage();
      assert.equal(garbage.deref(), undefined);
      assert.equal('gc' in globalThis, false);
      resolve();
    });
  });
});

/** What is allowed after so many collections, if the heap grows by so many megabytes a second beyond the 25 that live. */
function growthAt(megabytesPerSecond: number, collections: number): number {
  let percent = 25;
  for (let count = 0; count < collections; count++) {
    const seconds = (25 * (percent / 100)) / megabytesPerSecond;
    percent = nextGrowth(percent, seconds * 1000);
  }
  return percent;
}

const growths: { megabytesPerSecond: number; percent: [least: number, most: number] }[] = [
  { megabytesPerSecond: 0.1, percent: [25, 25] },
  { megabytesPerSecond: 2, percent: [25, 25] },
  { megabytesPerSecond: 5, percent: [57, 63] },
  { megabytesPerSecond: 15, percent: [100, 100] },
];

for (const { megabytesPerSecond, percent } of growths)
  test(`a heap in which ${megabytesPerSecond} MB a second outlive their call grows by ${percent.join(' to ')} percent`, () => {
    const [least, most] = percent;
    const settled = growthAt(megabytesPerSecond, 30);
    assert.ok(settled >= least && settled <= most, `${settled}`);
  });

test('one busy second does not make the heap twice as large', () => {
  assert.equal(nextGrowth(25, 0), 28);
});

test('less to do makes the heap smaller again', () => {
  assert.equal(nextGrowth(100, 60_000), 25);
});

test('the young generation of a thread that is begun takes little', async () => {
  keepNextHeapYoung();
  try {
    const most = await youngestOf(new Worker(busyThread, { eval: true }));
    assert.ok(most <= 8e6, `${most} bytes`);
  } finally {
    setFlagsFromString('--max-semi-space-size=0');
  }
});

/** Makes 200 MB of objects, and tells how large the space of young ones became. */
const busyThread = `
  const { parentPort } = require('node:worker_threads');
  const { getHeapSpaceStatistics } = require('node:v8');
  let most = 0;
  let last = [];
  for (let count = 0; count < 2_000; count++) {
    const made = Array.from({ length: 1_000 }, (_, index) => ({ index, text: 'x' + index }));
    last = [...last.slice(-20), made];
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    most = Math.max(most, young.space_size);
  }
  parentPort.postMessage(most);`;

function youngestOf(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
