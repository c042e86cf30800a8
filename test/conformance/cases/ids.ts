import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { partialSuccessOf } from '../client.ts';
import { bodyOf, type Item, itemsIn, newItem, requestOf, ways } from '../signals.ts';
import type { ListeningTocsin } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

const wrongIds: Record<string, Item> = {
  'a trace id of 15 bytes': { traceId: Buffer.alloc(15, 1) },
  'a trace id of 17 bytes': { traceId: Buffer.alloc(17, 1) },
  'a trace id of zeros': { traceId: Buffer.alloc(16) },
  'an empty trace id': { traceId: Buffer.alloc(0) },
  'a span id of 7 bytes': { spanId: Buffer.alloc(7, 1) },
  'a span id of 9 bytes': { spanId: Buffer.alloc(9, 1) },
  'a span id of zeros': { spanId: Buffer.alloc(8) },
  'no ids': { traceId: undefined, spanId: undefined },
};

const rejected: Cases = ways
  .filter(({ signal }) => signal === 'traces')
  .flatMap(
    ({ signal, encoding }): Cases => [
      {
        point: 4,
        promise: `traces in ${encoding}: 300 of 302 spans are rejected, which is said with a reason, and counted`,
        holds: async (tocsin) => {
          const before = await tocsin.ledger(signal, 'rejected');
          const bad = Array.from({ length: 300 }, () => newItem(signal, { spanId: Buffer.alloc(8) }));
          const body = bodyOf(
            signal,
            encoding,
            requestOf(signal, [newItem(signal), ...bad, newItem(signal)]),
          );
          const answer = await tocsin.send({ signal, encoding, body });
          assert.equal(answer.status, 200);
          const partial = partialSuccessOf(signal, encoding, answer.body);
          assert.equal(partial?.rejected, 300);
          assert.match(partial.errorMessage, /span id/);
          assert.equal(await tocsin.ledger(signal, 'rejected'), before + 300);
        },
      },
      ...Object.entries({ ...wrongIds, 'a parent id of 4 bytes': { parentSpanId: Buffer.alloc(4, 1) } }).map(
        ([what, ids]) => ({
          point: 10 as const,
          promise: `traces in ${encoding}: a span with ${what} is rejected, and its neighbours are passed on`,
          holds: async (tocsin: ListeningTocsin) => {
            const good = [newItem(signal), newItem(signal, { parentSpanId: Buffer.alloc(8, 7) })];
            const request = requestOf(signal, [good[0]!, newItem(signal, ids), good[1]!]);
            assert.deepEqual(itemsIn(await tocsin.passOnRequest(signal, encoding, request)), good);
          },
        }),
      ),
    ],
  );

const uncorrelated: Cases = ways
  .filter(({ signal }) => signal === 'logs')
  .flatMap(({ signal, encoding }) =>
    Object.entries(wrongIds).map(([what, ids]) => ({
      point: 10,
      promise: `logs in ${encoding}: a record with ${what} is taken and passed on, and none is rejected`,
      holds: async (tocsin) => {
        const item = newItem(signal, ids);
        const request = requestOf(signal, [item, newItem(signal)]);
        const body = bodyOf(signal, encoding, request);
        const passedOn = itemsIn(await tocsin.passOn(signal, encoding, body));
        assert.equal(passedOn.length, 2);
        assert.deepEqual(passedOn[0]!['body'], item['body']);
        const again = await tocsin.send({ signal, encoding, body });
        assert.equal(partialSuccessOf(signal, encoding, again.body), undefined);
      },
    })),
  );

export const idCases: Cases = [...rejected, ...uncorrelated];
