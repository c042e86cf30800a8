/** trace.proto, Span.SpanKind */
export const spanKind = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
} as const;
const kindNames = Object.keys(spanKind);

/** In lower case; one that is not known is unspecified. */
export function kindName(kind: number): string {
  return kindNames[kind] ?? 'unspecified';
}

/** CLIENT or PRODUCER: the spans that calls to other processes are told by. */
export function isCallKind(kind: number): boolean {
  return kind === spanKind.client || kind === spanKind.producer;
}
