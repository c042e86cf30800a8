/** What the lab reads of a span: OTLP/JSON is enough here, and shares nothing with the scanner that is judged. */
export interface RecordedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number; message?: string };
  attributes?: readonly { key: string; value: Readonly<Record<string, unknown>> }[];
  events?: readonly { name: string; attributes?: RecordedSpan['attributes'] }[];
}

export interface ResourceSpans {
  resource?: unknown;
  scopeSpans?: { scope?: unknown; spans?: RecordedSpan[]; schemaUrl?: string }[];
  schemaUrl?: string;
}

export interface ExportRequest {
  resourceSpans?: ResourceSpans[];
}

export function spansOf(lines: readonly string[]): RecordedSpan[] {
  return lines.flatMap((line) =>
    ((JSON.parse(line) as ExportRequest).resourceSpans ?? []).flatMap(({ scopeSpans = [] }) =>
      scopeSpans.flatMap(({ spans = [] }) => spans),
    ),
  );
}
