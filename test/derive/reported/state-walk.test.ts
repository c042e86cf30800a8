import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type BreakerState, breakerStates } from '../../../src/derive/breakers/breaker-state.ts';

import {
  type Entries,
  mostSteps,
  noEntries,
  stateAfter,
  walk,
} from '../../../src/derive/reported/state-walk.ts';

const of = (given: Partial<Entries>): Entries => ({ ...noEntries(), ...given });

suite('the way of a breaker, by how often it entered each state', () => {
  const cases: [from: BreakerState, entries: Partial<Entries>, steps: string, left?: number][] = [
    ['closed', {}, ''],
    ['closed', { open: 1 }, 'open'],
    ['open', { half_open: 1, closed: 1 }, 'half_open closed'],
    ['closed', { open: 2, half_open: 2, closed: 1 }, 'open half_open open half_open closed'],
    ['half_open', { open: 1 }, 'open'],
    // By hand.
    ['open', { closed: 1 }, 'closed'],
    // It cannot be.
    ['closed', { closed: 1 }, '', 1],
    ['open', { open: 3 }, '', 3],
    // A part of one that is no whole number is none.
    ['closed', { open: 0.5 }, '', 0.5],
  ];
  for (const [from, entries, steps, left = 0] of cases)
    test(`from ${from} by ${JSON.stringify(entries)}: ${steps || 'nowhere'}`, () => {
      const walked = walk(from, of(entries));
      assert.deepEqual([walked.steps.join(' '), walked.left], [steps, left]);
      assert.equal(walked.state, walked.steps.at(-1) ?? from);
    });

  test('is not followed without end', () => {
    const walked = walk('closed', of({ open: 1e9, half_open: 1e9 }));
    assert.equal(walked.steps.length, mostSteps);
    assert.equal(walked.left, 2e9 - mostSteps);
  });

  test('leads where the totals say, for each way of up to ten steps', () => {
    const next: Record<BreakerState, BreakerState[]> = {
      closed: ['open'],
      open: ['half_open'],
      half_open: ['open', 'closed'],
    };
    let ways = 0;
    const go = (state: BreakerState, entries: Entries, depth: number): void => {
      ways++;
      const after = stateAfter(entries);
      // By the numbers alone these two are the same.
      const isEither = state === 'half_open' && entries.closed > 0;
      if (!isEither) assert.equal(after, state, JSON.stringify(entries));
      const walked = walk('closed', entries);
      assert.equal(walked.left, 0);
      for (const each of breakerStates)
        assert.equal(walked.steps.filter((step) => step === each).length, entries[each]);
      if (depth === 10) return;
      for (const to of next[state]) go(to, { ...entries, [to]: entries[to] + 1 }, depth + 1);
    };
    go('closed', noEntries(), 0);
    assert.ok(ways > 40);
  });
});
