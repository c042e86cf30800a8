import type protobuf from 'protobufjs';
import type { Encoding } from '../../src/intake/encoding.ts';
import { type Signal, signals } from '../../src/otlp/signal.ts';
import { idBytes, keyValues } from '../support/otlp-builders.ts';
import {
  encode,
  type KeyValue,
  logsRequest,
  metricsRequest,
  otlpType,
  traceRequest,
} from '../support/otlp-reference.ts';

export interface SignalFacts {
  path: string;
  request: protobuf.Type;
  response: protobuf.Type;
  /** In OTLP/JSON and, decoded, in protobuf. */
  rejectedField: string;
  /** What the ledger calls its items. */
  items: string;
}

export const factsOf: Readonly<Record<Signal, SignalFacts>> = {
  traces: {
    path: '/v1/traces',
    request: traceRequest,
    response: otlpType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse'),
    rejectedField: 'rejectedSpans',
    items: 'spans',
  },
  logs: {
    path: '/v1/logs',
    request: logsRequest,
    response: otlpType('opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse'),
    rejectedField: 'rejectedLogRecords',
    items: 'log_records',
  },
  metrics: {
    path: '/v1/metrics',
    request: metricsRequest,
    response: otlpType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse'),
    rejectedField: 'rejectedDataPoints',
    items: 'data_points',
  },
};

export const encodings: readonly Encoding[] = ['protobuf', 'json'];

/** Every signal in every encoding. */
export const ways = signals.flatMap((signal) => encodings.map((encoding) => ({ signal, encoding })));

/** A span, log record or data point, in the form of the reference decoder. */
export type Item = Record<string, unknown> & { attributes?: KeyValue[] };

let made = 0;

/** One that is unlike all before, so that no request is taken for the retry of another. */
export function newItem(signal: Signal, more: Item = {}): Item {
  const number = ++made;
  const timeUnixNano = String(1_767_323_045_123_456_789n + BigInt(number));
  const ids = { traceId: idBytes(number, 16), spanId: idBytes(number, 8) };
  switch (signal) {
    case 'traces':
      return {
        ...ids,
        name: `GET /item/${number}`,
        kind: 2,
        startTimeUnixNano: timeUnixNano,
        endTimeUnixNano: timeUnixNano,
        ...more,
      };
    case 'logs':
      return { ...ids, timeUnixNano, severityNumber: 9, body: { stringValue: `item ${number}` }, ...more };
    case 'metrics':
      return { timeUnixNano, asInt: String(number), ...more };
  }
}

const scope = { name: 'shop.web', version: '1.0.0' };

/** A request with these items, as the reference decoder would give it back. */
export function requestOf(
  signal: Signal,
  items: readonly Item[],
  resourceAttributes: Record<string, string> = { 'service.name': 'shop' },
): object {
  const resource = { attributes: keyValues(resourceAttributes) };
  switch (signal) {
    case 'traces':
      return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: items }] }] };
    case 'logs':
      return { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: items }] }] };
    case 'metrics': {
      const sum = { dataPoints: items, aggregationTemporality: 2, isMonotonic: true };
      const metrics = [{ name: 'shop.orders', unit: '1', sum }];
      return { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] };
    }
  }
}

const listsOfItems = new Set(['spans', 'logRecords', 'dataPoints']);

/** The items in what was decoded. */
export function itemsIn(value: unknown): Item[] {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    listsOfItems.has(key)
      ? (inner as Item[])
      : Array.isArray(inner)
        ? inner.flatMap(itemsIn)
        : itemsIn(inner),
  );
}

/** What is sent of a request. */
export function bodyOf(signal: Signal, encoding: Encoding, request: object): Buffer {
  return encoding === 'json'
    ? Buffer.from(JSON.stringify(jsonForm(request)))
    : Buffer.from(encode(factsOf[signal].request, request));
}

const ids = new Set(['traceId', 'spanId', 'parentSpanId']);

/** OTLP/JSON as the specification has it, and as the SDKs write it. */
export function jsonForm(value: unknown, key = ''): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString(ids.has(key) ? 'hex' : 'base64');
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map((item) => jsonForm(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, jsonForm(inner, name)]));
}
