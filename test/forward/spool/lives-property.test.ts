import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { eventually } from '../../support/eventually.ts';
import type { Received, Reply } from '../../support/otlp-back-end.ts';
import { runs } from '../../support/runs.ts';
import { request, spansOf, type WrittenConfig } from '../support.ts';
import { onDisk, stop } from './support.ts';

const seed = 20261130;

type Fault = 'none' | 'busy' | 'later' | 'reset' | 'too large' | 'broken off';
interface Act {
  fault: Fault;
  /** Spans of each request that comes while it is so. */
  requests: readonly number[];
  passes: number;
}
interface Life {
  acts: readonly Act[];
  end: 'stop' | 'crash';
}

const fault = fc.constantFrom<Fault>('none', 'busy', 'later', 'reset', 'too large', 'broken off');
const act = fc.record({
  fault,
  requests: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }),
  passes: fc.integer({ min: 0, max: 20_000 }),
});
const lives = fc.array(
  fc.record({ acts: fc.array(act, { maxLength: 5 }), end: fc.constantFrom<Life['end']>('stop', 'crash') }),
  { minLength: 1, maxLength: 4 },
);

/** What a back end does of which nothing needs to be lost. */
function replyTo(fault: Fault, { body }: Received): Reply {
  switch (fault) {
    case 'busy':
      return { status: 503 };
    case 'later':
      return { status: 429, headers: { 'retry-after': '2' } };
    case 'reset':
      return { instead: 'reset' };
    case 'too large':
      return body.length > 1_500 ? { status: 413 } : {};
    case 'broken off':
      return { status: 502, instead: 'break off' };
    case 'none':
      return {};
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lives of a forwarder, one after the other on the same disk; what a crash leaves unsettled comes again, as from the journal. */
async function live(t: Parameters<typeof onDisk>[0], given: readonly Life[], config: WrittenConfig) {
  const { open, files, crash } = onDisk(t);
  const arrived = new Set<string>();
  let [offered, lost] = [0, 0];
  let again: number[][] = [];
  const inTheEnd: Life = { acts: [{ fault: 'none', requests: [], passes: 0 }], end: 'stop' };
  for (const [i, { acts, end }] of [...given, inTheEnd].entries()) {
    const set = await open(config, { isJournaled: true });
    let now: Fault = 'none';
    const taken: Received[] = [];
    set.backEnd.otherwise = (received) => {
      const reply = replyTo(now, received);
      if ((reply.status ?? 200) === 200 && reply.instead === undefined) taken.push(received);
      return reply;
    };
    const counts = { offered: 0, forwarded: 0, lost: 0, stored: 0 };
    const unsettled = new Set<number[]>();
    const offer = (ids: number[]): void => {
      let left = ids.length;
      counts.offered += left;
      unsettled.add(ids);
      set.forwarder.offer({
        signal: 'traces',
        bytes: request(...ids),
        items: left,
        settled: (fate, items) => {
          assert.notEqual(fate, 'unrouted');
          counts[fate as 'forwarded'] += items;
          left -= items;
          assert.ok(left >= 0, 'settled more than once');
          if (left === 0) unsettled.delete(ids);
        },
      });
    };
    for (const ids of again) offer(ids);
    for (const { fault: next, requests, passes } of acts) {
      now = next;
      for (const spans of requests) {
        offer(Array.from({ length: spans }, () => ++offered));
        if (spans % 3 === 0) await turn();
      }
      for (let millis = 0; millis < passes; millis += 500) {
        set.clock.advance(500);
        await turn();
      }
    }
    if (i === given.length) {
      await set.passing(
        'all to be settled',
        () => set.forwarder.countedOnDisk('traces') === 0 && unsettled.size === 0,
      );
      await eventually('the files to go', () => files().length === 0);
    }
    if (end === 'stop') await stop(set);
    else crash();
    again = end === 'stop' ? [] : [...unsettled];
    const ledger = set.ledger.counts;
    const inMemory = [...unsettled].reduce((sum, ids) => sum + ids.length, 0);
    if (end === 'stop') {
      assert.equal(inMemory, 0, 'all of it is settled or on disk');
      assert.equal(
        ledger.received + counts.offered,
        counts.forwarded +
          counts.lost +
          ledger.forwarded +
          ledger.lost +
          set.forwarder.countedOnDisk('traces'),
        'the ledger closes',
      );
    }
    lost += counts.lost + ledger.lost;
    for (const name of spansOf({ received: taken }).flat()) arrived.add(name);
  }
  return { offered, lost, arrived };
}

suite('whatever becomes of back ends and processes', () => {
  test('everything that is offered arrives, and each ledger closes, where there is room', async (t) => {
    await fc.assert(
      fc.asyncProperty(lives, async (given) => {
        const { offered, lost, arrived } = await live(t, given, { max_queue: '300KB' });
        assert.equal(lost, 0);
        assert.equal(arrived.size, offered);
      }),
      { seed, numRuns: runs(6), endOnFailure: true },
    );
  });

  test('everything that is offered arrives or is counted as lost, where there is none', async (t) => {
    await fc.assert(
      fc.asyncProperty(lives, async (given) => {
        const config = { max_queue: '12KB', spool: { max_size: '20KB', max_age: '1m' } };
        // Of what is under way when its place on disk makes room, nobody could tell after a crash.
        const stopped = given.map(({ acts }): Life => ({ acts, end: 'stop' }));
        const { offered, lost, arrived } = await live(t, stopped, config);
        assert.ok(arrived.size + lost >= offered, `${arrived.size} arrived and ${lost} lost of ${offered}`);
      }),
      { seed, numRuns: runs(6), endOnFailure: true },
    );
  });
});
