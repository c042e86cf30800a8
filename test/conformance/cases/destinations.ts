import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Signal, signals } from '../../../src/otlp/signal.ts';
import { temporaryDirectory } from '../../config/support.ts';
import { stop } from '../../forward/spool/support.ts';
import { setUpSeveral } from '../../forward/support.ts';
import { eventually } from '../../support/eventually.ts';
import type { OtlpBackEnd, Reply } from '../../support/otlp-back-end.ts';
import { decode, encode } from '../../support/otlp-reference.ts';
import type { Case } from '../case.ts';
import { bodyOf, factsOf, itemsIn, newItem, requestOf } from '../signals.ts';

/** "Multi-Destination Exporting": a queue, an encoding and retries of its own for each, and the same items for all. */
const point = 42;

/** Three items, by their numbers. */
const sent = [1, 2, 3];

/** A request with items of these numbers. */
function numbered(signal: Signal, ...numbers: number[]): Uint8Array {
  const items = numbers.map((number) =>
    newItem(signal, { [signal === 'traces' ? 'startTimeUnixNano' : 'timeUnixNano']: String(number) }),
  );
  return new Uint8Array(bodyOf(signal, 'protobuf', requestOf(signal, items)));
}

/** The numbers of what came in, request by request, sorted: what is under way at once comes in any order. */
function numbersAt({ received }: OtlpBackEnd, signal: Signal): number[][] {
  const requests = received.map(({ body }) =>
    itemsIn(decode(factsOf[signal].request, body)).map(({ startTimeUnixNano, timeUnixNano }) =>
      Number(startTimeUnixNano ?? timeUnixNano),
    ),
  );
  return requests.toSorted(([a = 0], [b = 0]) => a - b);
}

function partly(signal: Signal, rejected: number): Reply {
  const { response, rejectedField } = factsOf[signal];
  return { body: encode(response, { partialSuccess: { [rejectedField]: String(rejected) } }) };
}

interface Trouble {
  name: string;
  /** What one destination answers, until it takes what it gets. */
  replies: (signal: Signal) => Reply[];
  /** Milliseconds that pass between the tries there. */
  pauses?: readonly number[];
  /** What it is sent of three items, and what becomes of them there. */
  gets: number[][];
  ends: Readonly<Record<string, number>>;
}

const hour = 3_600_000;

const troubles: readonly Trouble[] = [
  {
    name: 'rejects some',
    replies: (signal) => [partly(signal, 2)],
    gets: [sent],
    ends: { forwarded: 1, rejected: 2 },
  },
  {
    name: 'rejects all',
    replies: (signal) => [partly(signal, 3)],
    gets: [sent],
    ends: { rejected: 3 },
  },
  { name: 'has no such path', replies: () => [{ status: 404 }], gets: [sent], ends: { refused: 3 } },
  {
    name: 'is down for a while',
    replies: () => [{ status: 503 }, { status: 503 }],
    pauses: [1_000, 2_000],
    gets: [sent, sent, sent],
    ends: { forwarded: 3 },
  },
  {
    name: 'is down, and then rejects some',
    replies: (signal) => [{ status: 502 }, partly(signal, 1)],
    pauses: [1_000],
    gets: [sent, sent],
    ends: { forwarded: 2, rejected: 1 },
  },
  {
    name: 'breaks the connection',
    replies: () => [{ instead: 'reset' }],
    pauses: [1_000],
    gets: [sent, sent],
    ends: { forwarded: 3 },
  },
  {
    name: 'asks for an hour',
    replies: () => [{ status: 429, headers: { 'retry-after': '3600' } }],
    pauses: [hour],
    gets: [sent, sent],
    ends: { forwarded: 3 },
  },
  {
    name: 'takes only smaller requests',
    replies: () => [{ status: 413 }],
    gets: [sent, [1, 2], [3]],
    ends: { forwarded: 3 },
  },
];

const names = ['default', 'archive', 'lake'] as const;
const outcomes = ['forwarded', 'refused', 'rejected', 'overflowed'] as const;

/** One of three is in trouble: which it is makes no difference to the others. */
const apart: Case<void>[] = troubles.flatMap((trouble) =>
  signals.flatMap((signal) =>
    names.map((troubled) => ({
      point,
      promise: `${signal}: where ${troubled} ${trouble.name}, the others have all of it at once, and once`,
      holds: (_given: void, t: TestContext) => staysApart(t, trouble, signal, troubled),
    })),
  ),
);

async function staysApart(
  t: TestContext,
  { replies, pauses = [], gets, ends }: Trouble,
  signal: Signal,
  troubled: (typeof names)[number],
): Promise<void> {
  const { at, outcomeAt, answersTo, offerBytes, clock } = await setUpSeveral(t, { archive: {}, lake: {} });
  const well = names.filter((name) => name !== troubled);
  const { received } = at(troubled);
  at(troubled).replies.push(...replies(signal));
  offerBytes(numbered(signal, ...sent), 3, signal);
  await eventually('the others to have it, while no time goes by', () =>
    well.every((name) => outcomeAt(name, 'forwarded', signal) === 3),
  );
  for (const [i, pause] of pauses.entries()) {
    await eventually(`pause ${i + 1}`, () => answersTo(troubled) === i + 1 && clock.pendingTimers === 1);
    clock.advance(pause - 1);
    assert.equal(received.length, i + 1, `after ${pause - 1} ms`);
    clock.advance(1);
  }
  const ofTroubled = (): number[] => outcomes.map((outcome) => outcomeAt(troubled, outcome, signal));
  await eventually('it to end there', () => ofTroubled().reduce((sum, items) => sum + items) === 3);
  assert.deepEqual(
    ofTroubled(),
    outcomes.map((outcome) => ends[outcome] ?? 0),
  );
  clock.advance(20 * hour);
  // What comes later goes out alone.
  offerBytes(numbered(signal, 4), 1, signal);
  for (const name of names)
    await eventually(`it at ${name}`, () => numbersAt(at(name), signal).at(-1)?.join() === '4');
  for (const name of well) assert.deepEqual(numbersAt(at(name), signal), [sent, [4]], name);
  assert.deepEqual(numbersAt(at(troubled), signal), [...gets, [4]]);
}

/** What is said of one destination, by that what it is sent shows. */
const own: Case<void>[] = [
  {
    point,
    promise: 'each is sent the same in its own compression, with its own headers and to its own path',
    holds: async (_given, t) => {
      const { at, offerBytes, outcomeAt } = await setUpSeveral(
        t,
        {
          archive: { compression: 'none', headers: { 'x-key': 'of the archive' } },
          lake: { compression: 'zstd', headers: { authorization: 'of the lake' } },
        },
        { headers: { 'x-key': 'of the first' } },
      );
      offerBytes(numbered('traces', ...sent), 3);
      await eventually('all', () => names.every((name) => outcomeAt(name, 'forwarded') === 3));
      assert.deepEqual(
        names.map((name) => shown(at(name))),
        [
          ['/v1/traces', 'gzip', 'of the first', undefined],
          ['/v1/traces', undefined, 'of the archive', undefined],
          ['/v1/traces', 'zstd', undefined, 'of the lake'],
        ],
      );
      for (const name of names) assert.deepEqual(numbersAt(at(name), 'traces'), [sent]);
    },
  },
  {
    point,
    promise: 'a time limit is that of one destination',
    holds: async (_given, t) => {
      const set = await setUpSeveral(t, { archive: { timeout: '100ms' } }, { timeout: '5m' });
      const { at, offerBytes, outcomeAt, clock } = set;
      for (const name of ['default', 'archive']) at(name).replies.push({ instead: 'hang' });
      offerBytes(numbered('traces', 1), 1);
      await eventually('both', () => at('default').received.length + at('archive').received.length === 2);
      clock.advance(100);
      await set.passing('the one to try again', () => outcomeAt('archive', 'forwarded') === 1, 100);
      assert.deepEqual([at('default').received.length, at('archive').received.length], [1, 2]);
    },
  },
  {
    point,
    promise: 'a queue that is full loses what waits for its own destination',
    holds: async (_given, t) => {
      const { at, outcomeAt, offerBytes } = await setUpSeveral(t, { archive: { max_queue: '10KB' } });
      at('archive').otherwise = { instead: 'hang' };
      for (let id = 1; id <= 100; id++) offerBytes(numbered('traces', id), 1);
      await eventually('all to arrive at the other', () => outcomeAt('default', 'forwarded') === 100);
      assert.ok(outcomeAt('archive', 'overflowed') > 70);
      assert.equal(outcomeAt('default', 'overflowed'), 0);
    },
  },
  {
    point,
    promise: 'what waits on disk for one is sent to that one alone after a restart',
    holds: async (_given, t) => {
      const given = { spoolDirectory: temporaryDirectory(t) };
      const first = await setUpSeveral(t, { archive: {} }, {}, given);
      first.at('archive').otherwise = { status: 503 };
      for (const id of [1, 2, 3]) first.offerBytes(numbered('traces', id), 1);
      await eventually('all at the other', () => first.outcomeAt('default', 'forwarded') === 3);
      await first.passing('a try', () => first.answersTo('archive') > 0);
      await stop(first);
      const second = await setUpSeveral(t, { archive: {} }, {}, given);
      await second.passing('all of it', () => second.outcomeAt('archive', 'forwarded') === 3);
      assert.deepEqual(numbersAt(second.at('archive'), 'traces').flat(), [1, 2, 3]);
      assert.deepEqual(second.at('default').received, []);
    },
  },
];

function shown({ received: [first] }: OtlpBackEnd): unknown[] {
  const { path, headers } = first!;
  return [path, headers['content-encoding'], headers['x-key'], headers['authorization']];
}

export const destinationCases: Case<void>[] = [...apart, ...own];
