import type { TestContext } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { Admission } from '../../../src/intake/admission.ts';
import { exportsOf } from '../../../src/intake/exports.ts';
import { OtlpGrpc, type OtlpGrpcDependencies } from '../../../src/intake/grpc/otlp-grpc.ts';
import type { Receiver } from '../../../src/intake/otlp-http.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { countDataPoints, countLogRecords } from '../../../src/otlp/count-items.ts';
import type { Signal } from '../../../src/otlp/signal.ts';
import { TraceScanner } from '../../../src/otlp/trace-scanner.ts';
import type { Accepted } from '../../../src/pipeline/acceptor.ts';
import { Http2Server } from '../../../src/runtime/http2-server.ts';
import { Readiness } from '../../../src/runtime/readiness.ts';
import { Events } from '../../../src/telemetry/events.ts';
import { traceRequestBytes } from '../../support/otlp-builders.ts';
import { decode } from '../../support/otlp-reference.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { TestClock } from '../../support/test-clock.ts';

export const maxBodyBytes = 1024 * 1024;
export const maxInFlightBytes = 4 * 1024 * 1024;

/** What takes calls of gRPC, in front of what only counts, and says what it is told to. */
export function grpcIntake(largest = maxBodyBytes, events?: OtlpGrpcDependencies['events']) {
  const scanner = new TraceScanner();
  const count: Record<Signal, (request: Uint8Array) => number> = {
    traces: (request) => scanner.scan(request).spans.length,
    logs: countLogRecords,
    metrics: countDataPoints,
  };
  const none: Accepted = { items: 0, rejected: 0 };
  const state = {
    /** Signal and items of what was taken. */
    accepted: [] as string[],
    requests: 0,
    turnedAway: 0,
    /** Called with each body. */
    seen: (_body: Uint8Array): unknown => undefined,
    next: (): Promise<Accepted> => Promise.resolve(none),
  };
  const receiver: Receiver = {
    receive: async (signal, _encoding, body) => {
      state.seen(body);
      const items = count[signal](body);
      const answer = await state.next();
      state.accepted.push(`${signal} ${items}`);
      return answer;
    },
  };
  const registry = new MetricRegistry();
  const log = new RecordingLog();
  const clock = new TestClock();
  const readiness = new Readiness();
  const admission = new Admission(maxInFlightBytes);
  readiness.set(true);
  const otlp = new OtlpGrpc({
    maxBodyBytes: largest,
    admission,
    receiver,
    readiness,
    events: events ?? new Events(registry, log, new SeriesBudget(1000)),
    clock,
    onRequest: () => state.requests++,
    onTurnedAway: () => state.turnedAway++,
  });
  return { otlp, state, registry, log, clock, readiness, admission };
}

export type GrpcIntake = Omit<ReturnType<typeof grpcIntake>, 'otlp'>;

/** The same with a listener. */
export async function startGrpc(t: Pick<TestContext, 'after'>, largest = maxBodyBytes) {
  const { otlp, ...intake } = grpcIntake(largest);
  const server = new Http2Server('test', { host: '127.0.0.1', port: 0 }, otlp);
  await server.start();
  t.after(() => server.stop());
  return { ...intake, server, port: server.address.port };
}

export interface Outcome {
  code: grpc.status;
  message: string;
  response: Buffer;
  trailers: grpc.Metadata;
  headers: grpc.Metadata | undefined;
}

export const exportPath = (signal: Signal): string => `/${exportsOf[signal].service}/Export`;

/** The real client of gRPC, which sends what it is given as it is. */
export function clientOf(
  t: Pick<TestContext, 'after'>,
  port: number,
  { gzip = false, credentials = grpc.credentials.createInsecure() } = {},
) {
  const client = new grpc.Client(`127.0.0.1:${port}`, credentials, {
    'grpc.max_send_message_length': -1,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    ...(gzip && { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip }),
  });
  t.after(() => client.close());
  const same = (bytes: Buffer): Buffer => bytes;
  const call = (
    path: string,
    body: Uint8Array,
    given: { metadata?: Record<string, string> } = {},
  ): Promise<Outcome> =>
    new Promise((resolve) => {
      const metadata = new grpc.Metadata();
      for (const [name, value] of Object.entries(given.metadata ?? {})) metadata.set(name, value);
      let headers: grpc.Metadata | undefined;
      let answered: { error: grpc.ServiceError | null; response: Buffer | undefined } | undefined;
      const asking = client.makeUnaryRequest(
        path,
        same,
        same,
        Buffer.from(body),
        metadata,
        (error, response) => (answered = { error, response }),
      );
      asking.on('metadata', (given) => (headers = given));
      asking.on('status', ({ code, details, metadata: trailers }) => {
        const response = answered?.response ?? Buffer.alloc(0);
        resolve({ code, message: details, response, trailers, headers });
      });
    });
  return { client, call };
}

const statusType = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
`).root;

/** Milliseconds that a client is to wait before it sends again; undefined if it was told nothing of that. */
export function retryDelayMillis({ trailers, code, message }: Outcome): number | undefined {
  const [details] = trailers.get('grpc-status-details-bin');
  if (details === undefined) return undefined;
  const status = decode(statusType.lookupType('Status'), details as Buffer) as {
    code: number;
    message: string;
    details: { typeUrl: string; value: Buffer }[];
  };
  if (status.code !== (code as number) || status.message !== message)
    throw new Error('the details say something else');
  const info = status.details.find(({ typeUrl }) => typeUrl === 'type.googleapis.com/google.rpc.RetryInfo');
  if (info === undefined) return undefined;
  const { retryDelay } = decode(statusType.lookupType('RetryInfo'), info.value) as {
    retryDelay: { seconds?: string; nanos?: number };
  };
  return Number(retryDelay.seconds ?? 0) * 1000 + (retryDelay.nanos ?? 0) / 1e6;
}

/** Two spans. */
export const good = traceRequestBytes([{ id: 1 }, { id: 2 }]);

/** As long as it is asked to be: a field of an unknown number pads it. */
export function paddedTo(bytes: number): Buffer {
  const head = Buffer.concat([good, Buffer.of(0xfa, 0x3e)]);
  const length = bytes - head.length - 4;
  const varint = Buffer.of(
    (length & 0x7f) | 0x80,
    ((length >> 7) & 0x7f) | 0x80,
    ((length >> 14) & 0x7f) | 0x80,
    length >> 21,
  );
  return Buffer.concat([head, varint, Buffer.alloc(length)]);
}

/** What is held back until it is let go. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
