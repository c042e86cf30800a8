import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  type Encoding,
  batchesOf,
  RequestStream,
  templateOf,
} from '../../../bench/payload/request-stream.ts';
import { roundMask } from '../../../bench/payload/template.ts';
import { decodeTraceRequest, type Span, type TraceRequest } from '../../support/otlp-reference.ts';

const preparation = { spansPerRequest: 40, spansPerSecond: 4000 };
const encodings: readonly Encoding[] = ['protobuf', 'json'];

/** Ids as hexadecimal text, whichever the encoding. */
interface Ids {
  trace: string;
  span: string;
  parent: string | undefined;
}

function decode(encoding: Encoding, body: Uint8Array): TraceRequest {
  return encoding === 'json'
    ? (JSON.parse(Buffer.from(body).toString()) as TraceRequest)
    : decodeTraceRequest(body);
}

function spansOf(request: TraceRequest): Span[] {
  return (request.resourceSpans ?? []).flatMap(({ scopeSpans = [] }) =>
    scopeSpans.flatMap(({ spans = [] }) => spans),
  );
}

function idsOf({ traceId, spanId, parentSpanId }: Span): Ids {
  return { trace: hex(traceId)!, span: hex(spanId)!, parent: hex(parentSpanId) };
}

function hex(id: Uint8Array | string | undefined): string | undefined {
  return id instanceof Uint8Array ? Buffer.from(id).toString('hex') : id;
}

/** Without what a template rewrites. */
function withoutIdsAndTimes(request: TraceRequest): unknown {
  const rewritten = new Set([
    'traceId',
    'spanId',
    'parentSpanId',
    'startTimeUnixNano',
    'endTimeUnixNano',
    'timeUnixNano',
  ]);
  return JSON.parse(JSON.stringify(request, (key, value: unknown) => (rewritten.has(key) ? null : value)));
}

for (const encoding of encodings) {
  suite(`requests made from templates in ${encoding}`, () => {
    const batches = batchesOf({ encoding, ...preparation });
    const templates = batches.map((batch) => templateOf(encoding, batch));
    const original = batches.map((batch) => {
      const serializer = encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer;
      return decode(encoding, serializer.serializeRequest(batch)!);
    });
    const round = (number: number, shiftNanos = 0n): TraceRequest[] =>
      templates.map((template) =>
        decode(encoding, template.stamped({ mask: roundMask(number), shiftNanos })),
      );

    test('are what the SDK wrote but for ids and times', () => {
      const shift = 86_400_000_000_123n;
      assert.deepEqual(round(7, shift).map(withoutIdsAndTimes), original.map(withoutIdsAndTimes));
    });

    test('know how many spans and health checks are in them', () => {
      for (const [index, template] of templates.entries()) {
        const spans = spansOf(original[index]!);
        assert.equal(template.spans, spans.length);
        const healthChecks = spans.filter(({ name }) => name === 'GET /healthz').length;
        assert.equal(template.contents.healthChecks, healthChecks);
        const calls = template.contents.calls.reduce((sum, { calls: count }) => sum + count, 0);
        assert.equal(calls, spans.length - healthChecks);
      }
    });

    test('repeat no span id and no trace id over many rounds', () => {
      const spans = new Set<string>();
      const traces = new Map<string, number>();
      let count = 0;
      for (let number = 1; number <= 20; number++) {
        for (const { trace, span } of round(number).flatMap(spansOf).map(idsOf)) {
          spans.add(span);
          assert.equal(traces.get(trace) ?? number, number, 'a trace id of an earlier round');
          traces.set(trace, number);
          count++;
        }
      }
      assert.equal(spans.size, count);
      assert.ok(count > 20 * 40 * 40);
    });

    test('keep every child below its parent, which is in the same or a later request of the round', () => {
      const shape = (requests: TraceRequest[]): string[] => {
        const all = requests.flatMap((request, index) =>
          spansOf(request).map((span) => ({ ...idsOf(span), index, name: span.name })),
        );
        const bySpan = new Map(all.map((span) => [span.span, span]));
        return all
          .filter(({ parent }) => parent !== undefined)
          .map(({ parent, trace, name, index }) => {
            const above = bySpan.get(parent!);
            assert.ok(above !== undefined, `the parent of ${name} is in the round`);
            assert.equal(above.trace, trace);
            assert.ok(above.index >= index);
            return `${name} < ${above.name}`;
          });
      };
      assert.deepEqual(shape(round(3)), shape(original));
    });

    for (const shift of [0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 63_072_000_123_456_789n, -5_000_000_001n]) {
      test(`move every time by exactly ${shift} ns`, () => {
        const times = (requests: TraceRequest[]): bigint[] =>
          requests.flatMap(spansOf).flatMap(({ startTimeUnixNano, endTimeUnixNano, events = [] }) => {
            const ofEvents = events.map(({ timeUnixNano }) => timeUnixNano);
            return [startTimeUnixNano, endTimeUnixNano, ...ofEvents].map((time) => BigInt(time!));
          });
        const moved = times(original).map((time) => time + shift);
        assert.ok(moved.length > 2 * original.flatMap(spansOf).length, 'there are events');
        assert.deepEqual(times(round(1, shift)), moved);
      });
    }

    test('are not changed by those made from the same template afterwards', () => {
      const first = templates[0]!.stamped({ mask: 1, shiftNanos: 1n });
      const copy = Buffer.from(first);
      templates[0]!.stamped({ mask: 2, shiftNanos: 2n });
      assert.deepEqual(first, copy);
    });
  });
}

suite('a stream of requests', () => {
  let rounds = 0;
  const stream = RequestStream.prepare({ encoding: 'protobuf', ...preparation }, () => ++rounds);
  const nowNanos = 1_800_000_000_000_000_000n;
  const idsOfNext = (): Ids[] => spansOf(decodeTraceRequest(stream.next(nowNanos).body)).map(idsOf);

  test('begins as if the last span had just ended', () => {
    stream.beginRound();
    const ends = spansOf(decodeTraceRequest(stream.next(nowNanos).body)).map((span) =>
      BigInt(span.endTimeUnixNano!),
    );
    assert.equal(
      ends.reduce((a, b) => (a > b ? a : b)),
      nowNanos,
    );
  });

  test('has other ids than those beside it, which begin elsewhere and go on where they were', () => {
    const spansOfNext = (one: RequestStream): Span[] => spansOf(decodeTraceRequest(one.next(nowNanos).body));
    const [first, second] = stream.beside(2);
    const spans = [...spansOfNext(stream), ...spansOfNext(first!), ...spansOfNext(second!)];
    const again = stream.beside(2);
    assert.equal(again[0], first);
    spans.push(...spansOfNext(again[1]!));
    assert.equal(new Set(spans.map((span) => idsOf(span).span)).size, spans.length);
    assert.notDeepEqual(first!.next(nowNanos).template, second!.next(nowNanos).template);
    assert.ok(spans.every(({ endTimeUnixNano }) => BigInt(endTimeUnixNano!) < nowNanos + 10_000_000_000n));
  });

  test('goes on with other ids when all templates were used, and when it is begun anew', () => {
    stream.beginRound();
    const seen = new Set<string>();
    let count = 0;
    for (let request = 0; request < 200; request++) {
      if (request === 150) stream.beginRound();
      for (const { span } of idsOfNext()) {
        seen.add(span);
        count++;
      }
    }
    assert.equal(seen.size, count);
  });
});

test('masks of rounds differ', () => {
  const masks = new Set(Array.from({ length: 100_000 }, (_, number) => roundMask(number)));
  assert.equal(masks.size, 100_000);
});
