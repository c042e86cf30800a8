import { tags } from '../../otlp/extract.ts';
import { nanosBetween } from '../../otlp/fixed64.ts';
import { Interner } from '../../otlp/interner.ts';
import { uncleared } from '../../otlp/slice.ts';
import { column, SpanTable } from '../../otlp/span-table.ts';
import { SpanView } from '../../otlp/span-view.ts';
import { type TraceBatch, TraceScanner } from '../../otlp/trace-scanner.ts';
import { headLength, writeVarint } from '../../otlp/varint.ts';
import type { ResourceFacts } from '../resource-facts.ts';
import type { HeldSpans } from './held-spans.ts';
import type { HeldResource, HeldScope } from './span-contexts.ts';
import { none } from './waiters.ts';

const noNames = new Interner(0);
const noBytes = new Uint8Array(0);

/** Messages that are to be written: what they stand around, and how long they will be. */
interface ScopeSpans {
  readonly scope: HeldScope;
  readonly records: number[];
  size: number;
}

interface ResourceSpans {
  readonly resource: HeldResource;
  readonly scopes: readonly ScopeSpans[];
  readonly size: number;
}

/** Spans that were held, as one request again, with their rows as if it had been scanned. It is used again and again. */
export class TakenSpans {
  readonly view = new SpanView();
  /** An ExportTraceServiceRequest with all of them, in memory of its own. */
  batch: TraceBatch;
  private readonly empty: TraceBatch = new TraceScanner().scan(noBytes);
  private readonly held: HeldSpans;
  private readonly spans = new SpanTable();
  /** Of each span its hash and its bits. */
  private names = new Int32Array(0);
  private bytes: Uint8Array = noBytes;
  private numbers: DataView = new DataView(noBytes.buffer);
  private at = 0;
  private resources: number[] = [];
  private scopes: number[] = [];
  /** By index of the resource. */
  resourceFacts: ResourceFacts[] = [];

  constructor(held: HeldSpans) {
    this.held = held;
    this.batch = this.empty;
  }

  /** Takes spans out of what is held, and frees their memory there. @param firsts first records of parts that wait no longer */
  take(firsts: readonly number[]): void {
    const groups = this.grouped(firsts);
    this.bytes = uncleared(groups.reduce((sum, { size }) => sum + headLength(size) + size, 0));
    this.numbers = new DataView(this.bytes.buffer);
    this.at = 0;
    this.resources = [];
    this.scopes = [];
    this.resourceFacts = [];
    this.spans.clear();
    const count = groups.reduce((sum, { scopes }) => sum + spansOf(scopes), 0);
    if (this.names.length < count * 2) this.names = new Int32Array(count * 2);
    for (const group of groups) this.writeResource(group);
    const { bytes, numbers: view, spans, resources, scopes } = this;
    this.batch = {
      bytes,
      view,
      spans,
      names: noNames,
      resources,
      scopes,
      tasks: [],
      reports: [],
      places: this.empty.places,
      rejectedSpans: 0,
    };
    this.view.open(this.batch);
  }

  /** Lets go of them: they may be all that was held. */
  close(): void {
    this.bytes = noBytes;
    this.numbers = new DataView(noBytes.buffer);
    this.resourceFacts = [];
    this.spans.clear();
    this.batch = this.empty;
    this.view.close(this.empty);
  }

  get count(): number {
    return this.spans.length;
  }

  hashOf(index: number): number {
    return this.names[index * 2]!;
  }

  bitsOf(index: number): number {
    return this.names[index * 2 + 1]!;
  }

  /** Records by what they stand in. */
  private grouped(firsts: readonly number[]): ResourceSpans[] {
    const { held } = this;
    const scopes = new Map<HeldScope, ScopeSpans>();
    let last: ScopeSpans | undefined;
    for (const first of firsts) {
      for (let record = first; record !== none; record = held.next(record)) {
        const scope = held.scopeOf(record);
        // Spans of one scope stand together, most often.
        if (last?.scope !== scope)
          last = scopes.get(scope) ?? { scope, records: [], size: scope.beside.length };
        if (last.records.length === 0) scopes.set(scope, last);
        last.records.push(record);
        const length = held.lengthOf(record);
        last.size += headLength(length) + length;
      }
    }
    return [...Map.groupBy(scopes.values(), ({ scope }) => scope.resource)].map(([resource, inResource]) => {
      const ofScopes = inResource.reduce((sum, { size }) => sum + headLength(size) + size, 0);
      return { resource, scopes: inResource, size: resource.beside.length + ofScopes };
    });
  }

  private writeResource({ resource, scopes, size }: ResourceSpans): void {
    this.writeHead(tags.resource, size);
    this.resources.push(this.at, this.at + size);
    this.resourceFacts.push(resource.facts);
    this.write(resource.beside);
    for (const each of scopes) this.writeScope(each);
  }

  private writeScope({ scope, records, size }: ScopeSpans): void {
    this.writeHead(tags.scope, size);
    this.scopes.push(this.at, this.at + size);
    this.write(scope.beside);
    for (const record of records) this.writeSpan(record);
  }

  private writeSpan(record: number): void {
    const { held, spans } = this;
    const length = held.lengthOf(record);
    this.writeHead(tags.span, length);
    const index = spans.length;
    const row = held.copy(record, this.bytes, this.at, spans);
    this.at += length;
    const { cells } = spans;
    cells[row + column.resource] = this.resources.length / 2 - 1;
    cells[row + column.scope] = this.scopes.length / 2 - 1;
    cells[row + column.nameNumber] = -1;
    spans.durations[index] = nanosBetween(
      this.numbers,
      cells[row + column.startTime]!,
      cells[row + column.endTime]!,
    );
    this.names[index * 2] = held.hashOf(record);
    this.names[index * 2 + 1] = held.bitsOf(record);
    held.delete(record);
  }

  private writeHead(tag: number, length: number): void {
    this.bytes[this.at] = tag;
    this.at = writeVarint(this.bytes, this.at + 1, length);
  }

  private write(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
}

function spansOf(scopes: readonly ScopeSpans[]): number {
  return scopes.reduce((sum, { records }) => sum + records.length, 0);
}
