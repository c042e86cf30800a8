import { join } from 'node:path';
import protobuf from 'protobufjs';

export interface TraceRequest {
  resourceSpans: {
    resource?: { attributes: KeyValue[] };
    scopeSpans: { spans: Span[] }[];
  }[];
}

export interface Span {
  name: string;
  kind: number | string;
  attributes: KeyValue[];
  status?: { code?: number | string };
}

interface KeyValue {
  key: string;
  value?: { stringValue?: string };
}

/** ExportTraceServiceRequest by the official definitions. @param protoDirectory where `opentelemetry/proto/` is */
export function traceRequestType(protoDirectory: string): protobuf.Type {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(protoDirectory, target);
  root.loadSync('opentelemetry/proto/collector/trace/v1/trace_service.proto');
  return root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest');
}

/** Reads and writes trace requests by the official definitions. */
export class OtlpCodec {
  private readonly type: protobuf.Type;

  /** @param protoDirectory where `opentelemetry/proto/` is */
  constructor(protoDirectory: string) {
    this.type = traceRequestType(protoDirectory);
  }

  decode(body: Uint8Array, isJson: boolean): TraceRequest {
    const request: unknown = isJson ? JSON.parse(Buffer.from(body).toString()) : this.type.decode(body);
    return request as TraceRequest;
  }

  encode(request: TraceRequest, isJson: boolean): Uint8Array {
    return isJson ? Buffer.from(JSON.stringify(request)) : this.type.encode(request).finish();
  }
}

export function stringAttribute(
  attributes: readonly KeyValue[] | undefined,
  key: string,
): string | undefined {
  return attributes?.find((attribute) => attribute.key === key)?.value?.stringValue;
}
