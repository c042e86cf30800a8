import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { refusals } from '../../../src/intake/answer.ts';
import { JournalStalled } from '../../../src/intake/reception.ts';
import { MalformedOtlp } from '../../../src/otlp/malformed.ts';
import { StoreUnavailable } from '../../../src/pipeline/failures/event-recorder.ts';
import type { Case } from '../case.ts';
import { post, type Sent } from '../client.ts';
import { readStatus } from '../google-rpc.ts';
import { scriptedIntake } from '../scripted-intake.ts';
import { ways } from '../signals.ts';
import { type ListeningTocsin, maxBody } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

/** opentelemetry-proto, docs/specification.md, "Retryable Response Codes". */
const triedAgain = new Set([429, 502, 503, 504]);

const refused: [what: string, sent: Sent, status: number][] = [
  ['broken data', { body: 'x' }, 400],
  ['another path', { path: '/v2', body: 'x' }, 404],
  ['another method', { method: 'GET' }, 405],
  ['too much', { body: Buffer.alloc(maxBody + 1) }, 413],
  ['another coding', { body: 'x', headers: { 'content-encoding': 'br' } }, 415],
];

const transient: Record<string, Error> = {
  'a store that does not answer': new StoreUnavailable('the store does not answer'),
  'a disk that is too slow': new JournalStalled('the journal cannot be written quickly enough'),
};

const statuses: Cases = ways.flatMap(
  ({ signal, encoding }): Cases => [
    ...refused.map(([what, sent, status]) => ({
      point: 17 as const,
      promise: `${signal} in ${encoding}: ${what} (${status})`,
      holds: async (tocsin: ListeningTocsin) => {
        const answer = await tocsin.send({ signal, encoding, ...sent });
        assert.equal(answer.status, status);
        assert.ok(readStatus(encoding, answer.body).message.length > 0);
        assert.ok(!triedAgain.has(answer.status));
      },
    })),
    {
      point: 17,
      promise: `${signal} in ${encoding}: a mistake of Tocsin's own (500), of which nothing is given away`,
      holds: async (_tocsin, t) => {
        const answer = await failing(t, new TypeError('secret internals'), { signal, encoding, body: '{}' });
        assert.equal(answer.status, 500);
        assert.doesNotMatch(readStatus(encoding, answer.body).message, /secret/);
      },
    },
    ...Object.entries(transient).map(([what, error]) => ({
      point: 22 as const,
      promise: `${signal} in ${encoding}: ${what} is 503, to be tried again after a second`,
      holds: async (_tocsin: ListeningTocsin, t: TestContext) => {
        const answer = await failing(t, error, { signal, encoding, body: '{}' });
        assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '1']);
        assert.equal(readStatus(encoding, answer.body).violations, undefined);
        assert.ok(triedAgain.has(answer.status));
      },
    })),
  ],
);

const codes: Cases = [
  {
    point: 22,
    promise: 'of all refusals only overload has a code that is tried again',
    holds: () => {
      const again = Object.entries(refusals).filter(([, { status }]) => triedAgain.has(status));
      // Of those that watch the health over gRPC there are too many: that is not said over HTTP.
      assert.deepEqual(
        again.map(([name]) => name),
        ['tooMany', 'overloaded'],
      );
    },
  },
  {
    point: 22,
    promise: 'what turns out broken after it was read is 400, never to be tried again',
    holds: async (_tocsin, t) => {
      const answer = await failing(t, new MalformedOtlp('broken (byte 7)'), { body: 'x' });
      assert.equal(answer.status, 400);
      assert.equal(answer.headers['retry-after'], undefined);
    },
  },
  {
    point: 20,
    promise: 'none is too large: the count of rejected spans and its reason do not grow with the request',
    holds: async (_tocsin, t) => {
      const items = 2 ** 31;
      const { port } = await scriptedIntake(t, () => Promise.resolve({ items, rejected: items - 1 }));
      for (const { signal, encoding } of ways) {
        const answer = await post(port, { signal, encoding, body: '{}' });
        assert.equal(answer.status, 200);
        assert.ok(answer.body.length < 1024, String(answer.body.length));
      }
    },
  },
];

/** An answer to a request on which the pipeline fails. */
async function failing(t: TestContext, error: Error, sent: Sent) {
  const { port } = await scriptedIntake(t, () => Promise.reject(error));
  return post(port, sent);
}

export const failureCases: Cases = [...statuses, ...codes];
