import { joined } from './slice.ts';
import { column, columns } from './span-table.ts';
import type { TraceBatch } from './trace-scanner.ts';
import { varint } from './varint.ts';
import { WireReader } from './wire.ts';

/** ResourceSpans in a request, ScopeSpans in those, and spans in those (collector/trace/v1, trace/v1). */
export const tags = { resource: 0x0a, scope: 0x12, span: 0x12 } as const;

type Parts = Uint8Array[];
type Changed = (index: number, span: Uint8Array) => Uint8Array | undefined;

/** Takes some spans out of a request with what they stand in, again and again: a request is walked once for all of them. */
export class SpanExtractor {
  private readonly batch: TraceBatch;
  /** By index: what stands in the message beside the scopes or spans. */
  private readonly resources = new Map<number, Uint8Array>();
  private readonly scopes = new Map<number, Uint8Array>();

  /** @param batch valid as long as this is used */
  constructor(batch: TraceBatch) {
    this.batch = batch;
  }

  /**
   * @param indices of spans, ascending
   * @param changed what stands in the place of a span; undefined for one that is as it was
   * @returns an ExportTraceServiceRequest with these spans, their resources and scopes, in memory of its own
   */
  extract(indices: readonly number[], changed?: Changed): Uint8Array {
    const { cells } = this.batch.spans;
    const ofResources = grouped(indices, (index) => cells[index * columns + column.resource]!);
    const request = ofResources.flatMap(([resource, spans]) => {
      const ofScopes = grouped(spans, (index) => cells[index * columns + column.scope]!);
      const scopes = ofScopes.flatMap(([scope, inScope]) => this.scopeSpans(scope, inScope, changed));
      return message(tags.resource, [this.around(this.resources, this.batch.resources, resource), ...scopes]);
    });
    return joined(request);
  }

  private scopeSpans(scope: number, spans: readonly number[], changed?: Changed): Parts {
    const { bytes, spans: table } = this.batch;
    const messages = spans.flatMap((index) => {
      const row = index * columns;
      const span = bytes.subarray(table.cells[row + column.start], table.cells[row + column.end]);
      return message(tags.span, [changed?.(index, span) ?? span]);
    });
    return message(tags.scope, [this.around(this.scopes, this.batch.scopes, scope), ...messages]);
  }

  /** What stands beside the messages of field 2, which are the scopes of a resource and the spans of a scope. */
  private around(known: Map<number, Uint8Array>, ranges: readonly number[], index: number): Uint8Array {
    let beside = known.get(index);
    if (beside !== undefined) return beside;
    beside = besideItems(this.batch.bytes, ranges, index);
    known.set(index, beside);
    return beside;
  }
}

/**
 * What stands in a ResourceSpans or ScopeSpans message beside its scopes or spans, which are its field 2.
 * @param ranges `resources` or `scopes` of a batch. @returns a copy in one piece: it may be asked for thousands of times
 */
export function besideItems(bytes: Uint8Array, ranges: readonly number[], index: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const reader = new WireReader();
  const end = ranges[index * 2 + 1]!;
  reader.reset(bytes, ranges[index * 2]);
  while (reader.at < end) {
    const start = reader.at;
    const tag = reader.tag(end);
    reader.skip(tag, end);
    if (tag !== tags.span) parts.push(bytes.subarray(start, reader.at));
  }
  return Buffer.concat(parts);
}

/** What stands together with the same key. */
function grouped(indices: readonly number[], keyOf: (index: number) => number): [key: number, number[]][] {
  const groups: [number, number[]][] = [];
  for (const index of indices) {
    const key = keyOf(index);
    const last = groups.at(-1);
    if (last?.[0] === key) last[1].push(index);
    else groups.push([key, [index]]);
  }
  return groups;
}

function message(tag: number, content: Parts): Parts {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.of(tag, ...varint(length)), ...content];
}
