import { decodeText } from '../otlp/text.ts';
import { WireReader } from '../otlp/wire.ts';

/** What an Export*ServiceResponse says (collector/{trace,logs,metrics}/v1): the same for all signals. */
export interface ExportResponse {
  /** Items that were not taken; not negative. */
  rejected: number;
  /** Why, or a warning. */
  message: string;
}

/** @returns undefined if the bytes are not such a message */
export function decodeExportResponse(body: Uint8Array): ExportResponse | undefined {
  const response: ExportResponse = { rejected: 0, message: '' };
  const isWhole = walk(body, 0, body.length, (reader, tag, end) => {
    if (tag !== 0x0a) return false; // partial_success
    const length = reader.length(end);
    const start = reader.at;
    reader.at += length;
    return walk(body, start, reader.at, (inner, innerTag, innerEnd) => {
      if (innerTag === 0x08) response.rejected = int64(inner, innerEnd);
      else if (innerTag === 0x12) response.message = text(inner, innerEnd);
      else return false;
      return true;
    });
  });
  return isWhole ? response : undefined;
}

/** The same in JSON, as some back ends answer whatever they were sent. */
export function decodeJsonExportResponse(body: Uint8Array): ExportResponse | undefined {
  try {
    const response = JSON.parse(Buffer.from(body).toString()) as { partialSuccess?: unknown } | null;
    if (typeof response !== 'object' || response === null) return undefined;
    const partial = (response.partialSuccess ?? {}) as Record<string, unknown>;
    const rejected = Number(
      partial['rejectedSpans'] ?? partial['rejectedLogRecords'] ?? partial['rejectedDataPoints'] ?? 0,
    );
    const message = partial['errorMessage'];
    return {
      rejected: rejected > 0 ? Math.floor(rejected) : 0,
      message: typeof message === 'string' ? message : '',
    };
  } catch {
    return undefined;
  }
}

/** The message of a google.rpc.Status; undefined if the bytes are none. */
export function decodeStatusMessage(body: Uint8Array): string | undefined {
  let message = '';
  const isWhole = walk(body, 0, body.length, (reader, tag, end) => {
    if (tag !== 0x12) return false;
    message = text(reader, end);
    return true;
  });
  return isWhole ? message : undefined;
}

/** @param take reads a field that it knows; for others it says so, and they are stepped over. @returns whether all was well */
function walk(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (reader: WireReader, tag: number, end: number) => boolean,
): boolean {
  const reader = new WireReader();
  reader.reset(bytes, start);
  try {
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (!take(reader, tag, end)) reader.skip(tag, end);
    }
    return true;
  } catch {
    return false;
  }
}

function text(reader: WireReader, end: number): string {
  const length = reader.length(end);
  reader.at += length;
  return decodeText(reader.bytes, reader.at - length, length);
}

/** 0 for what is negative, which has all ten bytes. */
function int64(reader: WireReader, end: number): number {
  const start = reader.at;
  reader.varint32(end);
  if (reader.at - start === 10) return 0;
  let value = 0;
  for (let i = reader.at - 1; i >= start; i--) value = value * 128 + (reader.bytes[i]! & 0x7f);
  return value;
}
