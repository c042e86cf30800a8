import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { requestFromJson } from '../../../src/otlp/json/request.ts';
import { MalformedOtlp } from '../../../src/otlp/malformed.ts';
import { traceRequestObject } from '../../support/otlp-arbitraries.ts';
import { decodeTraceRequest } from '../../support/otlp-reference.ts';
import { Dice, renderRequest } from './render.ts';

/** Why it is refused; undefined if it is not. Any other error is thrown. */
function refusal(json: Uint8Array | string): string | undefined {
  try {
    decodeTraceRequest(requestFromJson('traces', typeof json === 'string' ? Buffer.from(json) : json));
    return undefined;
  } catch (error) {
    if (error instanceof MalformedOtlp) return error.reason;
    throw error;
  }
}

const inSpan = (members: string): string =>
  `{"resourceSpans":[{"scopeSpans":[{},{"spans":[{},{${members}}]}]}]}`;
const inValue = (json: string): string => inSpan(`"attributes":[{"key":"k","value":${json}}]`);

test('what is wrong, in which field and at which byte is told', () => {
  const span = 'resourceSpans[0].scopeSpans[1].spans[1]';
  // The byte is where § stands.
  const cases: [json: string, reason: string][] = [
    ['§', 'expected an object'],
    [' \n§', 'expected an object'],
    ['§null', 'expected an object'],
    ['§[]', 'expected an object'],
    ['{} §{}', 'something follows the end of the JSON text'],
    ['{"resourceSpans":§{}}', 'expected a list in resourceSpans'],
    ['{"resourceSpans":[{"resource":§[]}]}', 'expected an object in resourceSpans[0].resource'],
    ['{"resourceSpans":[{},§7]}', 'expected an object in resourceSpans[1]'],
    ['{"resourceSpans":[{}§', 'expected "," or "]" in resourceSpans[0]'],
    ['{"resourceSpans":[]§]', 'expected "," or "}" in resourceSpans'],
    ['{"resourceSpans":[],§', 'expected a key in quotes'],
    ['{"resourceSpans"§,', 'expected ":"'],
    ['{"unknown":[§tru]}', 'expected a value'],
    ['{"unknown":[§~]}', 'expected a value'],
    [
      inSpan('"startTimeUnixNano":§"yesterday"'),
      `expected a whole number of 64 bits, not negative in ${span}.startTimeUnixNano`,
    ],
    [inSpan('"traceId":§"xy"'), `expected pairs of hexadecimal digits in ${span}.traceId`],
    [inSpan('"name":"a§\nb"'), `a string has a control character that is not escaped in ${span}.name`],
    [inSpan('"name":"a§\\x"'), `a string has an escape sequence that JSON does not know in ${span}.name`],
    [inSpan('"name":"a§\\u00zz"'), `a \\u escape sequence is not four hexadecimal digits in ${span}.name`],
    [inSpan('"name":§7'), `expected a string in ${span}.name`],
    [inSpan('"kind":1 §"name":7'), `expected "," or "}" in ${span}.kind`],
    [inSpan('"kind":1,§\u0001'), `a control character stands between values in ${span}.kind`],
    [inSpan('"droppedLinksCount":"1","x":[§}'), `expected a value in ${span}`],
    ['{"resourceSpans":[{"schemaUrl":"abc§', 'the text ends inside a string in resourceSpans[0].schemaUrl'],
    [inValue('{"doubleValue":§{}}'), `expected a number in ${span}.attributes[0].value.doubleValue`],
    [
      inValue('{"arrayValue":{"values":[{},{"boolValue":§0}]}}'),
      `expected true or false in ${span}.attributes[0].value.arrayValue.values[1].boolValue`,
    ],
  ];
  for (const [marked, reason] of cases) {
    const json = marked.replace('§', '');
    assert.equal(refusal(json), `${reason} (byte ${marked.indexOf('§')})`, marked);
  }
});

test('values of the wrong type or out of range are refused', () => {
  const spans = [
    '"traceId":"abc"',
    '"traceId":7',
    '"traceId":["ab"]',
    '"name":["a"]',
    '"name":true',
    '"kind":"SERVER"',
    '"kind":"toString"',
    '"kind":1.5',
    '"kind":2147483648',
    '"kind":-2147483649',
    '"flags":-1',
    '"flags":4294967296',
    '"flags":"0x1"',
    '"droppedAttributesCount":4294967296',
    '"startTimeUnixNano":-1',
    '"startTimeUnixNano":18446744073709551616',
    '"startTimeUnixNano":"1e20"',
    '"startTimeUnixNano":0.5',
    '"startTimeUnixNano":""',
    '"startTimeUnixNano":" 1"',
    '"startTimeUnixNano":"01"',
    '"startTimeUnixNano":"1\\u00e9"',
    '"attributes":{}',
    '"attributes":[[]]',
    '"status":2',
  ];
  for (const members of spans)
    assert.match(refusal(inSpan(members)) ?? '', /^expected .* \(byte \d+\)$/, members);
  const values = [
    '{"boolValue":"true"}',
    '{"intValue":9223372036854775808}',
    '{"intValue":"-9223372036854775809"}',
    '{"doubleValue":1e309}',
    '{"doubleValue":"nan"}',
    '{"doubleValue":"1 "}',
    '{"bytesValue":"A"}',
    '{"bytesValue":"AA="}',
    '{"bytesValue":"AA==A"}',
    '{"bytesValue":"A A="}',
    '{"arrayValue":[]}',
  ];
  for (const json of values) assert.match(refusal(inValue(json)) ?? '', /\(byte \d+\)$/, json);
});

test('JSON that is not strict is refused wherever it stands', () => {
  const bad = [
    '{"a":1,}',
    '[1,]',
    '[,1]',
    '[1 2]',
    '{"a" 1}',
    '{"a":}',
    '{a:1}',
    "{'a':1}",
    '{1:1}',
    '[',
    ']',
    '{',
    '}',
    '[}',
    '{]',
    '01',
    '-',
    '+1',
    '.5',
    '1.',
    '1.e1',
    '1e',
    '1e+',
    '0x1',
    '1_0',
    '--1',
    'NaN',
    'Infinity',
    '-Infinity',
    'tru',
    'TRUE',
    'nul',
    'undefined',
    'truefalse',
    '1true',
    '"',
    '"\\"',
    '"\\x41"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\U0041"',
    '"a\u0000"',
    '"a\tb"',
    '"a\nb"',
    '"a" "b"',
    '/**/1',
    '1//',
    '\u00a01',
    '\ufeff1',
    '\u00001',
    '\u000b1',
  ];
  for (const json of bad) {
    assert.throws(() => JSON.parse(`{"x":${json}}`), SyntaxError, json);
    for (const key of ['x', 'resourceSpans', 'resource_spans']) {
      assert.notEqual(refusal(`{"${key}":${json}}`), undefined, `${key}: ${json}`);
    }
    for (const key of ['name', 'traceId', 'flags', 'kind', 'endTimeUnixNano', 'attributes', 'status', 'x']) {
      assert.notEqual(refusal(inSpan(`"${key}":${json}`)), undefined, `${key}: ${json}`);
    }
    for (const key of ['stringValue', 'bytesValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue']) {
      assert.notEqual(refusal(inValue(`{"${key}":${json}}`)), undefined, `${key}: ${json}`);
    }
  }
});

test('nothing of the input is in the reason', () => {
  const secret = 'hunter2'.repeat(9);
  const cases = [
    secret,
    `{"${secret}":${secret}}`,
    `{"${secret}":[{"${secret}":"${secret}"`,
    inSpan(`"kind":"${secret}"`),
    inSpan(`"traceId":"${secret}"`),
    inSpan(`"flags":"${secret}"`),
    inSpan(`"${secret}":{"name":"${secret}`),
    inValue(`{"bytesValue":"!${secret}"}`),
    inValue(`{"doubleValue":"${secret}"}`),
  ];
  for (const json of cases) {
    const reason = refusal(json);
    assert.ok(reason !== undefined && !reason.includes('hunter2'), reason);
  }
});

test('a damaged request gives a message or MalformedOtlp, and is never taken where JSON.parse refuses it', () => {
  const texts = fc
    .sample(traceRequestObject, { numRuns: 60, seed: 11 })
    .map((request, i) => renderRequest(request, i));
  const dice = new Dice(11);
  let taken = 0;
  for (let i = 0; i < 4_000; i++) {
    const json = damage(texts[i % texts.length] ?? Buffer.of(), dice);
    const reason = refusal(json);
    if (reason !== undefined) continue;
    taken++;
    assert.doesNotThrow(
      () => JSON.parse(new TextDecoder().decode(json)),
      JSON.stringify(Buffer.from(json).toString('latin1')),
    );
  }
  assert.ok(taken > 500 && taken < 3500, `${taken} taken`);
});

const grammar = Buffer.from('{}[]":,\\/-+.eE0123456789 \n\tntfu\u0000\u007f\u00ff');

function damage(json: Uint8Array, dice: Dice): Uint8Array {
  let bytes = Buffer.from(json);
  for (let times = dice.below(3); times >= 0; times--) {
    const at = dice.below(bytes.length + 1);
    const length = dice.below(4);
    const inserted = Buffer.of(grammar[dice.below(grammar.length)] ?? 0).subarray(0, dice.below(2));
    const moved = bytes.subarray(at, at + dice.below(30));
    bytes = Buffer.concat([
      bytes.subarray(0, at),
      dice.one(inserted, inserted, moved),
      bytes.subarray(at + length),
    ]);
  }
  return bytes;
}

test('every beginning of a request is refused', () => {
  const texts = fc
    .sample(traceRequestObject, { numRuns: 40, seed: 5 })
    .map((request, i) => renderRequest(request, i));
  const json = texts.find(({ length }) => length > 1000 && length < 2000);
  assert.ok(json !== undefined);
  for (let end = 0; end < json.length; end++)
    assert.notEqual(refusal(json.subarray(0, end)), undefined, `${end} bytes`);
});
