import type protobuf from 'protobufjs';
import { traceRequestType } from '../reference/otlp.ts';

/** What one would write: parse all of it, put ids and numbers as the encoder takes them, and encode. */
export class PlainTranscoder {
  private readonly type: protobuf.Type;

  /** @param protoDirectory where `opentelemetry/proto/` is */
  constructor(protoDirectory: string) {
    this.type = traceRequestType(protoDirectory);
  }

  /** protobufjs encodes what was parsed as it is, but for ids, so that not even a second tree of objects is made. */
  transcode(json: Uint8Array): Uint8Array {
    const request = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.length).toString()) as Request;
    for (const { scopeSpans } of request.resourceSpans)
      for (const { spans } of scopeSpans)
        for (const span of spans) {
          convertIds(span);
          for (const link of span.links ?? []) convertIds(link);
        }
    return this.type.encode(request).finish();
  }

  /** For comparing: the message in one form, however it was encoded. */
  shown(bytes: Uint8Array): string {
    return JSON.stringify(this.type.toObject(this.type.decode(bytes), { longs: String, bytes: String }));
  }
}

interface WithIds {
  traceId?: string | Uint8Array;
  spanId?: string | Uint8Array;
  parentSpanId?: string | Uint8Array | undefined;
}

interface Request {
  resourceSpans: { scopeSpans: { spans: (WithIds & { links?: WithIds[] })[] }[] }[];
}

function convertIds(holder: WithIds): void {
  for (const key of ['traceId', 'spanId', 'parentSpanId'] as const) {
    const id = holder[key];
    if (typeof id === 'string') holder[key] = Buffer.from(id, 'hex');
  }
}
