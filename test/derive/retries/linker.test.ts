import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { ClientCall } from '../../../src/derive/client-calls/client-call.ts';
import { outcome } from '../../../src/derive/client-calls/outcome.ts';
import { newPlace } from '../../../src/derive/client-calls/place.ts';
import { Attempts } from '../../../src/derive/retries/attempts.ts';
import { none } from '../../../src/runtime/hash-chains.ts';
import { Linker } from '../../../src/derive/retries/linker.ts';

const gaps = { siblingGapMillis: 60_000, orphanGapMillis: 10_000 };
const place = newPlace('shop', 'payments', 0);

interface Call {
  id: number;
  start: number;
  end: number;
  outcome: keyof typeof outcome;
  parent?: number;
  operation?: number;
  /** Of its parent, if that is one of several that are alike. */
  cousin?: number;
  /** Its parent had ended before. */
  isOrphan?: boolean;
}

function linked(
  calls: readonly Call[],
  capacity = 1024,
): { pairs: string[]; told: number; uncertain: number } {
  const attempts = new Attempts(capacity);
  let told = 0;
  let uncertain = 0;
  const kinships = new Map<number, number>();
  const orphans = new Set<number>();
  const kin = {
    kinshipOf: (row: number) => kinships.get(row) ?? 0,
    isOrphan: (row: number) => attempts.parent[row] === 0 || orphans.has(row),
  };
  const linker = new Linker(attempts, kin, gaps, ({ isUncertain }, isNew) => {
    if (!isNew) return;
    told++;
    if (isUncertain) uncertain++;
  });
  const rows = calls.map((call) => {
    const row = attempts.add({ ...asCall(call) });
    linker.settle(row);
    // What is known of its parent comes later.
    if (call.cousin !== undefined) kinships.set(row, call.cousin);
    if (call.isOrphan === true) orphans.add(row);
    linker.settle(row);
    return row;
  });
  const idOf = new Map(rows.map((row, i) => [row, calls[i]!.id]));
  const pairs = rows
    .filter((row) => attempts.before[row] !== none)
    .map((row) => `${idOf.get(attempts.before[row]!)}>${idOf.get(row)}`);
  return { pairs: pairs.sort(), told, uncertain };
}

function asCall({ id, start, end, outcome: became, parent = 0, operation = 1 }: Call): ClientCall {
  return {
    place,
    operation,
    method: 0,
    outcome: outcome[became],
    reason: undefined,
    weight: 1,
    startMillis: start,
    endMillis: end,
    isMarked: false,
    idEnd: id,
    parentHash: parent,
    instance: 1,
  };
}

const failure = 'failure' as const;
const success = 'success' as const;

interface Example {
  promise: string;
  calls: Call[];
  pairs: string[];
}

const examples: Example[] = [
  {
    promise: 'two failures and a success below one span are a chain',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7 },
      { id: 2, start: 100, end: 110, outcome: failure, parent: 7 },
      { id: 3, start: 300, end: 310, outcome: success, parent: 7 },
    ],
    pairs: ['1>2', '2>3'],
  },
  {
    promise: 'what follows a success is no retry: polling',
    calls: [
      { id: 1, start: 0, end: 10, outcome: success, parent: 7 },
      { id: 2, start: 100, end: 110, outcome: success, parent: 7 },
    ],
    pairs: [],
  },
  {
    promise: 'what was to be sent again in another way is no retry: redirects, tokens',
    calls: [
      { id: 1, start: 0, end: 10, outcome: 'resend', parent: 7 },
      { id: 2, start: 11, end: 20, outcome: success, parent: 7 },
    ],
    pairs: [],
  },
  {
    promise:
      'what was given up when another at the same time was answered is not tried again: hedging, twice',
    calls: [
      { id: 1, start: 0, end: 152, outcome: 'aborted', parent: 7 },
      { id: 2, start: 100, end: 150, outcome: success, parent: 7 },
      { id: 3, start: 500, end: 650, outcome: success, parent: 7 },
      { id: 4, start: 600, end: 651, outcome: 'aborted', parent: 7 },
      { id: 5, start: 900, end: 950, outcome: success, parent: 7 },
    ],
    pairs: [],
  },
  {
    promise: 'the same where no span is above them',
    calls: [
      { id: 1, start: 0, end: 152, outcome: 'aborted' },
      { id: 2, start: 100, end: 150, outcome: success },
      { id: 3, start: 500, end: 550, outcome: success },
    ],
    pairs: [],
  },
  {
    promise: 'what was given up long after another was answered, or began after it, is tried again',
    calls: [
      { id: 1, start: 0, end: 300, outcome: 'aborted', parent: 7 },
      { id: 2, start: 100, end: 150, outcome: success, parent: 7 },
      { id: 3, start: 310, end: 350, outcome: success, parent: 7 },
      { id: 4, start: 352, end: 370, outcome: 'aborted', parent: 7 },
      { id: 5, start: 400, end: 450, outcome: success, parent: 7 },
    ],
    pairs: ['1>3', '4>5'],
  },
  {
    promise: 'what the other side will not do is not tried again',
    calls: [
      { id: 1, start: 0, end: 10, outcome: 'clientError', parent: 7 },
      { id: 2, start: 11, end: 20, outcome: success, parent: 7 },
    ],
    pairs: [],
  },
  {
    promise: 'calls at the same time are no retries: fan-out, hedging',
    calls: [
      { id: 1, start: 0, end: 50, outcome: failure, parent: 7 },
      { id: 2, start: 20, end: 60, outcome: success, parent: 7 },
    ],
    pairs: [],
  },
  {
    promise: 'other urls are other calls: pages',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7, operation: 1 },
      { id: 2, start: 20, end: 30, outcome: success, parent: 7, operation: 2 },
    ],
    pairs: [],
  },
  {
    promise: 'a retry may begin a little before what it makes good has ended, by what clocks round',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7 },
      { id: 2, start: 6, end: 30, outcome: success, parent: 7 },
    ],
    pairs: ['1>2'],
  },
  {
    promise: 'a minute later it is another call',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7 },
      { id: 2, start: 60_011, end: 60_020, outcome: success, parent: 7 },
    ],
    pairs: [],
  },
  {
    promise: 'below spans that are alike they are attempts at one thing',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7, cousin: 5 },
      { id: 2, start: 20, end: 30, outcome: success, parent: 8, cousin: 5 },
    ],
    pairs: ['1>2'],
  },
  {
    promise: 'below others they are not',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7 },
      { id: 2, start: 20, end: 30, outcome: success, parent: 8 },
    ],
    pairs: [],
  },
  {
    promise: 'roots follow each other, in traces of their own',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure },
      { id: 2, start: 100, end: 110, outcome: success },
    ],
    pairs: ['1>2'],
  },
  {
    promise: 'roots do so for ten seconds',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure },
      { id: 2, start: 10_011, end: 10_020, outcome: success },
    ],
    pairs: [],
  },
  {
    promise: 'a retry in the trace of who opened the connection follows what failed elsewhere',
    calls: [
      { id: 1, start: 1000, end: 1010, outcome: failure, parent: 7 },
      { id: 2, start: 1100, end: 1110, outcome: failure, parent: 3, isOrphan: true },
      { id: 3, start: 1200, end: 1210, outcome: success, parent: 3, isOrphan: true },
    ],
    pairs: ['1>2', '2>3'],
  },
  {
    promise: 'of two that failed the one that ended last is followed',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7 },
      { id: 2, start: 0, end: 20, outcome: failure, parent: 7 },
      { id: 3, start: 30, end: 40, outcome: success, parent: 7 },
    ],
    pairs: ['2>3'],
  },
  {
    promise: 'of those that failed at about the same time the first is followed first',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7 },
      { id: 2, start: 0, end: 12, outcome: failure, parent: 7 },
      { id: 3, start: 110, end: 120, outcome: success, parent: 7 },
      { id: 4, start: 112, end: 120, outcome: success, parent: 7 },
    ],
    pairs: ['1>3', '2>4'],
  },
  {
    promise: 'the nearer kin is followed, though another ended later',
    calls: [
      { id: 1, start: 0, end: 10, outcome: failure, parent: 7 },
      { id: 2, start: 0, end: 20, outcome: failure, parent: 8 },
      { id: 3, start: 30, end: 40, outcome: success, parent: 7, isOrphan: true },
    ],
    pairs: ['1>3'],
  },
  {
    promise: 'what was given up is tried again, too',
    calls: [
      { id: 1, start: 0, end: 10, outcome: 'aborted', parent: 7 },
      { id: 2, start: 20, end: 30, outcome: success, parent: 7 },
    ],
    pairs: ['1>2'],
  },
];

suite('attempts', () => {
  for (const { promise, calls, pairs } of examples) {
    test(promise, () => {
      assert.deepEqual(linked(calls).pairs, pairs);
      assert.deepEqual(linked(calls.toReversed()).pairs, pairs, 'in the other order');
    });
  }

  test('one of several that may be followed is not sure', () => {
    const calls: Call[] = [
      { id: 1, start: 0, end: 10, outcome: failure },
      { id: 2, start: 0, end: 12, outcome: failure },
      { id: 3, start: 100, end: 110, outcome: success },
    ];
    assert.equal(linked(calls).uncertain, 1);
    assert.equal(linked(calls.slice(1)).uncertain, 0);
  });

  test('are linked in any order as they are in that of time', () => {
    fc.assert(
      fc.property(someCalls, ({ calls, order }) => {
        const shuffled = order.map((at) => calls[at]!);
        const { pairs, told } = linked(shuffled);
        assert.deepEqual(pairs, inOrderOfTime(calls));
        // One that was told of before it was known that what it follows had lost to another stays told.
        if (calls.some((call) => hasLost(call, calls))) assert.ok(told >= pairs.length);
        else assert.equal(told, pairs.length);
      }),
      { numRuns: 3_000, seed: 20261130 },
    );
  });

  test('are never linked twice, or to what is not there, whatever is forgotten', () => {
    const attempts = new Attempts(8);
    const kin = { kinshipOf: () => 0, isOrphan: (row: number) => attempts.parent[row] === 0 };
    const linker = new Linker(attempts, kin, gaps, () => undefined);
    const random = fc.sample(fc.integer({ min: 0, max: 4 }), { numRuns: 400, seed: 1 });
    for (const [i, value] of random.entries()) {
      const next = attempts.nextRow;
      if (attempts.isInUse(next)) {
        linker.remove(next);
        attempts.free(next);
      }
      const became = value > 1 ? failure : success;
      const row = attempts.add(
        asCall({ id: i, start: i * 10, end: i * 10 + value, outcome: became, parent: value % 3 }),
      );
      linker.settle(row);
      for (let at = 0; at < attempts.capacity; at++) {
        const [before, after] = [attempts.before[at]!, attempts.after[at]!];
        if (before !== none) assert.equal(attempts.after[before], at);
        if (after !== none) assert.equal(attempts.before[after], at);
      }
    }
  });
});

const someCall = fc.record({
  start: fc.integer({ min: 0, max: 400 }),
  takes: fc.integer({ min: 0, max: 40 }),
  outcome: fc.constantFrom<Call['outcome']>('failure', 'failure', 'aborted', 'success', 'clientError'),
  parent: fc.constantFrom(0, 7, 7, 8),
  operation: fc.constantFrom(1, 1, 1, 2),
  cousin: fc.constantFrom(undefined, undefined, 5),
  isOrphan: fc.boolean(),
});

const someCalls = fc.array(someCall, { minLength: 1, maxLength: 14 }).chain((some) => {
  const calls = some.map(({ takes, cousin, ...call }, i): Call => {
    const whole = { ...call, id: i, end: call.start + takes };
    return cousin === undefined || call.parent === 0 ? whole : { ...whole, cousin };
  });
  return fc.record({
    calls: fc.constant(calls),
    order: fc.shuffledSubarray([...calls.keys()], { minLength: calls.length }),
  });
});

/** Given up when another was answered that was sent at the same time. */
function hasLost(call: Call, calls: readonly Call[]): boolean {
  return calls.some(
    ({ parent, operation, outcome: became, end }) =>
      call.outcome === 'aborted' &&
      became === 'success' &&
      parent === call.parent &&
      operation === call.operation &&
      call.start < end &&
      call.end >= end - 5 &&
      call.end <= end + 50,
  );
}

/** As the documentation says it, with nothing remembered from one call to the next but who has been taken. */
function inOrderOfTime(calls: readonly Call[]): string[] {
  const taken = new Set<Call>();
  const pairs: string[] = [];
  const byStart = calls.toSorted((a, b) => a.start - b.start || a.end - b.end || a.id - b.id);
  for (const call of byStart) {
    const earlier = byStart.slice(0, byStart.indexOf(call));
    const free = earlier.filter(
      (other) =>
        (other.outcome === 'failure' || other.outcome === 'aborted') &&
        !hasLost(other, calls) &&
        !taken.has(other) &&
        other.operation === call.operation &&
        call.start >= other.end - 5,
    );
    const near = (other: Call): boolean => call.start - other.end <= gaps.siblingGapMillis;
    const kin = [
      free.filter((other) => call.parent !== 0 && other.parent === call.parent && near(other)),
      free.filter((other) => call.cousin !== undefined && other.cousin === call.cousin && near(other)),
      free.filter(
        (other) =>
          (call.parent === 0 || call.isOrphan === true) && call.start - other.end <= gaps.orphanGapMillis,
      ),
    ].find((some) => some.length > 0);
    const step = (other: Call): number => Math.floor(Math.log2(Math.max(0, call.start - other.end) + 16));
    const before = kin?.toSorted(
      (a, b) => step(a) - step(b) || a.end - b.end || a.start - b.start || a.id - b.id,
    )[0];
    if (before === undefined) continue;
    taken.add(before);
    pairs.push(`${before.id}>${call.id}`);
  }
  return pairs.sort();
}
