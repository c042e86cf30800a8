import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { CallHeap } from '../../../src/derive/breakers/call-heap.ts';

suite('calls by when they ended', () => {
  test('are taken in that order, and of those at the same time as they came', () => {
    const ends = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 400 });
    fc.assert(
      fc.property(ends, fc.array(fc.nat(9), { minLength: 1 }), (added, taken) => {
        const heap = new CallHeap(400);
        const waiting: { start: number; end: number; isFailure: boolean; arrivedAt: number }[] = [];
        const takeOne = (): void => {
          const first = waiting.toSorted((one, other) => one.end - other.end)[0]!;
          waiting.splice(waiting.indexOf(first), 1);
          const { arrivedAt, ...call } = first;
          assert.equal(heap.firstArrivedAt, arrivedAt);
          const into = { start: 0, end: 0, isFailure: false };
          heap.take(into);
          assert.deepEqual(into, call);
        };
        for (const [i, end] of added.entries()) {
          const call = { start: i, end, isFailure: i % 3 === 0, arrivedAt: 1_000 + i };
          waiting.push(call);
          heap.add(call.start, call.end, call.isFailure, call.arrivedAt);
          for (let left = taken[i % taken.length]! - 5; left > 0 && waiting.length > 0; left--) takeOne();
          assert.equal(heap.size, waiting.length);
          heap.trim();
        }
        while (waiting.length > 0) takeOne();
      }),
      { seed: 20261130, numRuns: 300 },
    );
  });
});
