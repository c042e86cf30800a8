import type { RecordedSpan } from '../record/spans.ts';

/** A CLIENT span, as far as the baseline looks. */
export interface ClientCall {
  id: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  method: string;
  url: string;
  dependency: string;
  start: number;
  end: number;
  ok: boolean;
}

const client = 3;
const error = 2;
const failures = new Set([408, 425, 429]);

export function clientCalls(spans: readonly RecordedSpan[]): ClientCall[] {
  return spans.filter(({ kind }) => kind === client).map(clientCall);
}

function clientCall(span: RecordedSpan): ClientCall {
  const attributes = new Map(
    (span.attributes ?? []).map(({ key, value }) => [key, String(Object.values(value)[0])]),
  );
  const get = (...keys: string[]): string =>
    keys.map((key) => attributes.get(key)).find((value) => value !== undefined) ?? '';
  const status = Number(get('http.response.status_code', 'http.status_code'));
  const failed = failures.has(status) || status >= 500 || (status === 0 && span.status?.code === error);
  return {
    id: span.spanId,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    method: get('http.request.method', 'http.method', 'rpc.method'),
    url: get('url.full', 'http.url', 'rpc.service'),
    dependency: `${get('server.address', 'net.peer.name')}:${get('server.port', 'net.peer.port')}`,
    start: millis(span.startTimeUnixNano),
    end: millis(span.endTimeUnixNano),
    ok: !failed,
  };
}

function millis(nanos: string): number {
  return Number(BigInt(nanos) / 1000n) / 1000;
}
