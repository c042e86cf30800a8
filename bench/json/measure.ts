import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { requestFromJson } from '../../src/otlp/json/request.ts';
import { batchesOf } from '../payload/request-stream.ts';
import { PlainTranscoder } from './plain.ts';

export interface Body {
  json: Uint8Array;
  spans: number;
}

export interface Round {
  /** Nanoseconds of processor time for each span, all threads of the process. */
  tocsin: number;
  plain: number;
}

const protoDirectory = new URL('../../test/support/proto', import.meta.url).pathname;

/** What the JavaScript SDK's exporter sends by default, of apps that are busy. */
export function bodies(): Body[] {
  return batchesOf({ encoding: 'json', spansPerRequest: 512, spansPerSecond: 10_000 }).map((batch) => ({
    json: JsonTraceSerializer.serializeRequest(batch)!,
    spans: batch.length,
  }));
}

/** Both by turns, in one process, so that whatever else the machine does meets both alike. */
export function measure(given: readonly Body[], rounds: number, millis: number): Round[] {
  const plain = new PlainTranscoder(protoDirectory);
  check(plain, given);
  const ways = {
    tocsin: (json: Uint8Array) => requestFromJson('traces', json),
    plain: (json: Uint8Array) => plain.transcode(json),
  };
  // Not counted: until all is compiled.
  for (const way of [ways.tocsin, ways.plain]) timed(way, given, millis);
  return Array.from({ length: rounds }, (_, round) => {
    const first = round % 2 === 0 ? 'tocsin' : 'plain';
    const second = round % 2 === 0 ? 'plain' : 'tocsin';
    const figures = {
      [first]: timed(ways[first], given, millis),
      [second]: timed(ways[second], given, millis),
    };
    return figures as unknown as Round;
  });
}

/** @throws Error unless both make the same message of each body */
function check(plain: PlainTranscoder, given: readonly Body[]): void {
  for (const { json } of given) {
    const [one, other] = [requestFromJson('traces', json), plain.transcode(json)].map((bytes) =>
      plain.shown(bytes),
    );
    if (one !== other) throw new Error('the two make different messages of one body');
  }
}

function timed(way: (json: Uint8Array) => Uint8Array, given: readonly Body[], millis: number): number {
  const start = process.cpuUsage();
  let spans = 0;
  let used = 0;
  for (let next = 0; used < millis * 1000; next = (next + 1) % given.length) {
    const body = given[next]!;
    way(body.json);
    spans += body.spans;
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
  return (used * 1000) / spans;
}
