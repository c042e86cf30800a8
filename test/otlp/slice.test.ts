import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type Signal, signals } from '../../src/otlp/signal.ts';
import { sliceRequest, sliceTraces, splitRequest } from '../../src/otlp/slice.ts';
import { column } from '../../src/otlp/span-table.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { traceRequestObject } from '../support/otlp-arbitraries.ts';
import { span } from '../support/otlp-builders.ts';
import {
  decode,
  decodeTraceRequest,
  encode,
  encodeTraceRequest,
  logsRequest,
  metricsRequest,
  type ResourceSpans,
  type Span,
  traceRequest,
  type TraceRequest,
} from '../support/otlp-reference.ts';
import { messageOf } from '../support/otlp-type-arbitrary.ts';
import { cpuMillis } from '../support/cpu-time.ts';

const seed = 20261124;

function slice(bytes: Uint8Array, keeps: (index: number) => boolean): Uint8Array {
  return sliceTraces(new TraceScanner().scan(bytes), keeps);
}

/** As a sender may write it that puts each field and length in more bytes than are needed. */
function wide(tag: number, content: Uint8Array): Buffer {
  const length = [content.length & 0x7f, (content.length >>> 7) & 0x7f, content.length >>> 14];
  return Buffer.concat([Buffer.of(tag | 0x80, 0, length[0]! | 0x80, length[1]! | 0x80, length[2]!), content]);
}

/** What the sliced request must decode to: the good spans that are kept, in what holds them. */
function filtered(request: TraceRequest, keeps: (index: number) => boolean): TraceRequest {
  let next = 0;
  let left = 0;
  const isKept = (given: Span): boolean => {
    const kept = hasIds(given) && keeps(next++);
    if (!kept) left++;
    return kept;
  };
  const resourceSpans = (request.resourceSpans ?? []).flatMap((resource): ResourceSpans[] => {
    const scopeSpans = (resource.scopeSpans ?? []).flatMap((scope) => {
      const spans = (scope.spans ?? []).filter(isKept);
      return spans.length === 0 ? [] : [{ ...scope, spans }];
    });
    return scopeSpans.length === 0 ? [] : [{ ...resource, scopeSpans }];
  });
  if (left === 0) return request;
  return resourceSpans.length === 0 ? {} : { resourceSpans };
}

function hasIds({ traceId, spanId, parentSpanId }: Span): boolean {
  const isId = (id: Uint8Array | undefined, length: number): boolean =>
    id?.length === length && id.some((byte) => byte !== 0);
  const parentLength = parentSpanId?.length ?? 0;
  return isId(traceId, 16) && isId(spanId, 8) && (parentLength === 0 || parentLength === 8);
}

suite('sliceTraces', () => {
  test('is, decoded, the decoded request without the spans that are not kept', () => {
    const verdicts = fc.array(fc.boolean(), { minLength: 36, maxLength: 36 });
    const check = (object: TraceRequest, kept: boolean[]): void => {
      const bytes = encodeTraceRequest(object);
      const sliced = slice(bytes, (index) => kept[index]!);
      assert.deepEqual(
        decodeTraceRequest(sliced),
        filtered(decodeTraceRequest(bytes), (index) => kept[index]!),
      );
      assert.ok(sliced.length <= bytes.length);
    };
    fc.assert(fc.property(traceRequestObject, verdicts, check), { seed, numRuns: 3000 });
  });

  test('is the whole body, byte for byte, when every span is kept', () => {
    const check = (object: TraceRequest): void => {
      const bytes = encodeTraceRequest(object);
      const batch = new TraceScanner().scan(bytes);
      fc.pre(batch.rejectedSpans === 0);
      assert.deepEqual(
        sliceTraces(batch, () => true),
        new Uint8Array(bytes),
      );
    };
    fc.assert(fc.property(traceRequestObject, check), { seed, numRuns: 500 });
  });

  test('can be scanned and sliced again', () => {
    const bytes = requestOf(9);
    const once = slice(bytes, (index) => index !== 3);
    const twice = slice(once, (index) => index !== 5);
    assert.deepEqual(names(twice), ['span 1', 'span 2', 'span 3', 'span 5', 'span 6', 'span 8', 'span 9']);
  });

  for (const [what, keeps] of [
    ['whole', () => true],
    ['in part', (index: number) => index > 0],
  ] as const) {
    test(`is memory of its own, hardly larger than it must be, when kept ${what}`, () => {
      const around = new Uint8Array(10_000);
      const bytes = requestOf(5);
      around.set(bytes, 100);
      const given = Buffer.from(around.buffer, 100, bytes.length);
      const sliced = slice(given, keeps);
      const before = names(sliced);
      around.fill(0xff);
      assert.deepEqual(names(sliced), before);
      assert.equal(sliced.buffer.byteLength, sliced.length);
    });
  }

  test('asks of each good span once, in order, and never of a rejected one', () => {
    const spans = [span({ id: 1 }), { ...span({ id: 2 }), spanId: Buffer.alloc(8) }, {}, span({ id: 4 })];
    const asked: number[] = [];
    const bytes = encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    const sliced = slice(bytes, (index) => asked.push(index) > 0);
    assert.deepEqual(asked, [0, 1]);
    assert.deepEqual(names(sliced), ['span 1', 'span 4']);
  });

  test('is empty when nothing is kept', () => {
    assert.equal(slice(requestOf(3), () => false).length, 0);
  });

  test('keeps fields that it does not know on every level, of what still holds a span', () => {
    // Field 19 of every message, which no version has.
    const unknown = (mark: string): Buffer => wide(0x9a, Buffer.from(mark)).fill(1, 1, 2);
    const good = wide(0x12, encodeSpan(span({ id: 1 })));
    const bad = wide(0x12, encodeSpan(span({ id: 2 })));
    const request = Buffer.concat([
      unknown('request'),
      wide(0x0a, Buffer.concat([wide(0x12, Buffer.concat([bad, unknown('lost scope')]))])),
      wide(
        0x0a,
        Buffer.concat([
          unknown('resource'),
          wide(0x12, Buffer.concat([unknown('before'), bad, good, bad, unknown('after')])),
          wide(0x12, Buffer.concat([bad, unknown('empty scope')])),
          unknown('resource end'),
        ]),
      ),
      unknown('request end'),
    ]);
    let next = 0;
    const sliced = Buffer.from(slice(request, () => next++ === 2));
    const text = sliced.toString('latin1');
    for (const mark of ['request', 'resource', 'before', 'after', 'resource end', 'request end'])
      assert.ok(text.includes(mark), mark);
    for (const mark of ['lost scope', 'empty scope']) assert.ok(!text.includes(mark), mark);
    assert.deepEqual(names(sliced), ['span 1']);
    new TraceScanner().scan(sliced);
  });

  test('takes time in proportion to what it is given, however it is cut up', () => {
    const spans = Array.from({ length: 60_000 }, (_, i) => ({ ...span({ id: i + 1 }), attributes: [] }));
    const bytes = encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    const batch = new TraceScanner().scan(bytes);
    const before = cpuMillis();
    const sliced = sliceTraces(batch, (index) => index % 2 === 0);
    assert.ok(cpuMillis() - before < 1_000);
    assert.equal(new TraceScanner().scan(sliced).spans.length, 30_000);
  });
});

suite('sliceRequest', () => {
  test('slices log records as well: all signals have one shape', () => {
    const logs = encode(logsRequest, {
      resourceLogs: [
        { resource: {}, scopeLogs: [{ logRecords: [{ severityText: 'a' }, { severityText: 'b' }] }] },
        { scopeLogs: [{ logRecords: [{ severityText: 'c' }], schemaUrl: 'left out' }] },
      ],
    });
    let record = 0;
    const sliced = sliceRequest('logs', logs, () => record++ === 1);
    assert.deepEqual(decode(logsRequest, sliced), {
      resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords: [{ severityText: 'b' }] }] }],
    });
  });

  test('slices data points, of whichever kind, and leaves out the metric that has none any more', () => {
    const point = (flags: number) => ({ flags });
    const kinds = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'];
    const metrics = kinds.map((kind, i) => ({
      name: kind,
      unit: 'ms',
      [kind]: { dataPoints: [point(i * 2 + 1), point(i * 2 + 2)] },
    }));
    const bytes = encode(metricsRequest, { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
    let at = 0;
    const sliced = decode(
      metricsRequest,
      sliceRequest('metrics', bytes, () => ++at % 2 === 0 && at > 2),
    );
    assert.equal(at, 10);
    assert.deepEqual(sliced, {
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: kinds.slice(1).map((kind, i) => ({
                name: kind,
                unit: 'ms',
                [kind]: { dataPoints: [point(i * 2 + 4)] },
              })),
            },
          ],
        },
      ],
    });
  });
});

suite('splitRequest', () => {
  const types = { traces: traceRequest, logs: logsRequest, metrics: metricsRequest };
  const levels = {
    traces: ['resourceSpans', 'scopeSpans', 'spans'],
    logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
    metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  };
  const kinds = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'];

  /** Each item with everything that it stands in, in order. */
  function itemsIn(signal: Signal, bytes: Uint8Array): object[] {
    let found = [{ in: [] as object[], node: decode(types[signal], bytes) }];
    const down = (key: string): typeof found =>
      found.flatMap(({ in: outer, node }) => {
        const { [key]: inner, ...rest } = node;
        return ((inner ?? []) as Record<string, unknown>[]).map((next) => ({
          in: [...outer, rest],
          node: next,
        }));
      });
    for (const level of levels[signal]) found = down(level);
    if (signal !== 'metrics') return found;
    return found.flatMap(({ in: outer, node }) =>
      kinds.flatMap((kind) => {
        const { dataPoints = [], ...rest } = (node[kind] ?? {}) as { dataPoints?: object[] };
        return dataPoints.map((point) => ({ in: [...outer, { ...node, [kind]: rest }], node: point }));
      }),
    );
  }

  for (const signal of signals) {
    test(`has every item of ${signal} in one of two requests, in order and in what holds it`, () => {
      const check = (object: object, share: number): void => {
        const bytes = encode(types[signal], object);
        const items = itemsIn(signal, bytes);
        const first = Math.floor(items.length * share);
        const [head, tail] = splitRequest(signal, bytes, first);
        assert.deepEqual(itemsIn(signal, head), items.slice(0, first));
        assert.deepEqual(itemsIn(signal, tail), items.slice(first));
      };
      const share = fc.double({ min: 0, max: 1, noNaN: true });
      fc.assert(fc.property(messageOf(types[signal]), share, check), { seed, numRuns: 500 });
    });
  }
});

function requestOf(count: number): Uint8Array {
  const spans = Array.from({ length: count }, (_, i) => span({ id: i + 1 }));
  return encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

function names(request: Uint8Array): (string | undefined)[] {
  return (decodeTraceRequest(request).resourceSpans ?? []).flatMap(({ scopeSpans = [] }) =>
    scopeSpans.flatMap(({ spans = [] }) => spans.map(({ name }) => name)),
  );
}

function encodeSpan(given: Span): Uint8Array {
  const request = encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans: [given] }] }] });
  const { spans } = new TraceScanner().scan(request);
  return request.subarray(spans.cells[column.start], spans.cells[column.end]);
}
