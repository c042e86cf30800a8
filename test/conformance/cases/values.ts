import assert from 'node:assert/strict';
import type { AnyValue } from '../../support/otlp-reference.ts';
import type { Case } from '../case.ts';
import { partialSuccessOf } from '../client.ts';
import { bodyOf, newItem, requestOf, ways } from '../signals.ts';
import type { ListeningTocsin } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

const envelopes: Record<string, object[]> = {
  traces: [
    { resourceSpans: [{}] },
    { resourceSpans: [{ scopeSpans: [{}] }] },
    { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: 'a' }, spans: [] }] }] },
  ],
  logs: [{ resourceLogs: [{}] }, { resourceLogs: [{ scopeLogs: [{ scope: { name: 'a' } }] }] }],
  metrics: [
    { resourceMetrics: [{}] },
    { resourceMetrics: [{ scopeMetrics: [{}] }] },
    { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'a', gauge: {} }] }] }] },
  ],
};

const empty: Cases = ways.flatMap(({ signal, encoding }) =>
  envelopes[signal]!.map((request) => ({
    point: 8,
    promise: `${signal} in ${encoding}: ${JSON.stringify(request)} is taken, counted as nothing and not passed on`,
    holds: async (tocsin) => {
      const before = [await tocsin.ledger(signal, 'received'), await tocsin.forwarded()];
      const answer = await tocsin.send({ signal, encoding, body: bodyOf(signal, encoding, request) });
      assert.equal(answer.status, 200);
      assert.equal(partialSuccessOf(signal, encoding, answer.body), undefined);
      assert.deepEqual([await tocsin.ledger(signal, 'received'), await tocsin.forwarded()], before);
    },
  })),
);

const values: Record<string, AnyValue | undefined> = {
  'no value': undefined,
  'an empty value': {},
  'an empty text': { stringValue: '' },
  'any text': { stringValue: 'café 🛒\u0000\u2028"\\' },
  false: { boolValue: false },
  'the smallest integer': { intValue: '-9223372036854775808' },
  'the largest integer': { intValue: '9223372036854775807' },
  'minus zero': { doubleValue: -0 },
  'the smallest double': { doubleValue: 5e-324 },
  'not a number': { doubleValue: NaN },
  'minus infinity': { doubleValue: -Infinity },
  'no bytes': { bytesValue: Buffer.alloc(0) },
  bytes: { bytesValue: Buffer.of(0, 0xff, 0xfb, 0x3e, 0x3f) },
  'an empty list': { arrayValue: {} },
  'a mixed list': {
    arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }, {}, { bytesValue: Buffer.of(1) }] },
  },
  'a list of lists': { arrayValue: { values: [{ arrayValue: { values: [{ boolValue: true }] } }] } },
  'an empty map': { kvlistValue: {} },
  'a map of maps, with a key twice': {
    kvlistValue: {
      values: [
        { key: 'a', value: { kvlistValue: { values: [{ value: { doubleValue: 0.1 } }] } } },
        { key: 'a' },
      ],
    },
  },
};

const attributes: Cases = ways.flatMap(({ signal, encoding }) =>
  Object.entries(values).map(([what, value]) => ({
    point: 9,
    promise: `${signal} in ${encoding}: ${what} comes out as it went in`,
    holds: async (tocsin) => {
      const given = [{ key: 'odd', ...(value === undefined ? {} : { value }) }];
      const request = requestOf(signal, [newItem(signal, { attributes: given })]);
      assert.deepEqual(await tocsin.passOnRequest(signal, encoding, request), request);
    },
  })),
);

export const valueCases: Cases = [...empty, ...attributes];
