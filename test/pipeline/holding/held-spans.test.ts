import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { column, columns } from '../../../src/otlp/span-table.ts';
import { HeldSpans } from '../../../src/pipeline/holding/held-spans.ts';
import { blockBytes } from '../../../src/pipeline/holding/slab.ts';
import { TakenSpans } from '../../../src/pipeline/holding/taken-spans.ts';
import { none } from '../../../src/pipeline/holding/waiters.ts';
import { ResourceReader } from '../../../src/pipeline/resource-facts.ts';
import { WorkSpace } from '../../../src/pipeline/work-space.ts';
import { traceRequestObject } from '../../support/otlp-arbitraries.ts';
import { span, traceRequestBytes } from '../../support/otlp-builders.ts';
import { decodeTraceRequest, encodeTraceRequest, type TraceRequest } from '../../support/otlp-reference.ts';

const resources = new ResourceReader();

interface Held {
  /** Its first record. */
  first: number;
  /** What it holds, each span with what it stands in. */
  lines: string[];
}

/** Holds spans of a request as one part. @returns undefined if there was no room */
function hold(held: HeldSpans, bytes: Uint8Array, wants: (index: number) => boolean): Held | undefined {
  const space = new WorkSpace();
  const batch = space.open(bytes, resources);
  const next = new Int32Array(space.count);
  let first: number = none;
  for (let index = space.count - 1; index >= 0; index--) {
    if (!wants(index)) continue;
    next[index] = first;
    first = index;
  }
  held.open(batch);
  const record = held.add(1, first, next, { batch, traces: space.traces });
  held.close();
  if (record === none && first !== none) return undefined;
  const kept = linesOf(decodeTraceRequest(bytes)).filter(({ isWhole }) => isWhole);
  return { first: record, lines: kept.filter((_, index) => wants(index)).map(({ line }) => line) };
}

/** Spans in the order in which they stand, each with its resource and scope. */
function linesOf({ resourceSpans = [] }: TraceRequest): { line: string; isWhole: boolean }[] {
  return resourceSpans.flatMap(({ scopeSpans = [], ...resource }) =>
    scopeSpans.flatMap(({ spans = [], ...scope }) =>
      spans.map((span) => ({
        line: JSON.stringify([resource, scope, span]),
        isWhole:
          isId(span.traceId, 16) && isId(span.spanId, 8) && [0, 8].includes(span.parentSpanId?.length ?? 0),
      })),
    ),
  );
}

function isId(id: Uint8Array | undefined, length: number): boolean {
  return id?.length === length && id.some((byte) => byte !== 0);
}

suite('spans that are held', () => {
  const request = fc.record({ object: traceRequestObject, wanted: fc.infiniteStream(fc.boolean()) });

  test('come out as they went in, each in its resource and scope, with their rows as a scanner has them', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 6 }), fc.nat(), (requests, turn) => {
        const held = new HeldSpans(2 ** 24);
        const taken = new TakenSpans(held);
        const all: Held[] = [];
        for (const { object, wanted } of requests) {
          const wants: boolean[] = [];
          all.push(
            hold(
              held,
              encodeTraceRequest(object),
              (index) => (wants[index] ??= wanted.next().value as boolean),
            )!,
          );
        }
        const [some, others] = [
          all.filter((_, i) => (turn >> i) % 2 === 0),
          all.filter((_, i) => (turn >> i) % 2),
        ];
        for (const each of [some, others]) {
          taken.take(each.map((one) => one.first));
          const { bytes, spans } = taken.batch;
          const lines = linesOf(decodeTraceRequest(bytes)).map(({ line }) => line);
          assert.deepEqual(lines.toSorted(), each.flatMap((one) => one.lines).toSorted());
          const space = new WorkSpace();
          const scanned = space.open(bytes, resources);
          assert.equal(taken.count, scanned.spans.length);
          for (let index = 0; index < taken.count; index++) {
            const row = (cells: Int32Array) => cells.slice(index * columns, (index + 1) * columns);
            assert.deepEqual(
              row(spans.cells).with(column.nameNumber, -1),
              row(scanned.spans.cells).with(column.nameNumber, -1),
            );
            assert.equal(spans.durations[index], scanned.spans.durations[index]);
            assert.deepEqual(
              [
                taken.hashOf(index),
                taken.bitsOf(index),
                taken.resourceFacts[taken.view.moveTo(index).resource],
              ],
              [space.traces.hashOf(index), space.traces.bitsOf(index), space.traces.factsOf(index)],
            );
          }
        }
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
  });

  test('leave nothing behind, and what they stand in is there once', () => {
    const maxBytes = 40 * blockBytes;
    const held = new HeldSpans(maxBytes);
    const taken = new TakenSpans(held);
    for (let i = 0; i < 1000; i++) {
      // Another resource each time, so that what nothing is held of must make room for it.
      const bytes = traceRequestBytes([{ id: 1 }, { id: 2 }], {
        'service.name': `service ${i}`,
        more: '.'.repeat(4 * blockBytes),
      });
      const parts = [1, 2, 3].map(() => hold(held, bytes, () => true)!.first);
      taken.take(parts);
      assert.equal(taken.count, 6);
      assert.equal(taken.batch.resources.length / 2, 1, 'one message for three requests');
      taken.close();
      assert.deepEqual([taken.count, taken.batch.bytes.length], [0, 0]);
    }
  });

  test('have no more room than was given, what they stand in included', () => {
    const held = new HeldSpans(10 * blockBytes);
    const bytes = (of: string) =>
      traceRequestBytes([{ id: 1 }], { 'service.name': of, more: '.'.repeat(2 * blockBytes) });
    assert.notEqual(
      hold(held, bytes('a'), () => true),
      undefined,
    );
    const second = hold(held, bytes('b'), () => true);
    assert.equal(second, undefined, 'two such resources are more than nine blocks');
    for (let i = 0; i < 3; i++)
      assert.notEqual(
        hold(held, bytes('a'), () => true),
        undefined,
      );
    assert.equal(
      hold(held, bytes('a'), () => true),
      undefined,
    );
  });

  test('leave nothing of what they stand in where there was no room for that', () => {
    const held = new HeldSpans(10 * blockBytes);
    const bytes = (...names: string[]) =>
      Buffer.from(
        encodeTraceRequest({
          resourceSpans: [
            { scopeSpans: names.map((name, i) => ({ scope: { name }, spans: [span({ id: i + 1 })] })) },
          ],
        }),
      );
    const large = '.'.repeat(4 * blockBytes);
    assert.equal(
      hold(held, bytes(`a${large}`, `b${large}`, `c${large}`), () => true),
      undefined,
    );
    assert.equal(held.bytes, 0);
    assert.notEqual(
      hold(held, bytes('a', 'b', 'c'), () => true),
      undefined,
    );
  });
});
