import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Fifo } from '../../src/forward/fifo.ts';
import { costOf, type Parcel, parcelOf } from '../../src/forward/parcel.ts';
import { ForwardQueue } from '../../src/forward/queue.ts';
import type { SpoolRecord } from '../../src/forward/spool/spool-record.ts';
import { type Signal, signals } from '../../src/otlp/signal.ts';
import { cpuMillis } from '../support/cpu-time.ts';

const seed = 20261126;

function parcel(number: number, bytes: number, signal: Signal = 'traces'): Parcel {
  return parcelOf({ signal, bytes: new Uint8Array(bytes), items: 1, settled: () => undefined }, number);
}

type Step =
  | { do: 'add'; signal: Signal; bytes: number }
  | { do: 'take' | 'putBack' | 'release'; signal: Signal };

const signal = fc.constantFrom(...signals);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), signal, bytes: fc.nat(3000) }) },
  fc.record({ do: fc.constantFrom('take' as const, 'putBack' as const, 'release' as const), signal }),
);

suite('ForwardQueue', () => {
  test('never holds more than its bound, and neither loses nor doubles anything unsaid', () => {
    const check = (steps: Step[]): void => {
      const queue = new ForwardQueue(10_000);
      const underWay: Parcel[] = [];
      let next = 0;
      let gone = 0;
      for (const given of steps) {
        if (given.do === 'add') {
          for (const lost of queue.add(parcel(next++, given.bytes, given.signal))) gone += lost.shares.length;
        } else if (given.do === 'take') {
          const taken = queue.take(given.signal, next % 2 === 0 ? 'tried' : 'untried');
          if (taken !== undefined) underWay.push(taken);
        } else {
          const one = underWay.shift();
          if (one === undefined) continue;
          if (given.do === 'release') gone += one.shares.length;
          queue[given.do](one);
        }
        assert.ok(queue.bytes >= 0 && queue.bytes <= 10_000, String(queue.bytes));
      }
      const left = [...underWay, ...signals.flatMap((name) => queue.clear(name))];
      assert.equal(gone + left.reduce((sum, { shares }) => sum + shares.length, 0), next);
      for (const one of underWay) queue.release(one);
      assert.equal(queue.bytes, 0);
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), check), { seed, numRuns: 1000 });
  });

  test('makes room by the oldest of all signals, those that were sent in vain first', () => {
    const queue = new ForwardQueue(4 * (1000 + 512));
    queue.add(parcel(0, 1000, 'logs'));
    queue.add(parcel(1, 1000, 'traces'));
    queue.putBack(queue.take('traces', 'untried')!);
    queue.add(parcel(2, 1000, 'metrics'));
    queue.add(parcel(3, 1000, 'traces'));
    const lost = [4, 5, 6].flatMap((number) => queue.add(parcel(number, 1000, 'logs')));
    assert.deepEqual(
      lost.map(({ number }) => number),
      [0, 1, 2],
    );
  });

  test('loses what is new, and nothing else, when what is under way leaves no room', () => {
    const queue = new ForwardQueue(5000);
    queue.add(parcel(0, 3000));
    queue.take('traces', 'untried');
    queue.add(parcel(1, 100));
    const large = parcel(2, 2000);
    assert.deepEqual(queue.add(large), [large]);
    assert.equal(queue.clear('traces').length, 1);
  });

  test('keeps what goes together in order, and counts all of it', () => {
    const queue = new ForwardQueue(1e6);
    for (let i = 0; i < 3; i++) queue.add({ ...parcel(i, 2), bytes: Uint8Array.of(i, i) });
    const taken = queue.take('traces', 'untried')!;
    assert.deepEqual([...taken.bytes!], [0, 0, 1, 1, 2, 2]);
    assert.equal(taken.items, 3);
    assert.equal(queue.bytes, costOf(taken));
  });
});

suite('ForwardQueue with what is on disk', () => {
  function onDisk(number: number, tries = 0): Parcel {
    const record = { signal: 'traces', bytes: 100, storedAt: number, isGone: false } as SpoolRecord;
    return { ...parcel(number, 100), bytes: undefined, tries, record };
  }
  const taken = (queue: ForwardQueue, prefer: 'tried' | 'untried'): number[] => {
    const numbers: number[] = [];
    for (let one = queue.take('traces', prefer); one !== undefined; one = queue.take('traces', prefer))
      numbers.push(one.number);
    return numbers;
  };
  function filled(): ForwardQueue {
    const queue = new ForwardQueue(1e6);
    for (const number of [8, 9]) queue.add({ ...parcel(number, 600_000 / 2), items: 8000 });
    for (const number of [5, 6, 7]) queue.shelve(onDisk(number));
    for (const number of [4, 2, 3]) queue.shelve(onDisk(number, 1));
    return queue;
  }

  test('gives the oldest first: what was tried, then what is on disk, then what is in memory', () => {
    assert.deepEqual(taken(filled(), 'tried'), [2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(taken(filled(), 'untried'), [5, 6, 7, 8, 9, 2, 3, 4]);
  });

  test('counts what is on disk when it is taken, as it will be in memory', () => {
    const queue = new ForwardQueue(1e6);
    queue.shelve(onDisk(1));
    assert.equal(queue.bytes, 0);
    const one = queue.take('traces', 'tried')!;
    assert.equal(queue.bytes, 100 + 512);
    queue.putBack(one);
    assert.equal(queue.bytes, 0);
    assert.ok(!queue.isEmpty('traces') && queue.isClear('traces'));
  });

  test('has nothing of a record that is gone, but for what is under way', () => {
    const queue = new ForwardQueue(1e6);
    const parcels = [1, 2, 3].map((number) => onDisk(number));
    for (const one of parcels) queue.shelve(one);
    const underWay = queue.take('traces', 'tried')!;
    const records = parcels.slice(0, 2).map(({ record }) => record!);
    for (const record of records) record.isGone = true;
    assert.deepEqual(queue.giveUp(records), [parcels[1]]);
    underWay.bytes = new Uint8Array(100);
    queue.putBack(underWay);
    assert.equal(queue.bytesOf('traces'), 100 + 512, 'it waits in memory again');
    assert.deepEqual(taken(queue, 'tried'), [1, 3]);
  });

  test('gives what has waited there for too long', () => {
    const queue = filled();
    assert.deepEqual(
      queue.removeBefore('traces', 6).map(({ number }) => number),
      [2, 3, 4, 5],
    );
    assert.deepEqual(taken(queue, 'tried'), [6, 7, 8, 9]);
  });

  test('sends at the end what is not behind what is on disk', () => {
    const queue = filled();
    queue.keepBehindDisk();
    assert.equal(queue.takeFromMemory('traces'), undefined);
    assert.equal(queue.clear('traces').length, 2);
  });
});

suite('Fifo', () => {
  test('gives back what it was given, in order', () => {
    const check = (steps: boolean[]): void => {
      const fifo = new Fifo<number>();
      const expected: number[] = [];
      for (const [i, isPush] of steps.entries()) {
        if (isPush) {
          fifo.push(i);
          expected.push(i);
        } else {
          assert.equal(fifo.peek(), expected[0]);
          assert.equal(fifo.shift(), expected.shift());
        }
      }
    };
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 200 }), check), { seed, numRuns: 500 });
  });

  test('takes one in where it belongs, in front of those that come later', () => {
    const check = (numbers: number[], taken: number): void => {
      const fifo = new Fifo<number>();
      for (const number of numbers) fifo.insertBefore(number, (other) => other > number);
      const sorted = numbers.toSorted((a, b) => a - b);
      const found: number[] = [];
      for (let i = 0; i < Math.min(taken, numbers.length); i++) found.push(fifo.shift()!);
      for (const number of found.toReversed()) fifo.unshift(number);
      assert.deepEqual(
        sorted.map(() => fifo.shift()),
        sorted,
      );
      assert.equal(fifo.shift(), undefined);
    };
    fc.assert(fc.property(fc.array(fc.nat(50), { maxLength: 30 }), fc.nat(30), check), {
      seed,
      numRuns: 500,
    });
  });

  test('takes time in proportion to what goes through it', () => {
    const fifo = new Fifo<number>();
    const before = cpuMillis();
    for (let i = 0; i < 500_000; i++) fifo.push(i);
    while (fifo.shift() !== undefined);
    assert.ok(cpuMillis() - before < 2_000);
  });
});
