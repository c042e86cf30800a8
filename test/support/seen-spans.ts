import type { AttributeValue } from '../../src/otlp/attributes.ts';
import { SpanView } from '../../src/otlp/span-view.ts';
import type { TraceBatch } from '../../src/otlp/trace-scanner.ts';
import type { AnyValue, KeyValue, ResourceSpans, ScopeSpans, Span, TraceRequest } from './otlp-reference.ts';

/** What a view says of a span, and what it should say by the reference decoder: the same form for both. */
export interface SeenSpan {
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

/** By the views. */
export function seenSpans(batch: TraceBatch): SeenSpan[] {
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

/** The same by the reference decoder. */
export function expectedSpans(request: TraceRequest): { good: SeenSpan[]; rejected: number } {
  const good: SeenSpan[] = [];
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

function expectedSpan(scope: ScopeSpans, span: Span): SeenSpan {
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

export function expectedAttributes(attributes: KeyValue[] | undefined): Record<string, AttributeValue> {
  const values = new Map<string, AttributeValue>();
  for (const { key = '', value } of attributes ?? []) {
    const shown = expectedValue(value, 0);
    if (shown === undefined || values.has(key) || values.size === 256) continue;
    values.set(key, typeof shown === 'object' ? JSON.stringify(shown) : (shown as AttributeValue));
  }
  return Object.fromEntries(values);
}

export function expectedValue(value: AnyValue | undefined, depth: number): unknown {
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

/** Empty if it is no id of this length. */
export function hexOfId(id: Uint8Array | undefined, length: number): string {
  return isId(id, length) ? hex(id) : '';
}
