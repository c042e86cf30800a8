import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Signal, signals } from '../../../src/otlp/signal.ts';
import { request, setUp, spansOf } from '../../forward/support.ts';
import { eventually } from '../../support/eventually.ts';
import { OtlpBackEnd, type Reply } from '../../support/otlp-back-end.ts';
import { encode } from '../../support/otlp-reference.ts';
import type { Case } from '../case.ts';
import { factsOf } from '../signals.ts';

/** What Tocsin sends on, held against a back end that does as it is told. */
type Cases = Case<void>[];

const json = { 'content-type': 'application/json' };

function partial(signal: Signal, rejected: number, errorMessage: string): Reply[] {
  const { response, rejectedField } = factsOf[signal];
  const partialSuccess = { [rejectedField]: String(rejected), errorMessage };
  return [
    { body: encode(response, { partialSuccess }) },
    { headers: json, body: JSON.stringify({ partialSuccess }) },
  ];
}

const partialSuccess: Cases = signals.flatMap((signal) =>
  [2, 3, 0].flatMap((rejected) =>
    partial(signal, rejected, 'too old').map((reply) => ({
      point: 40,
      promise: `${signal}, ${rejected} of 3 rejected in ${reply.headers === undefined ? 'protobuf' : 'JSON'}`,
      holds: async (_given, t) => {
        const { backEnd, offerBytes, allSettled, clock, settled, outcome } = await setUp(t);
        backEnd.replies.push(reply);
        offerBytes(request(1, 2, 3), 3, signal);
        await allSettled(1);
        for (let i = 0; i < 20; i++) clock.advance(30_000);
        // What comes later goes out alone.
        offerBytes(request(4), 1, signal);
        await allSettled(2);
        assert.deepEqual(spansOf(backEnd), [['span 1', 'span 2', 'span 3'], ['span 4']]);
        assert.deepEqual(settled[0], { fate: rejected === 3 ? 'lost' : 'forwarded', refused: rejected });
        assert.equal(outcome('rejected', signal), rejected);
      },
    })),
  ),
);

/** Fails as often as there are pauses, each of which must be as long as said and no longer. */
async function hasPauses(
  t: TestContext,
  reply: Reply,
  pausesMillis: readonly number[],
  random = 0,
): Promise<void> {
  const { backEnd, offer, clock, allSettled, requests } = await setUp(t, {}, { random });
  const code = reply.instead === undefined ? String(reply.status) : 'connection_reset';
  backEnd.replies.push(...pausesMillis.map(() => reply));
  offer(1);
  for (const [i, pause] of pausesMillis.entries()) {
    await eventually(`pause ${i + 1}`, () => requests(code) === i + 1 && clock.pendingTimers === 1);
    clock.advance(pause - 1);
    assert.equal(backEnd.received.length, i + 1, `after ${pause - 1} ms`);
    clock.advance(1);
    await eventually(`try ${i + 2}`, () => backEnd.received.length === i + 2);
  }
  await allSettled(1);
}

const backoff: Cases = [
  ...[429, 502, 503, 504].map((status) => ({
    point: 41 as const,
    promise: `${status}: each pause is twice the one before, up to half a minute`,
    holds: (_given: void, t: TestContext) =>
      hasPauses(t, { status }, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]),
  })),
  {
    point: 41,
    promise: 'jitter takes up to half of a pause',
    holds: (_given, t) => hasPauses(t, { status: 503 }, [500, 1_000, 2_000], 1),
  },
  ...(
    [
      ['5', 5_000],
      ['120', 120_000],
      // The clock of the test says 03:04:05.
      ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
    ] as const
  ).map(([header, millis]) => ({
    point: 41 as const,
    promise: `Retry-After: ${header} is waited for, not less and not more`,
    holds: (_given: void, t: TestContext) =>
      hasPauses(t, { status: 429, headers: { 'retry-after': header } }, [millis]),
  })),
  {
    point: 41,
    promise: 'jitter adds to what was asked for, and takes nothing off',
    holds: (_given, t) => hasPauses(t, { status: 503, headers: { 'retry-after': '10' } }, [11_000], 1),
  },
  {
    point: 41,
    promise: 'a connection that breaks is tried again in the same way',
    holds: (_given, t) => hasPauses(t, { instead: 'reset' }, [1_000, 2_000, 4_000]),
  },
  ...[400, 401, 403, 404, 405, 408, 413, 415, 500, 501, 505, 508].map((status) => ({
    point: 22 as const,
    promise: `what the back end answers ${status} is not sent again, and counted as lost`,
    holds: async (_given: void, t: TestContext) => {
      const { backEnd, offer, allSettled, clock, fates, outcome } = await setUp(t);
      backEnd.replies.push({ status });
      offer(1);
      await allSettled(1);
      for (let i = 0; i < 20; i++) clock.advance(30_000);
      offer(2);
      await allSettled(2);
      assert.deepEqual(spansOf(backEnd), [['span 1'], ['span 2']]);
      assert.deepEqual(fates(), ['lost', 'forwarded']);
      assert.equal(outcome('refused'), 1);
    },
  })),
];

const queues: Cases = signals.flatMap((signal) =>
  (['hang', 'reset'] as const).map((instead) => ({
    point: 42,
    promise: `a back end of ${signal} alone that does nothing but ${instead} holds up none of the others`,
    holds: async (_given, t) => {
      const stuck = new OtlpBackEnd();
      const endpoints = { [signal]: `${await stuck.start()}/v1/${signal}` };
      t.after(() => stuck.stop());
      stuck.otherwise = { instead };
      const { offerBytes, outcome, backEnd } = await setUp(t, { endpoints });
      for (let i = 1; i <= 20; i++) offerBytes(request(i), 1, signal);
      await eventually('it to be stuck', () => stuck.received.length > 0);
      const others = signals.filter((other) => other !== signal);
      for (const other of others) offerBytes(request(99), 1, other);
      await eventually('the others to arrive', () =>
        others.every((other) => outcome('forwarded', other) === 1),
      );
      assert.deepEqual(
        backEnd.received.map(({ path }) => path).sort(),
        others.map((other) => `/v1/${other}`).sort(),
      );
      assert.equal(outcome('forwarded', signal), 0);
    },
  })),
);

const counted: Cases = signals.flatMap(
  (signal): Cases => [
    {
      point: 43,
      promise: `${signal} for which the queue has no room`,
      holds: async (_given, t) => {
        const { backEnd, offerBytes, outcome, fates } = await setUp(t, { max_queue: '10KB' });
        backEnd.hold();
        for (let i = 1; i <= 4; i++) offerBytes(request(i), 1, signal);
        await eventually('four under way', () => backEnd.received.length === 4);
        for (let i = 5; i <= 60; i++) offerBytes(request(i), 1, signal);
        const lost = fates().filter((fate) => fate === 'lost').length;
        assert.ok(lost > 20, String(lost));
        assert.equal(outcome('overflowed', signal), lost);
        backEnd.release();
      },
    },
    {
      point: 43,
      promise: `${signal} that are refused, rejected, or left when Tocsin stops`,
      holds: async (_given, t) => {
        const { backEnd, offerBytes, outcome, allSettled, forwarder, clock } = await setUp(t);
        backEnd.replies.push({ status: 400 }, partial(signal, 2, 'no')[0]!);
        backEnd.otherwise = { instead: 'hang' };
        offerBytes(request(1, 2, 3), 3, signal);
        await allSettled(1);
        offerBytes(request(4, 5, 6), 3, signal);
        await allSettled(2);
        offerBytes(request(7, 8), 2, signal);
        await eventually('the last under way', () => backEnd.received.length === 3);
        const stopped = forwarder.stop();
        clock.advance(2_000);
        await stopped;
        const outcomes = ['refused', 'rejected', 'forwarded', 'abandoned'] as const;
        assert.deepEqual(
          outcomes.map((name) => outcome(name, signal)),
          [3, 2, 1, 2],
        );
      },
    },
  ],
);

export const forwardingCases: Cases = [...partialSuccess, ...backoff, ...queues, ...counted];
