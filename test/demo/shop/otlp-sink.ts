import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type AnyValue, decodeTraceRequest, type KeyValue } from '../../support/otlp-reference.ts';

export type Value = string | number | boolean | readonly Value[] | undefined;

export interface SinkEvent {
  name: string;
  attributes: Record<string, Value>;
}

/** A span as it came, whichever form it had; kinds and status codes are the numbers of OTLP. */
export interface SinkSpan {
  contentType: string;
  resource: Record<string, Value>;
  service: Value;
  scope: string;
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  flags: number | undefined;
  durationMillis: number;
  status: { code: number; message: string | undefined };
  attributes: Record<string, Value>;
  events: readonly SinkEvent[];
}

type Id = string | Uint8Array;

/** A trace request in the form of protobufjs, or of OTLP/JSON; they differ in ids and in 64-bit integers. */
interface ForeignRequest {
  resourceSpans?: readonly {
    resource?: { attributes?: readonly ForeignKeyValue[] };
    scopeSpans?: readonly { scope?: { name?: string }; spans?: readonly ForeignSpan[] }[];
  }[];
}

interface ForeignSpan {
  traceId?: Id;
  spanId?: Id;
  parentSpanId?: Id;
  flags?: number;
  name?: string;
  startTimeUnixNano?: string;
  endTimeUnixNano?: string;
  kind?: number;
  attributes?: readonly ForeignKeyValue[];
  events?: readonly { name?: string; attributes?: readonly ForeignKeyValue[] }[];
  status?: { code?: number; message?: string };
}

type ForeignKeyValue = Omit<KeyValue, 'value'> & {
  value?: Omit<AnyValue, 'intValue'> & { intValue?: string | number };
};

/** Takes what the exporters send, and keeps it. */
export class OtlpSink {
  readonly spans: SinkSpan[] = [];
  readonly paths = new Set<string>();
  readonly #server = createServer((request, response) => void this.#take(request, response));

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on a port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const contentType = request.headers['content-type'] ?? '';
    const isJson = contentType === 'application/json';
    this.paths.add(request.url ?? '');
    const decoded = isJson ? JSON.parse(body.toString()) : decodeTraceRequest(body);
    this.spans.push(...spansOf(decoded as ForeignRequest, contentType));
    response.setHeader('content-type', contentType).end(isJson ? '{}' : '');
  }
}

function spansOf(request: ForeignRequest, contentType: string): SinkSpan[] {
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const attributes = record(resource?.attributes);
    return scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.map((span) => ({
        contentType,
        resource: attributes,
        service: attributes['service.name'],
        scope: (scope?.name ?? '').replace('@opentelemetry/instrumentation-', ''),
        name: span.name ?? '',
        kind: span.kind ?? 0,
        traceId: hex(span.traceId) ?? '',
        spanId: hex(span.spanId) ?? '',
        parentSpanId: hex(span.parentSpanId),
        flags: span.flags,
        durationMillis: Number(BigInt(span.endTimeUnixNano ?? 0) - BigInt(span.startTimeUnixNano ?? 0)) / 1e6,
        status: { code: span.status?.code ?? 0, message: span.status?.message },
        attributes: record(span.attributes),
        events: (span.events ?? []).map((event) => ({
          name: event.name ?? '',
          attributes: record(event.attributes),
        })),
      })),
    );
  });
}

function hex(id: Id | undefined): string | undefined {
  return id instanceof Uint8Array ? Buffer.from(id).toString('hex') : id;
}

function record(attributes: readonly ForeignKeyValue[] = []): Record<string, Value> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key ?? '', plain(value)]));
}

function plain(value: ForeignKeyValue['value']): Value {
  if (value?.intValue !== undefined) return Number(value.intValue);
  if (value?.arrayValue !== undefined) return value.arrayValue.values?.map(plain) ?? [];
  return value?.stringValue ?? value?.boolValue ?? value?.doubleValue;
}
