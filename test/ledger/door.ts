import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { exportsOf } from '../../src/intake/exports.ts';
import type { Signal } from '../../src/otlp/signal.ts';
import { partialSuccessOf, post } from '../conformance/client.ts';
import type { Addresses } from '../e2e/support/tocsin.ts';
import { framed, rawGrpc } from '../support/raw-grpc.ts';
import type { Outcome, Shipment, Way } from './shipment.ts';

/** No answer comes later. */
const patienceMillis = 10_000;

/** google.rpc.Code */
const unavailable = '14';

/** Sends a request once, whatever becomes of it. Never throws. */
export async function send(at: Addresses, shipment: Shipment, way: Way): Promise<Outcome> {
  const gone = new AbortController();
  const leaving = delay(way.goesAwayAfterMillis ?? patienceMillis, undefined, { signal: gone.signal })
    .then(() => gone.abort())
    .catch(() => undefined);
  try {
    return await (way.protocol === 'grpc' ? overGrpc : overHttp)(at, shipment, way, gone.signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
      ? { kind: 'unreached' }
      : { kind: 'unknown' };
  } finally {
    gone.abort();
    await leaving;
  }
}

async function overHttp(
  { otlp }: Addresses,
  { signal, protobuf, json }: Shipment,
  { protocol, gzip }: Way,
  abort: AbortSignal,
): Promise<Outcome> {
  const encoding = protocol === 'json' ? 'json' : 'protobuf';
  const body = encoding === 'json' ? json : protobuf;
  const answer = await post(Number(new URL(otlp).port), {
    signal,
    encoding,
    body: gzip ? gzipSync(body) : body,
    headers: gzip ? { 'content-encoding': 'gzip' } : {},
    abort,
  });
  if (answer.status === 200) return { kind: 'taken', rejected: rejectedBy(signal, encoding, answer.body) };
  return [429, 503].includes(answer.status)
    ? { kind: 'again' }
    : { kind: 'refused', code: String(answer.status) };
}

async function overGrpc(
  { grpc }: Addresses,
  { signal, protobuf }: Shipment,
  { gzip }: Way,
  abort: AbortSignal,
): Promise<Outcome> {
  let close = (): void => undefined;
  const after = (end: () => void): void => void (close = end);
  const calls = rawGrpc({ after }, Number(new URL(grpc).port));
  let isRefused = false;
  calls.session.on('error', ({ code }: NodeJS.ErrnoException) => (isRefused = code === 'ECONNREFUSED'));
  abort.addEventListener('abort', close);
  try {
    const message = gzip ? framed(gzipSync(protobuf), 1) : framed(protobuf);
    const headers = gzip ? { 'grpc-encoding': 'gzip' } : {};
    const { trailers, data } = await calls.send(`/${exportsOf[signal].service}/Export`, [message], headers);
    const code = trailers['grpc-status'];
    if (isRefused) return { kind: 'unreached' };
    if (code === undefined) return { kind: 'unknown' };
    if (code === '0') return { kind: 'taken', rejected: rejectedBy(signal, 'protobuf', data.subarray(5)) };
    return code === unavailable ? { kind: 'again' } : { kind: 'refused', code: String(code) };
  } finally {
    close();
  }
}

function rejectedBy(signal: Signal, encoding: 'protobuf' | 'json', body: Buffer): number {
  return partialSuccessOf(signal, encoding, body)?.rejected ?? 0;
}
