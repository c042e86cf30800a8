import assert from 'node:assert/strict';
import test from 'node:test';
import { requestFromJson } from '../../../src/otlp/json/request.ts';
import { MalformedOtlp } from '../../../src/otlp/malformed.ts';
import { type AnyValue, decodeTraceRequest } from '../../support/otlp-reference.ts';

const bytesOf = (json: string): Uint8Array => Buffer.from(json);

function refused(json: string, reason: RegExp): void {
  assert.throws(
    () => requestFromJson('traces', bytesOf(json)),
    (error) => error instanceof MalformedOtlp && reason.test(error.reason) && error.reason.length < 2000,
  );
}

const inAttribute = (value: string): string =>
  `{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":${value}}]}}]}`;

function attributeOf(json: string): AnyValue | undefined {
  return decodeTraceRequest(requestFromJson('traces', bytesOf(inAttribute(json)))).resourceSpans?.[0]
    ?.resource?.attributes?.[0]?.value;
}

const lists = (depth: number): string => `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;

const values = (depth: number): string =>
  inAttribute('{"arrayValue":{"values":['.repeat(depth) + ']}}'.repeat(depth));

test('objects and lists may be nested 100 deep, known and unknown alike', () => {
  assert.equal(requestFromJson('traces', bytesOf(lists(99))).length, 0);
  refused(lists(100), /^objects and lists are nested more than 100 deep \(byte 104\)$/);
  // Six brackets are open around the attribute's value, and each level of it opens three.
  assert.ok(requestFromJson('traces', bytesOf(values(31))).length > 100);
  refused(
    values(32),
    /nested more than 100 deep in resourceSpans\[0\]\.resource\.attributes\[0\]\.value\.arrayValue/,
  );
});

test('10 MB of brackets are refused as soon as they are too deep', () => {
  for (const json of ['[', '{"x":', '[{"x":']) {
    refused(json.repeat(10_000_000 / json.length), /^expected an object|nested more than 100 deep/);
    refused(`{"x":${json.repeat(10_000_000 / json.length)}`, /nested more than 100 deep/);
    refused(
      `{"resourceSpans":${json.repeat(10_000_000 / json.length)}`,
      /nested more than 100 deep|expected/,
    );
  }
});

test('numbers of a million digits are read or refused, not approximated', () => {
  const zeros = '0'.repeat(1_000_000);
  const nines = '9'.repeat(1_000_000);
  const taken: [json: string, value: AnyValue][] = [
    [`{"intValue":0e${nines}}`, { intValue: '0' }],
    [`{"intValue":1.${zeros}}`, { intValue: '1' }],
    [`{"intValue":"1${zeros}e-1000000"}`, { intValue: '1' }],
    [`{"intValue":-0.${zeros}123e1000003}`, { intValue: '-123' }],
    [`{"doubleValue":0.${nines}}`, { doubleValue: 1 }],
    [`{"doubleValue":1e-${nines}}`, { doubleValue: 0 }],
    [`{"unknown":-${nines}.${nines}e+${nines}}`, {}],
  ];
  for (const [json, value] of taken) assert.deepEqual(attributeOf(json), value, json.slice(0, 30));
  for (const json of [nines, `1${zeros}`, `0.${zeros}1`, `1e${nines}`, `1e-${nines}`, `1.${zeros}1`]) {
    refused(inAttribute(`{"intValue":${json}}`), /^expected a whole number of 64 bits in .* \(byte 76\)$/);
  }
  for (const json of [nines, `1e${nines}`])
    refused(inAttribute(`{"doubleValue":${json}}`), /too large for a double/);
});

test('the memory taken stays in proportion to the input', () => {
  const times = 100_000;
  const list = (item: string): string => `[${`${item},`.repeat(times)}${item}]`;
  const cases: Record<string, Buffer> = {
    'empty messages': Buffer.from(`{"resourceSpans":${list('{}')}}`),
    'nulls in a list': Buffer.from(`{"resourceSpans":${list('null')}}`),
    'negative numbers': Buffer.from(inAttribute(`{"arrayValue":{"values":${list('{"intValue":-1}')}}}`)),
    'bytes that are not UTF-8': Buffer.from(
      inAttribute(`{"stringValue":"${'\xff'.repeat(times)}"}`),
      'latin1',
    ),
    'halves of surrogate pairs': Buffer.from(inAttribute(`{"stringValue":"${'\\ud800'.repeat(times)}"}`)),
    'unknown keys': Buffer.from(`{${'"x":{"y":[]},'.repeat(times)}"\\u0078":0}`),
    'one long key': Buffer.from(`{"\\u0078${'x'.repeat(times)}":0}`),
  };
  for (const [name, json] of Object.entries(cases)) {
    const { buffer } = requestFromJson('traces', json);
    assert.ok(buffer.byteLength <= 6 * json.length, `${name}: ${buffer.byteLength} bytes for ${json.length}`);
  }
});

test('a long text deep inside is found again after every move', () => {
  const text = 'x'.repeat(3_000_000);
  let value = attributeOf(
    '{"arrayValue":{"values":['.repeat(30) + `{"stringValue":"${text}"}` + ']}}'.repeat(30),
  );
  for (let depth = 0; depth < 30; depth++) value = value?.arrayValue?.values?.[0];
  assert.equal(value?.stringValue, text);
});
