import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { requestFromJson, requestToJson } from '../../../src/otlp/json/request.ts';
import { MalformedOtlp } from '../../../src/otlp/malformed.ts';
import {
  decode,
  encode,
  encodeTraceRequest,
  logsRequest,
  metricsRequest,
  traceRequest,
} from '../../support/otlp-reference.ts';
import { messageOf } from '../../support/otlp-type-arbitrary.ts';

const seed = 20261123;

for (const [signal, type] of [
  ['traces', traceRequest],
  ['logs', logsRequest],
  ['metrics', metricsRequest],
] as const) {
  suite(`a request of ${signal}, written as JSON`, () => {
    test('means the same', () => {
      fc.assert(
        fc.property(messageOf(type), (request) => {
          const bytes = encode(type, request);
          const json = requestToJson(signal, bytes);
          assert.deepEqual(decode(type, requestFromJson(signal, Buffer.from(json))), decode(type, bytes));
          assert.ok(!json.includes('\n'));
        }),
        { numRuns: 300, seed },
      );
    });

    test('means the same when its parts come in pieces', () => {
      fc.assert(
        fc.property(messageOf(type), messageOf(type), (a, b) => {
          const bytes = Buffer.concat([encode(type, a), encode(type, b)]);
          const json = requestToJson(signal, bytes);
          assert.deepEqual(decode(type, requestFromJson(signal, Buffer.from(json))), decode(type, bytes));
        }),
        { numRuns: 100, seed },
      );
    });

    test('is what every reader of JSON can read, and never worse than refused when it is damaged', () => {
      fc.assert(
        fc.property(messageOf(type), fc.nat(), fc.nat(255), (request, at, byte) => {
          const bytes = new Uint8Array(encode(type, request));
          if (bytes.length > 0) bytes[at % bytes.length] = byte;
          try {
            JSON.parse(requestToJson(signal, bytes));
          } catch (error) {
            assert.ok(error instanceof MalformedOtlp, String(error));
          }
        }),
        { numRuns: 500, seed },
      );
    });
  });
}

/** A length-delimited field. */
function field(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  assert.ok(content.length < 128);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}

suite('a message that JSON cannot have as it is', () => {
  const text = (tag: number, value: string): Buffer => field(tag, Buffer.from(value));
  const event = (name: string): Buffer => field(0x5a, text(0x12, name));
  const request = (...span: Buffer[]): Buffer => field(0x0a, field(0x12, field(0x12, ...span)));
  const spanOf = (bytes: Buffer): unknown => {
    const { resourceSpans } = JSON.parse(requestToJson('traces', bytes)) as {
      resourceSpans: { scopeSpans: { spans: unknown[] }[] }[];
    };
    return resourceSpans[0]?.scopeSpans[0]?.spans[0];
  };

  test('has the values of a list together', () => {
    const bytes = request(event('a'), text(0x2a, 'name'), event('b'));
    assert.deepEqual(spanOf(bytes), { events: [{ name: 'a' }, { name: 'b' }], name: 'name' });
  });

  test('has the last of several values, and one message of several', () => {
    const status = (...parts: Buffer[]): Buffer => field(0x7a, ...parts);
    const bytes = request(
      text(0x2a, 'first'),
      status(text(0x12, 'why')),
      text(0x2a, 'last'),
      status(Buffer.from([0x18, 2])),
    );
    assert.deepEqual(spanOf(bytes), { name: 'last', status: { message: 'why', code: 2 } });
  });
});

test('texts can be rewritten, by the attribute that they are in', () => {
  const attributes = [
    { key: 'password', value: { stringValue: 'secret' } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'x' }, { stringValue: 'y' }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'inner', value: { stringValue: 'z' } }] } } },
  ];
  const bytes = encodeTraceRequest({
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'n', attributes }] }] }],
  });
  const seen: string[] = [];
  const json = requestToJson('traces', bytes, (text, key) => {
    seen.push(`${key}=${text}`);
    return key === 'password' ? '<redacted>' : text;
  });
  assert.deepEqual(seen, ['undefined=n', 'password=secret', 'list=x', 'list=y', 'inner=z']);
  assert.doesNotMatch(json, /secret/);
});

test('a map of a million empty entries is written within bounds', () => {
  const entries = Buffer.alloc(2_000_000, Buffer.from([0x0a, 0]));
  const wrap = (tag: number, content: Buffer): Buffer => {
    const length: number[] = [];
    let rest = content.length;
    for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
    return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
  };
  let bytes = wrap(0x32, entries);
  for (const tag of [0x12, 0x4a, 0x12, 0x12, 0x0a]) bytes = wrap(tag, bytes);
  assert.ok(requestToJson('traces', bytes).length < 4_000_000);
});
