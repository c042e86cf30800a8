import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { requestFromJson } from '../../../src/otlp/json/request.ts';
import { traceRequestObject } from '../../support/otlp-arbitraries.ts';
import {
  type AnyValue,
  decodeTraceRequest,
  encodeTraceRequest,
  type Span,
  type TraceRequest,
} from '../../support/otlp-reference.ts';
import { renderRequest } from './render.ts';

function fromJson(json: string): TraceRequest {
  return decodeTraceRequest(requestFromJson('traces', Buffer.from(json)));
}

function spanFrom(json: string): Span | undefined {
  return fromJson(`{"resourceSpans":[{"scopeSpans":[{"spans":[${json}]}]}]}`).resourceSpans?.[0]
    ?.scopeSpans?.[0]?.spans?.[0];
}

function valueFrom(json: string): AnyValue | undefined {
  return spanFrom(`{"attributes":[{"key":"k","value":${json}}]}`)?.attributes?.[0]?.value;
}

test('every request means the same in JSON, however it is written, as in protobuf', () => {
  fc.assert(
    fc.property(traceRequestObject, fc.nat(), (request, seed) => {
      const expected = decodeTraceRequest(encodeTraceRequest(request));
      for (const way of [seed, seed + 1, seed + 2]) {
        assert.deepEqual(
          decodeTraceRequest(requestFromJson('traces', renderRequest(request, way))),
          expected,
        );
      }
    }),
    { numRuns: 400, seed: 7 },
  );
});

test("the example of OpenTelemetry's documentation is read whole", () => {
  const request =
    fromJson(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},
    "scopeSpans":[{"scope":{"name":"my.library","version":"1.0.0","attributes":[{"key":"a","value":{"stringValue":"b"}}]},
    "spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173",
    "name":"I'm a server span","startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","kind":2,
    "attributes":[{"key":"n","value":{"intValue":"-1"}}]}]}]}]}`);
  assert.deepEqual(request, {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'my.service' } }] },
        scopeSpans: [
          {
            scope: {
              name: 'my.library',
              version: '1.0.0',
              attributes: [{ key: 'a', value: { stringValue: 'b' } }],
            },
            spans: [
              {
                traceId: Buffer.from('5b8efff798038103d269b633813fc60c', 'hex'),
                spanId: Buffer.from('eee19b7ec3c1b174', 'hex'),
                parentSpanId: Buffer.from('eee19b7ec3c1b173', 'hex'),
                name: "I'm a server span",
                startTimeUnixNano: '1544712660000000000',
                endTimeUnixNano: '1544712661000000000',
                kind: 2,
                attributes: [{ key: 'n', value: { intValue: '-1' } }],
              },
            ],
          },
        ],
      },
    ],
  });
});

test('a request without anything is no bytes', () => {
  for (const json of [
    '{}',
    ' {\n}\t',
    '\ufeff{}',
    '{"resourceSpans":[]}',
    '{"resourceSpans":null}',
    '{"unknown":{"a":[]}}',
  ]) {
    assert.equal(requestFromJson('traces', Buffer.from(json)).length, 0, json);
  }
});

test('each field is read from every form that ProtoJSON, OTLP and the Collector allow', () => {
  const cases: [json: string, span: Span][] = [
    ['{"kind":3}', { kind: 3 }],
    ['{"kind":"SPAN_KIND_CLIENT"}', { kind: 3 }],
    ['{"kind":77}', { kind: 77 }],
    ['{"kind":-1}', { kind: -1 }],
    ['{"kind":null}', {}],
    ['{"status":{"code":"STATUS_CODE_ERROR","message":"no"}}', { status: { code: 2, message: 'no' } }],
    ['{"status":{}}', { status: {} }],
    ['{"traceId":"AbCd"}', { traceId: Buffer.from([0xab, 0xcd]) }],
    ['{"traceId":"\\u0041B"}', { traceId: Buffer.from([0xab]) }],
    ['{"traceId":""}', {}],
    ['{"startTimeUnixNano":18446744073709551615}', { startTimeUnixNano: '18446744073709551615' }],
    ['{"startTimeUnixNano":"1700000000123456789"}', { startTimeUnixNano: '1700000000123456789' }],
    ['{"startTimeUnixNano":17e17}', { startTimeUnixNano: '1700000000000000000' }],
    ['{"startTimeUnixNano":"1.5E+1"}', { startTimeUnixNano: '15' }],
    ['{"startTimeUnixNano":-0}', {}],
    ['{"flags":4294967295}', { flags: 4294967295 }],
    ['{"flags":"769"}', { flags: 769 }],
    ['{"droppedAttributesCount":4294967295}', { droppedAttributesCount: 4294967295 }],
    ['{"dropped_attributes_count":1}', { droppedAttributesCount: 1 }],
    ['{"name":"\\u0061\\n\\ud83d\\ude00"}', { name: 'a\n😀' }],
    ['{"na\\u006de":"escaped key"}', { name: 'escaped key' }],
    ['{"Name":"another key"}', {}],
    ['{"attributes":[{},null]}', { attributes: [{}, {}] }],
    ['{"attributes":[{"key":"k","value":null}]}', { attributes: [{ key: 'k' }] }],
  ];
  for (const [json, span] of cases) assert.deepEqual(spanFrom(json), span, json);
});

test('attribute values of every kind are read', () => {
  const cases: [json: string, value: AnyValue][] = [
    ['{}', {}],
    ['{"stringValue":""}', { stringValue: '' }],
    ['{"boolValue":false}', { boolValue: false }],
    ['{"boolValue":true}', { boolValue: true }],
    ['{"intValue":"-9223372036854775808"}', { intValue: '-9223372036854775808' }],
    ['{"intValue":9007199254740993}', { intValue: '9007199254740993' }],
    ['{"doubleValue":0.1}', { doubleValue: 0.1 }],
    ['{"doubleValue":"0.1"}', { doubleValue: 0.1 }],
    ['{"doubleValue":-0.0}', { doubleValue: -0 }],
    ['{"doubleValue":"NaN"}', { doubleValue: NaN }],
    ['{"doubleValue":"-Infinity"}', { doubleValue: -Infinity }],
    ['{"doubleValue":1e-400}', { doubleValue: 0 }],
    ['{"bytesValue":"-_8="}', { bytesValue: Buffer.from([0xfb, 0xff]) }],
    ['{"bytesValue":"+/8"}', { bytesValue: Buffer.from([0xfb, 0xff]) }],
    [
      '{"arrayValue":{"values":[{"intValue":1},null,{}]}}',
      { arrayValue: { values: [{ intValue: '1' }, {}, {}] } },
    ],
    [
      '{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}}]}}',
      { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } },
    ],
    // A oneof: the last one wins.
    ['{"stringValue":"a","intValue":1}', { intValue: '1' }],
  ];
  for (const [json, value] of cases) assert.deepEqual(valueFrom(json), value, json);
});

test('a key that comes twice is merged as protobuf does', () => {
  assert.deepEqual(spanFrom('{"name":"a","kind":1,"name":"b","kind":0}'), { name: 'b' });
  assert.deepEqual(spanFrom('{"attributes":[{"key":"a"}],"attributes":[{"key":"b"}]}'), {
    attributes: [{ key: 'a' }, { key: 'b' }],
  });
  assert.deepEqual(spanFrom('{"status":{"code":2},"status":{"message":"m"}}'), {
    status: { code: 2, message: 'm' },
  });
});

test('text that is not Unicode becomes U+FFFD and costs nothing else', () => {
  for (const content of ['a\\ud800b', 'a\xffb']) {
    const json = Buffer.from(`{"resourceSpans":[{"schemaUrl":"${content}"}]}`, 'latin1');
    assert.deepEqual(decodeTraceRequest(requestFromJson('traces', json)), {
      resourceSpans: [{ schemaUrl: 'a\ufffdb' }],
    });
  }
});

test('the input is left as it was, and a view into a larger buffer is read alone', () => {
  const json = Buffer.from('xxx{"resourceSpans":[{"schemaUrl":"u"}]}yyy').subarray(3, -3);
  const before = json.toString();
  assert.deepEqual(decodeTraceRequest(requestFromJson('traces', json)), {
    resourceSpans: [{ schemaUrl: 'u' }],
  });
  assert.equal(json.toString(), before);
});
