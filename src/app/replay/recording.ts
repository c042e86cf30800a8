import { gunzipSync } from 'node:zlib';
import { countDataPoints, countLogRecords } from '../../otlp/count-items.ts';
import { requestFromJson } from '../../otlp/json/request.ts';
import { MalformedOtlp } from '../../otlp/malformed.ts';
import { type Signal, signals } from '../../otlp/signal.ts';
import { TraceScanner } from '../../otlp/trace-scanner.ts';

/** An Export*ServiceRequest in protobuf. */
export interface RecordedRequest {
  signal: Signal;
  body: Uint8Array;
}

/** A recording is not one; the message says where it goes wrong. */
export class RecordingInvalid extends Error {
  override readonly name = 'RecordingInvalid';
}

/** gzip (RFC 1952, section 2.3.1) */
const gzipMagic = [0x1f, 0x8b];
/** A recording is read whole: more than this is no file to look into by hand. */
export const mostBytes = 2 ** 30;

/**
 * The requests in a recording, in their order: OTLP/JSON, one request or one a line (as `tocsin record` and the Collector's file
 * exporter write them), or protobuf, one request or several with their lengths before them (the file exporter's other form);
 * any of them compressed by gzip.
 * @throws RecordingInvalid
 */
export function readRecording(bytes: Uint8Array): RecordedRequest[] {
  const plain = gzipMagic.every((byte, i) => bytes[i] === byte) ? unzip(bytes) : bytes;
  const first = plain.find((byte) => !blanks.has(byte));
  if (first === undefined) return [];
  return first === leftBrace ? [...fromJson(plain)] : fromProtobuf(plain);
}

const blanks = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
const leftBrace = 0x7b;
const lineFeed = 0x0a;

function unzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    throw new RecordingInvalid(
      `not valid gzip, or more than ${mostBytes} bytes: ${(error as Error).message}`,
    );
  }
}

/** One request a line, or one over all lines. */
function* fromJson(bytes: Uint8Array): Generator<RecordedRequest> {
  const lines = linesOf(bytes);
  if (lines.length > 1 && !isJson(lines[0]!.bytes)) {
    yield* requestsIn(bytes, 'the recording');
    return;
  }
  for (const { bytes: line, number } of lines) yield* requestsIn(line, `line ${number}`);
}

function linesOf(bytes: Uint8Array): { bytes: Uint8Array; number: number }[] {
  const lines: { bytes: Uint8Array; number: number }[] = [];
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    number++;
    if (line.some((byte) => !blanks.has(byte))) lines.push({ bytes: line, number });
    start = end === -1 ? bytes.length : end + 1;
  }
  return lines;
}

function isJson(line: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(line));
    return true;
  } catch {
    return false;
  }
}

const topLevelKeys: Readonly<Record<Signal, readonly string[]>> = {
  traces: ['"resourceSpans"', '"resource_spans"'],
  logs: ['"resourceLogs"', '"resource_logs"'],
  metrics: ['"resourceMetrics"', '"resource_metrics"'],
};

/** A document may hold several signals; each is read by its own table, for which the others are unknown keys. */
function* requestsIn(json: Uint8Array, where: string): Generator<RecordedRequest> {
  const text = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  const present = signals.filter((signal) => topLevelKeys[signal].some((key) => text.includes(key)));
  if (present.length === 0)
    throw new RecordingInvalid(`${where}: no resourceSpans, resourceLogs or resourceMetrics in it`);
  for (const signal of present) {
    try {
      const body = requestFromJson(signal, json);
      if (body.length > 0) yield { signal, body };
    } catch (error) {
      throw invalid(where, error);
    }
  }
}

function fromProtobuf(bytes: Uint8Array): RecordedRequest[] {
  const single = recognise(bytes);
  if (single !== undefined) return [single];
  const requests: RecordedRequest[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.length - at >= 4 ? view.getUint32(at) : Infinity;
    const end = at + 4 + length;
    const request = end <= bytes.length ? recognise(bytes.subarray(at + 4, end)) : undefined;
    if (request === undefined)
      throw new RecordingInvalid(
        `byte ${at}: neither OTLP in JSON nor a request of traces, logs or metrics in protobuf`,
      );
    requests.push(request);
    at = end;
  }
  return requests;
}

const scanner = new TraceScanner();

/** Which signal it is: the messages of the three differ so much that what is whole as one is damaged as another. */
function recognise(body: Uint8Array): RecordedRequest | undefined {
  const counts: Record<Signal, () => number> = {
    traces: () => scanner.scan(body).spans.length,
    logs: () => countLogRecords(body),
    metrics: () => countDataPoints(body),
  };
  for (const signal of signals) {
    try {
      if (counts[signal]() > 0) return { signal, body };
    } catch (error) {
      if (!(error instanceof MalformedOtlp)) throw error;
    }
  }
  return undefined;
}

function invalid(where: string, error: unknown): Error {
  return error instanceof MalformedOtlp
    ? new RecordingInvalid(`${where}: ${error.reason}`)
    : (error as Error);
}
