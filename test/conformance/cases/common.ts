import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { signals } from '../../../src/otlp/signal.ts';
import type { Case } from '../case.ts';
import { partialSuccessOf } from '../client.ts';
import { bodyOf, factsOf, newItem, requestOf, ways } from '../signals.ts';
import type { ListeningTocsin } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

const codings = [undefined, 'identity', 'gzip', 'GZIP', 'x-gzip'] as const;

const compression: Cases = ways.flatMap(({ signal, encoding }) =>
  codings.map((coding) => ({
    point: 1,
    promise: `${signal} in ${encoding}, Content-Encoding ${coding ?? 'absent'}`,
    holds: async (tocsin) => {
      const request = requestOf(signal, [newItem(signal)]);
      const plain = bodyOf(signal, encoding, request);
      const body = coding?.toLowerCase().endsWith('gzip') ? gzipSync(plain) : plain;
      const headers: Record<string, string> = coding === undefined ? {} : { 'content-encoding': coding };
      assert.deepEqual(await tocsin.passOn(signal, encoding, body, { headers }), request);
    },
  })),
);

const success: Cases = ways.flatMap(({ signal, encoding }): Cases => {
  const field = { traces: 'resourceSpans', logs: 'resourceLogs', metrics: 'resourceMetrics' }[signal];
  const empties = encoding === 'json' ? ['{}', ' {\n} ', `{"${field}":[]}`, `{"${field}":null}`] : [''];
  return [
    ...empties.map((body) => ({
      point: 2 as const,
      promise: `${signal} in ${encoding}: ${JSON.stringify(body)}`,
      holds: async (tocsin: ListeningTocsin) => {
        const before = await tocsin.forwarded();
        const answer = await tocsin.send({ signal, encoding, body });
        assert.equal(answer.status, 200);
        assert.equal(partialSuccessOf(signal, encoding, answer.body), undefined);
        assert.equal(await tocsin.forwarded(), before);
      },
    })),
    {
      point: 3,
      promise: `${signal} in ${encoding}`,
      holds: async (tocsin) => {
        const body = bodyOf(signal, encoding, requestOf(signal, [newItem(signal), newItem(signal)]));
        const answer = await tocsin.send({ signal, encoding, body });
        assert.equal(answer.status, 200);
        assert.equal(partialSuccessOf(signal, encoding, answer.body), undefined);
      },
    },
    {
      point: 5,
      promise: `${signal} in ${encoding}: what is taken whole is taken without a warning, as odd as it is`,
      holds: async (tocsin) => {
        const attributes = [{ key: '', value: {} }, { key: 'twice' }, { key: 'twice' }];
        const body = bodyOf(signal, encoding, requestOf(signal, [newItem(signal, { attributes })]));
        const answer = await tocsin.send({ signal, encoding, body });
        assert.equal(answer.body.toString(), encoding === 'json' ? '{}' : '');
      },
    },
  ];
});

const counted: Cases = signals.map((signal) => ({
  point: 43,
  promise: `${signal}: what was received and what became of it add up`,
  holds: async (tocsin) => {
    const before = await tocsin.ledger(signal, 'forwarded');
    await tocsin.passOnRequest(signal, 'protobuf', requestOf(signal, [newItem(signal), newItem(signal)]));
    const [received, forwarded, lost] = await Promise.all(
      ['received', 'forwarded', 'lost'].map((fate) => tocsin.ledger(signal, fate)),
    );
    assert.ok(received! > 0 && lost === 0);
    assert.ok(forwarded! >= before, factsOf[signal].items);
  },
}));

export const commonCases: Cases = [...compression, ...success, ...counted];
