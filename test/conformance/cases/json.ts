import assert from 'node:assert/strict';
import { type Signal, signals } from '../../../src/otlp/signal.ts';
import type { Case } from '../case.ts';
import { itemsIn, jsonForm, newItem, requestOf } from '../signals.ts';
import type { ListeningTocsin } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

/** A request in JSON with one item that has these members as they stand, beside what makes it unlike others. */
function jsonWith(signal: Signal, members: string): string {
  const whole = JSON.stringify(jsonForm(requestOf(signal, [newItem(signal)])));
  const list = { traces: '"spans":[{', logs: '"logRecords":[{', metrics: '"dataPoints":[{' }[signal];
  // Behind the others: of a key that comes twice the last one counts.
  const at = whole.lastIndexOf('}', whole.indexOf(']', whole.indexOf(list)));
  return `${whole.slice(0, at)},${members}${whole.slice(at)}`;
}

/** @param expected of the item that comes out */
function passes(
  point: Case<never>['point'],
  signal: Signal,
  members: string,
  expected: Record<string, unknown>,
): Case<ListeningTocsin> {
  return {
    point,
    promise: `${signal}: ${members}`,
    holds: async (tocsin) => {
      const [item] = itemsIn(await tocsin.passOn(signal, 'json', jsonWith(signal, members)));
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(item![key], value, key);
    },
  };
}

function refuses(point: Case<never>['point'], signal: Signal, members: string): Case<ListeningTocsin> {
  return {
    point,
    promise: `${signal}: ${members} is 400`,
    holds: async (tocsin) => {
      const answer = await tocsin.send({ signal, encoding: 'json', body: jsonWith(signal, members) });
      assert.equal(answer.status, 400);
    },
  };
}

const traceId = '5b8efff798038103d269b633813fc60c';
const spanId = 'eee19b7ec3c1b174';
const mixedCase = (hex: string): string =>
  hex.replaceAll(/..?/g, ([first = '', second = '']) => first.toUpperCase() + second);

const ids: Cases = [
  ...(['traces', 'logs'] as const).flatMap((signal) =>
    [traceId, traceId.toUpperCase(), mixedCase(traceId)].map((written) =>
      passes(27, signal, `"traceId":"${written}","spanId":"${spanId.toUpperCase()}"`, {
        traceId: Buffer.from(traceId, 'hex'),
        spanId: Buffer.from(spanId, 'hex'),
      }),
    ),
  ),
  passes(27, 'traces', `"parentSpanId":"${spanId.toUpperCase()}"`, {
    parentSpanId: Buffer.from(spanId, 'hex'),
  }),
  passes(27, 'traces', `"links":[{"traceId":"${traceId.toUpperCase()}","spanId":"${spanId}"}]`, {
    links: [{ traceId: Buffer.from(traceId, 'hex'), spanId: Buffer.from(spanId, 'hex') }],
  }),
  passes(27, 'metrics', `"exemplars":[{"traceId":"${traceId.toUpperCase()}","asInt":"1"}]`, {
    exemplars: [{ traceId: Buffer.from(traceId, 'hex'), asInt: '1' }],
  }),
  refuses(27, 'traces', '"traceId":"W47/95gDgQPSabYzgT/GDA=="'),
  refuses(27, 'traces', '"spanId":"eee19b7ec3c1b17"'),
  refuses(27, 'logs', '"traceId":"W47/95gDgQPSabYzgT/GDA=="'),
];

const enums: Cases = [
  passes(28, 'traces', '"kind":3', { kind: 3 }),
  passes(28, 'traces', '"kind":"SPAN_KIND_CLIENT"', { kind: 3 }),
  passes(28, 'traces', '"kind":77', { kind: 77 }),
  passes(28, 'traces', '"status":{"code":1}', { status: { code: 1 } }),
  passes(28, 'traces', '"status":{"code":"STATUS_CODE_OK"}', { status: { code: 1 } }),
  passes(28, 'logs', '"severityNumber":13', { severityNumber: 13 }),
  passes(28, 'logs', '"severityNumber":"SEVERITY_NUMBER_WARN"', { severityNumber: 13 }),
  refuses(28, 'traces', '"kind":"CLIENT"'),
  refuses(28, 'traces', '"kind":1.5'),
  refuses(28, 'traces', '"kind":true'),
  {
    point: 28,
    promise: 'metrics: aggregationTemporality by number and by name',
    holds: async (tocsin) => {
      for (const written of ['2', '"AGGREGATION_TEMPORALITY_CUMULATIVE"']) {
        const request = requestOf('metrics', [newItem('metrics')]);
        const json = JSON.stringify(jsonForm(request)).replace(
          '"aggregationTemporality":2',
          `"aggregationTemporality":${written}`,
        );
        assert.deepEqual(await tocsin.passOn('metrics', 'json', json), request);
      }
    },
  },
];

const unknown = [
  '"new":1',
  '"new":null',
  '"new":{"a":[{"traceId":1},"]}"],"kind":"x"}',
  '"newList":[[],[{}],"\\u00e9"]',
  '"keyStrindex":5',
];

const keys: Cases = [
  ...signals.flatMap((signal) =>
    unknown.map(
      (members): Case<ListeningTocsin> => ({
        point: 29,
        promise: `${signal}: ${members} in an item, and in the request`,
        holds: async (tocsin) => {
          const request = requestOf(signal, [newItem(signal)]);
          const json = JSON.stringify(jsonForm(request));
          const everywhere = json.replaceAll('{"', `{${members},"`);
          assert.deepEqual(await tocsin.passOn(signal, 'json', everywhere), request);
        },
      }),
    ),
  ),
  ...signals.flatMap((signal) =>
    [true, false].map(
      (isSnake): Case<ListeningTocsin> => ({
        point: 30,
        promise: `${signal}: every key in ${isSnake ? 'snake_case, as the Collector takes it' : 'lowerCamelCase'}`,
        holds: async (tocsin) => {
          const attributes = [
            { key: 'a', value: { arrayValue: { values: [{ stringValue: 'camelCase' }] } } },
          ];
          const request = requestOf(signal, [newItem(signal, { attributes, droppedAttributesCount: 3 })]);
          if (signal === 'metrics') delete itemsIn(request)[0]!['droppedAttributesCount'];
          const json = JSON.stringify(jsonForm(request));
          const snake = json.replaceAll(/"\w+":/g, (key) =>
            key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          );
          assert.deepEqual(await tocsin.passOn(signal, 'json', isSnake ? snake : json), request);
        },
      }),
    ),
  ),
];

const nanos = '1767323045123456789';
const times: Record<Signal, string[]> = {
  traces: ['startTimeUnixNano', 'endTimeUnixNano'],
  logs: ['timeUnixNano', 'observedTimeUnixNano'],
  metrics: ['timeUnixNano', 'startTimeUnixNano'],
};

const integers: Cases = [
  ...signals.flatMap((signal) =>
    times[signal].flatMap((key) =>
      [nanos, `"${nanos}"`, '18446744073709551615', '"18446744073709551615"', '1.5e3'].map((written) =>
        passes(31, signal, `"${key}":${written}`, {
          [key]: written === '1.5e3' ? '1500' : written.replaceAll('"', ''),
        }),
      ),
    ),
  ),
  ...signals.flatMap((signal) =>
    ['9007199254740993', '"-9223372036854775808"', '-9223372036854775808', '9223372036854775807'].map(
      (written) =>
        passes(31, signal, `"attributes":[{"key":"n","value":{"intValue":${written}}}]`, {
          attributes: [{ key: 'n', value: { intValue: written.replaceAll('"', '') } }],
        }),
    ),
  ),
  passes(31, 'metrics', '"asInt":9007199254740993', { asInt: '9007199254740993' }),
  passes(31, 'metrics', '"asInt":"-9007199254740993"', { asInt: '-9007199254740993' }),
  refuses(31, 'traces', '"endTimeUnixNano":18446744073709551616'),
  refuses(31, 'traces', '"endTimeUnixNano":-1'),
  refuses(31, 'traces', '"endTimeUnixNano":"0x10"'),
  refuses(31, 'metrics', '"asInt":1.5'),
  refuses(31, 'metrics', '"asInt":""'),
];

const attribute = (value: string): string => `"attributes":[{"key":"v","value":${value}}]`;

const others: Cases = [
  ...signals.flatMap((signal) => [
    ...['APv-Pz8_', 'APv+Pz8/'].map((written) =>
      passes(32, signal, attribute(`{"bytesValue":"${written}"}`), {
        attributes: [{ key: 'v', value: { bytesValue: Buffer.from('00fbfe3f3f3f', 'hex') } }],
      }),
    ),
    ...['AQ==', 'AQ'].map((written) =>
      passes(32, signal, attribute(`{"bytesValue":"${written}"}`), {
        attributes: [{ key: 'v', value: { bytesValue: Buffer.of(1) } }],
      }),
    ),
    ...['NaN', 'Infinity', '-Infinity', '1.25', '-1e-3'].map((written) =>
      passes(32, signal, attribute(`{"doubleValue":"${written}"}`), {
        attributes: [{ key: 'v', value: { doubleValue: Number(written) } }],
      }),
    ),
    refuses(32, signal, attribute('{"bytesValue":"A"}')),
    refuses(32, signal, attribute('{"bytesValue":"a*b="}')),
    refuses(32, signal, attribute('{"doubleValue":"nan"}')),
    refuses(32, signal, attribute('{"doubleValue":1e999}')),
    refuses(32, signal, attribute('{"doubleValue":NaN}')),
  ]),
  passes(32, 'metrics', '"asDouble":"NaN"', { asDouble: NaN }),
  passes(32, 'metrics', '"asDouble":"-Infinity"', { asDouble: -Infinity }),
];

export const jsonCases: Cases = [...ids, ...enums, ...keys, ...integers, ...others];
