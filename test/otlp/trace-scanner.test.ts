import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { MalformedOtlp } from '../../src/otlp/malformed.ts';
import { SpanView } from '../../src/otlp/span-view.ts';
import { encodeText } from '../../src/otlp/text.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { traceRequestObject } from '../support/otlp-arbitraries.ts';
import { span } from '../support/otlp-builders.ts';
import {
  decodeTraceRequest,
  encodeTraceRequest,
  type KeyValue,
  type Span,
  type TraceRequest,
} from '../support/otlp-reference.ts';
import { expectedSpans, seenSpans } from '../support/seen-spans.ts';
import { cpuMillis } from '../support/cpu-time.ts';

const seed = 20261123;

suite('TraceScanner and SpanView', () => {
  test('look for the name of a scope that many spans share once', () => {
    const spans = Array.from({ length: 20_000 }, (_, i) => span({ id: i + 1 }));
    const batch = new TraceScanner().scan(
      encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
    );
    const view = new SpanView();
    view.open(batch);
    const before = cpuMillis();
    for (let index = 0; index < spans.length; index++) assert.equal(view.moveTo(index).scopeName, '');
    assert.ok(cpuMillis() - before < 500);
  });

  test('say of any request what a full decode says', () => {
    const scanner = new TraceScanner();
    const check = (request: TraceRequest): void => {
      const bytes = encodeTraceRequest(request);
      const decoded = decodeTraceRequest(bytes);
      const batch = scanner.scan(bytes);
      const expected = expectedSpans(decoded);
      assert.deepEqual(seenSpans(batch), expected.good);
      assert.equal(batch.rejectedSpans, expected.rejected);
    };
    fc.assert(fc.property(traceRequestObject, check), { seed, numRuns: 3000 });
  });

  test('find a resource attribute wherever in its message the resource stands', () => {
    const [resource] = fields({
      resourceSpans: [{ resource: { attributes: [text('service.name', 'shop')] } }],
    });
    const [scopes] = fields({ resourceSpans: [{ scopeSpans: [{ spans: [goodSpan] }] }] });
    for (const parts of [
      [resource, scopes],
      [scopes, resource],
      [scopes, resource, scopes],
    ]) {
      const content = Buffer.concat(parts.map((part) => part!.subarray(headLength(part!))));
      const request = Buffer.concat([lengthDelimited(0x0a, content)]);
      const view = new SpanView();
      const batch = new TraceScanner().scan(request);
      view.open(batch);
      for (let i = 0; i < batch.spans.length; i++) {
        assert.equal(view.moveTo(i).resourceAttribute(encodeText('service.name')), 'shop');
      }
      assert.ok(batch.spans.length > 0);
    }
  });

  test('list no resource and no scope that holds no span', () => {
    const empty = Buffer.concat(
      Array.from({ length: 1000 }, () => lengthDelimited(0x0a, lengthDelimited(0x12, Buffer.alloc(0)))),
    );
    const batch = new TraceScanner().scan(empty);
    assert.deepEqual([batch.resources, batch.scopes, batch.spans.length], [[], [], 0]);
  });

  test('refuse every message that ends too soon', () => {
    const whole = encodeTraceRequest({
      resourceSpans: [{ resource: { attributes: [text('a', 'b')] }, scopeSpans: [{ spans: [goodSpan] }] }],
    });
    for (let length = 1; length < whole.length; length++) {
      assert.throws(
        () => new TraceScanner().scan(whole.subarray(0, length)),
        MalformedOtlp,
        `cut at ${length}`,
      );
    }
  });

  const broken: [name: string, bytes: readonly number[]][] = [
    ['a field with the number 0', [0x02, 0x00]],
    ['a length past the end', [0x0a, 0x05, 0x00]],
    ['a length of 2^32 - 1', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['a number of eleven bytes', [0x20, ...Array<number>(11).fill(0x80), 0x00]],
    ['a known field with another wire type', [0x08, 0x01]],
    ['a group', [0x23, 0x24]],
    ['a length of more than 31 bits, of which the lower ones would do', [0x0a, 0x80, 0x80, 0x80, 0x80, 0x10]],
    ['a length of ten bytes, of which the lower ones would do', [0x0a, ...Array<number>(9).fill(0x80), 0x01]],
    ['a field number of more than 29 bits', [0x8a, 0x80, 0x80, 0x80, 0x10, 0x00]],
    ['text', [...Buffer.from('hello, world')]],
    ['a resource_spans that is not one', [0x0a, 0x02, 0xff, 0xff]],
  ];
  for (const [name, bytes] of broken) {
    test(`refuse ${name}`, () => {
      assert.throws(() => new TraceScanner().scan(Uint8Array.from(bytes)), MalformedOtlp);
    });
  }

  const entityRef = (...bytes: number[]): Buffer =>
    lengthDelimited(0x0a, lengthDelimited(0x0a, lengthDelimited(0x1a, Buffer.from(bytes))));
  const brokenParts: [name: string, request: Buffer][] = [
    ['an entity_ref that ends too soon', entityRef(0x0a, 0x05, 0x61)],
    ['an entity_ref with a number for a text', entityRef(0x08, 0x01)],
    ['a group in an entity_ref', entityRef(0x2b, 0x2c)],
    [
      'a text for a counter of a resource',
      lengthDelimited(0x0a, lengthDelimited(0x0a, Buffer.of(0x12, 0x00))),
    ],
    ['a text for a counter of a scope', inScope(0x22, 0x00)],
    ['a version of a scope that is a number', inScope(0x10, 0x01)],
  ];
  for (const [name, request] of brokenParts) {
    test(`refuse ${name}`, () => {
      assert.throws(() => new TraceScanner().scan(request), MalformedOtlp);
    });
  }

  test('take the status of senders from the time when it had a field 1', () => {
    const whole = encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans: [withoutStatus] }] }] });
    const status = lengthDelimited(0x7a, Buffer.of(0x08, 0x02, 0x18, 0x02));
    const batch = new TraceScanner().scan(appendedToSpan(whole, status));
    assert.deepEqual(
      seenSpans(batch).map((seen) => seen.status),
      [2],
    );
  });

  test('go by the last of an id that stands there twice', () => {
    const whole = encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans: [goodSpan] }] }] });
    const [wrong, right] = [0, 8].map((length) => lengthDelimited(0x12, Buffer.alloc(length, 5)));
    const scan = (...ids: Buffer[]) => new TraceScanner().scan(appendedToSpan(whole, Buffer.concat(ids)));
    assert.deepEqual(
      seenSpans(scan(wrong!, right!)).map(({ spanId }) => spanId),
      ['0505050505050505'],
    );
    assert.equal(scan(right!, wrong!).rejectedSpans, 1);
  });

  test('count how deep values are from the request on, as decoders do, wherever they stand', () => {
    const places: [tags: number[], around: number][] = [
      [[0x0a, 0x0a, 0x0a], 3],
      [[0x1a, 0x0a, 0x12, 0x0a], 4],
      [[0x4a, 0x12, 0x12, 0x0a], 4],
      [[0x1a, 0x5a, 0x12, 0x12, 0x0a], 5],
      [[0x22, 0x6a, 0x12, 0x12, 0x0a], 5],
    ];
    for (const [tags, around] of places) {
      // A KeyValue, its value, and two messages for each list in it.
      const mostLists = Math.floor((100 - around - 1) / 2);
      for (const [lists, isTaken] of [
        [mostLists, true],
        [mostLists + 1, false],
      ] as const) {
        let value: Buffer = Buffer.alloc(0);
        for (let i = 0; i < lists; i++) value = lengthDelimited(0x2a, lengthDelimited(0x0a, value));
        let request = lengthDelimited(0x12, value);
        for (const tag of tags) request = lengthDelimited(tag, request);
        const scan = () => new TraceScanner().scan(request);
        assert.equal(isDecoded(request), isTaken);
        if (isTaken) scan();
        else assert.throws(scan, /nested more than 100 deep/);
      }
    }
  });

  test('pass over fields that a newer sender may use', () => {
    const unknown = Buffer.concat([
      lengthDelimited(0xfa, Buffer.from('new'), 0x3e),
      Buffer.of(0xc8, 0x3e, 0x07),
    ]);
    const request = Buffer.concat([
      unknown,
      encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans: [goodSpan] }] }] }),
    ]);
    assert.equal(new TraceScanner().scan(request).spans.length, 1);
  });

  test('refuse values nested deeper than protobuf decoders go, without deep recursion', () => {
    let value: Uint8Array = Buffer.alloc(0);
    for (let i = 0; i < 5000; i++) value = lengthDelimited(0x2a, lengthDelimited(0x0a, value));
    const attribute = Buffer.concat([lengthDelimited(0x0a, Buffer.from('k')), lengthDelimited(0x12, value)]);
    const span = lengthDelimited(0x12, lengthDelimited(0x4a, attribute));
    const request = lengthDelimited(0x0a, lengthDelimited(0x12, span));
    assert.throws(() => new TraceScanner().scan(request), MalformedOtlp);
  });

  test('accept or refuse damaged messages, and never do anything else', () => {
    const scanner = new TraceScanner();
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const check = (request: TraceRequest, edits: [number, number][]): void => {
      const bytes = Uint8Array.from(encodeTraceRequest(request));
      if (bytes.length === 0) return;
      for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
      let batch;
      try {
        batch = scanner.scan(bytes);
      } catch (error) {
        assert.ok(error instanceof MalformedOtlp, String(error));
        return;
      }
      seenSpans(batch);
    };
    fc.assert(fc.property(traceRequestObject, damage, check), { seed, numRuns: 3000 });
  });
});

const goodSpan: Span = {
  traceId: Buffer.alloc(16, 1),
  spanId: Buffer.alloc(8, 2),
  name: 'GET /',
  startTimeUnixNano: '1',
  endTimeUnixNano: '2',
  attributes: [text('k', 'v')],
  events: [{ name: 'exception', attributes: [text('exception.type', 'E')] }],
  links: [{ traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, 3) }],
  status: { code: 2, message: 'm' },
};

const { status: _status, ...withoutStatus } = goodSpan;

function inScope(...bytes: number[]): Buffer {
  return lengthDelimited(0x0a, lengthDelimited(0x12, lengthDelimited(0x0a, Buffer.from(bytes))));
}

/** A request of one span, with more in it. */
function appendedToSpan(request: Uint8Array, more: Buffer): Buffer {
  let content: Buffer = Buffer.from(request);
  for (let level = 0; level < 3; level++) content = content.subarray(headLength(content));
  const span = lengthDelimited(0x12, Buffer.concat([content, more]));
  return lengthDelimited(0x0a, lengthDelimited(0x12, span));
}

function isDecoded(request: Uint8Array): boolean {
  try {
    decodeTraceRequest(request);
    return true;
  } catch {
    return false;
  }
}

function text(key: string, stringValue: string): KeyValue {
  return { key, value: { stringValue } };
}

function fields(request: TraceRequest): Buffer[] {
  return [Buffer.from(encodeTraceRequest(request))];
}

/** Tag and length of a message whose length takes one or two bytes. */
function headLength(message: Buffer): number {
  return message[1]! < 0x80 ? 2 : 3;
}

function lengthDelimited(tag: number, content: Uint8Array, secondTagByte?: number): Buffer {
  const length: number[] = [];
  let rest = content.length;
  while (rest > 0x7f) {
    length.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  length.push(rest);
  return Buffer.concat([
    Buffer.of(tag, ...(secondTagByte === undefined ? [] : [secondTagByte]), ...length),
    content,
  ]);
}
