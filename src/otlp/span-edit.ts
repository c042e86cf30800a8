import { encodeText } from './text.ts';
import { varint } from './varint.ts';
import { WireReader } from './wire.ts';

/** trace.proto, Span.trace_state */
const traceStateTag = 0x1a;

/** A Span message with another trace state, in memory of its own. @param span that was scanned: nothing is checked here */
export function withTraceState(span: Uint8Array, traceState: string): Uint8Array {
  const reader = new WireReader();
  reader.reset(span);
  const parts: Uint8Array[] = [];
  while (reader.at < span.length) {
    const start = reader.at;
    const tag = reader.tag(span.length);
    reader.skip(tag, span.length);
    if (tag !== traceStateTag) parts.push(span.subarray(start, reader.at));
  }
  const text = encodeText(traceState);
  return Buffer.concat([...parts, Uint8Array.of(traceStateTag, ...varint(text.length)), text]);
}
