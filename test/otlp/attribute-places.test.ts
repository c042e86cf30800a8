import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { AttributeValue } from '../../src/otlp/attributes.ts';
import { type TraceBatch, TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { idBytes, kind, type SpanSpec, span, traceRequestBytes } from '../support/otlp-builders.ts';
import { encodeTraceRequest } from '../support/otlp-reference.ts';

const keys = ['server.address', 'server.port', 'url.full', 'error.type'];

/** Of each span what is noted of it, by key. */
function noted({ places, spans }: TraceBatch): Record<string, AttributeValue>[] {
  return Array.from({ length: spans.length }, (_, index) => {
    places.moveTo(index);
    const found = Array.from({ length: places.count }, (__, i) => places.keyAt(i));
    return Object.fromEntries(found.map((key) => [keys[key]!, places.value(key)!]));
  });
}

function notedOf(...spans: SpanSpec[]): Record<string, AttributeValue>[] {
  return noted(new TraceScanner(keys).scan(traceRequestBytes(spans)));
}

function field(tag: number, content: Uint8Array): Buffer {
  assert(content.length < 2 ** 14);
  const length = content.length < 0x80 ? [content.length] : [content.length | 0x80, content.length >> 7];
  return Buffer.concat([Buffer.from([tag, ...length.map((byte) => byte & 0xff)]), content]);
}

/** A request with one span of these fields, and ids. */
function requestOf(...fields: Buffer[]): Buffer {
  const ids = [field(0x0a, idBytes(1, 16)), field(0x12, idBytes(1, 8))];
  return field(0x0a, field(0x12, field(0x12, Buffer.concat([...ids, ...fields]))));
}

const text = (value: string): Buffer => field(0x12, field(0x0a, Buffer.from(value)));
const key = (name: string): Buffer => field(0x0a, Buffer.from(name));
const attribute = (name: string, value: string): Buffer =>
  field(0x4a, Buffer.concat([key(name), text(value)]));
const kindField = (of: number): Buffer => Buffer.from([0x30, of]);

suite('places of attributes', () => {
  test('are those of the keys that were asked for, of calls alone', () => {
    const attributes = { 'http.route': '/a', 'server.address': 'db', 'server.port': 5432, 'server.por': 1 };
    const found = { 'server.address': 'db', 'server.port': 5432 };
    assert.deepEqual(
      notedOf(
        { id: 1, attributes, kind: kind.client },
        { id: 2, attributes, kind: kind.server },
        { id: 3, attributes, kind: kind.producer },
        { id: 4, attributes },
        { id: 5, kind: kind.client },
        { id: 6, attributes, kind: kind.client },
      ),
      [found, {}, found, {}, {}, found],
    );
  });

  test('are those of each request by itself, and of spans that are taken', () => {
    const scanner = new TraceScanner(keys);
    const call = (id: number, port: number) =>
      span({ id, attributes: { 'server.port': port }, kind: kind.client });
    const spans = [call(1, 1), { ...call(2, 2), spanId: Buffer.alloc(8) }, call(3, 3)];
    const request = encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    for (const _ of [1, 2])
      assert.deepEqual(noted(scanner.scan(request)), [{ 'server.port': 1 }, { 'server.port': 3 }]);
    assert.deepEqual(noted(scanner.scan(traceRequestBytes([{ id: 1, kind: kind.client }]))), [{}]);
  });

  test('are found for more spans and attributes than there was room for', () => {
    const spans = Array.from({ length: 3_000 }, (_, id) => ({
      id: id + 1,
      attributes: { 'server.port': id },
      kind: kind.client,
    }));
    assert.deepEqual(
      notedOf(...spans),
      spans.map(({ id }) => ({ 'server.port': id - 1 })),
    );
  });

  test('are found where the kind comes last, or twice', () => {
    const url = attribute('url.full', '/a');
    const cases: [string, Buffer[], object][] = [
      ['last', [url, kindField(kind.client)], { 'url.full': '/a' }],
      [
        'in between',
        [url, kindField(kind.client), attribute('error.type', '503')],
        { 'url.full': '/a', 'error.type': '503' },
      ],
      ['first another', [kindField(kind.server), url, kindField(kind.client)], { 'url.full': '/a' }],
      ['another at last', [kindField(kind.client), url, kindField(kind.server)], {}],
      ['never', [url], {}],
    ];
    for (const [name, fields, expected] of cases)
      assert.deepEqual(noted(new TraceScanner(keys).scan(requestOf(...fields))), [expected], name);
  });

  test('are of the first attribute with a key, whatever the lengths and the order of the fields', () => {
    const one = fc.record({
      name: fc.constantFrom(...keys, 'server.adress', 'url.fulk', 'x', 'k'.repeat(200)),
      length: fc.constantFrom(0, 1, 60, 113, 114, 115, 125, 127, 128, 300, 4_000),
      isKeyFirst: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (attributes) => {
        const fields = attributes.map(({ name, length, isKeyFirst }) => {
          const parts = [key(name), text('v'.repeat(length))];
          return field(0x4a, Buffer.concat(isKeyFirst ? parts : parts.toReversed()));
        });
        const expected: Record<string, string> = {};
        for (const { name, length } of attributes)
          if (keys.includes(name)) expected[name] ??= 'v'.repeat(length);
        const batch = new TraceScanner(keys).scan(requestOf(kindField(kind.client), ...fields));
        assert.deepEqual(noted(batch), [expected]);
      }),
      { seed: 20261130, numRuns: 500 },
    );
  });
});
