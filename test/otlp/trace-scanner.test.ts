import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { AttributeValue } from '../../src/otlp/attributes.ts';
import { MalformedOtlp } from '../../src/otlp/malformed.ts';
import { SpanView } from '../../src/otlp/span-view.ts';
import { encodeText } from '../../src/otlp/text.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { traceRequestObject } from '../support/otlp-arbitraries.ts';
import { span } from '../support/otlp-builders.ts';
import {
  type AnyValue,
  decodeTraceRequest,
  encodeTraceRequest,
  type KeyValue,
  type ResourceSpans,
  type ScopeSpans,
  type Span,
  type TraceRequest,
} from '../support/otlp-reference.ts';
import { cpuMillis } from '../support/cpu-time.ts';

const seed = 20261123;

/** What a view says of a span, and what it should say by the reference decoder: the same form for both. */
interface Seen {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: number;
  status: number;
  statusMessage: string;
  traceState: string;
  durationNanos: number;
  parentIsRemote: boolean | undefined;
  attributes: Record<string, AttributeValue>;
  exceptions: Record<string, AttributeValue>[];
  scope: string;
}

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
      assert.deepEqual(viewed(batch), expected.good);
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
    ['text', [...Buffer.from('hello, world')]],
    ['a resource_spans that is not one', [0x0a, 0x02, 0xff, 0xff]],
  ];
  for (const [name, bytes] of broken) {
    test(`refuse ${name}`, () => {
      assert.throws(() => new TraceScanner().scan(Uint8Array.from(bytes)), MalformedOtlp);
    });
  }

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
      viewed(batch);
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

function text(key: string, stringValue: string): KeyValue {
  return { key, value: { stringValue } };
}

function viewed(batch: ReturnType<TraceScanner['scan']>): Seen[] {
  const view = new SpanView();
  view.open(batch);
  return Array.from({ length: batch.spans.length }, (_, index) => {
    view.moveTo(index);
    return {
      traceId: view.traceId,
      spanId: view.spanId,
      parentSpanId: view.parentSpanId,
      name: view.name,
      kind: view.kind,
      status: view.statusCode,
      statusMessage: view.statusMessage,
      traceState: view.traceState,
      durationNanos: view.durationNanos,
      parentIsRemote: view.parentIsRemote,
      attributes: Object.fromEntries(view.attributes()),
      exceptions: view.exceptions(100).map((event) => Object.fromEntries(event.attributes)),
      scope: view.scopeName,
    };
  });
}

function expectedSpans(request: TraceRequest): { good: Seen[]; rejected: number } {
  const good: Seen[] = [];
  let rejected = 0;
  const add = (_resource: ResourceSpans, scope: ScopeSpans, span: Span): void => {
    if (
      isId(span.traceId, 16) &&
      isId(span.spanId, 8) &&
      (!span.parentSpanId?.length || span.parentSpanId.length === 8)
    ) {
      good.push(expectedSpan(scope, span));
    } else {
      rejected++;
    }
  };
  for (const resource of request.resourceSpans ?? []) {
    for (const scope of resource.scopeSpans ?? []) {
      for (const span of scope.spans ?? []) add(resource, scope, span);
    }
  }
  return { good, rejected };
}

function expectedSpan(scope: ScopeSpans, span: Span): Seen {
  const flags = span.flags ?? 0;
  const nanos = BigInt(span.endTimeUnixNano ?? 0) - BigInt(span.startTimeUnixNano ?? 0);
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: isId(span.parentSpanId, 8) ? hex(span.parentSpanId) : '',
    name: span.name ?? '',
    kind: span.kind ?? 0,
    status: span.status?.code ?? 0,
    statusMessage: span.status?.message ?? '',
    traceState: span.traceState ?? '',
    durationNanos: Number(nanos),
    parentIsRemote: (flags & 0x100) === 0 ? undefined : (flags & 0x200) !== 0,
    attributes: expectedAttributes(span.attributes),
    exceptions: (span.events ?? [])
      .filter((event) => event.name === 'exception')
      .map((event) => expectedAttributes(event.attributes)),
    scope: scope.scope?.name ?? '',
  };
}

function expectedAttributes(attributes: KeyValue[] | undefined): Record<string, AttributeValue> {
  const values = new Map<string, AttributeValue>();
  for (const { key = '', value } of attributes ?? []) {
    const shown = expectedValue(value, 0);
    if (shown === undefined || values.has(key) || values.size === 256) continue;
    values.set(key, typeof shown === 'object' ? JSON.stringify(shown) : (shown as AttributeValue));
  }
  return Object.fromEntries(values);
}

function expectedValue(value: AnyValue | undefined, depth: number): unknown {
  if (value?.stringValue !== undefined) return value.stringValue;
  if (value?.boolValue !== undefined) return value.boolValue;
  if (value?.intValue !== undefined) {
    const number = Number(value.intValue);
    return Number.isSafeInteger(number) ? number : value.intValue;
  }
  if (value?.doubleValue !== undefined)
    return Number.isFinite(value.doubleValue) ? value.doubleValue : String(value.doubleValue);
  if (value?.bytesValue !== undefined) return Buffer.from(value.bytesValue).toString('base64');
  if (value?.arrayValue !== undefined) {
    if (depth >= 8) return '…';
    return (value.arrayValue.values ?? []).map((item) => expectedValue(item, depth + 1));
  }
  if (value?.kvlistValue !== undefined) {
    if (depth >= 8) return '…';
    const entries = (value.kvlistValue.values ?? []).map((item) => [
      item.key ?? '',
      expectedValue(item.value, depth + 1),
    ]);
    return Object.fromEntries(entries) as object;
  }
  return undefined;
}

function isId(id: Uint8Array | undefined, length: number): id is Uint8Array {
  return id?.length === length && id.some((byte) => byte !== 0);
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
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
