import { exportsOf } from '../../../src/intake/exports.ts';
import { type Signal, signals } from '../../../src/otlp/signal.ts';
import type { Random } from '../random.ts';

/** How a call goes on when all of it that comes has come: it ends, ends and is let go before the answer, is let go, or hangs. */
export type Ending = 'ended' | 'left' | 'reset' | 'stalled';

/** What is called, and whether a server knows it. */
export type Method = Signal | 'check' | 'watch' | 'unknown';

/** A call of gRPC as no client would make it. */
export interface MadeCall {
  method: Method;
  headers: Readonly<Record<string, string>>;
  /** None is empty. */
  pieces: readonly Uint8Array[];
  ending: Ending;
}

export function isHealth({ method }: MadeCall): boolean {
  return method === 'check' || method === 'watch';
}

export function letsGo({ ending }: MadeCall): boolean {
  return ending === 'left' || ending === 'reset';
}

const pathsOf: readonly [Method, string][] = [
  ...signals.map((signal): [Method, string] => [signal, `/${exportsOf[signal].service}/Export`]),
  ['check', '/grpc.health.v1.Health/Check'],
  ['watch', '/grpc.health.v1.Health/Watch'],
  ['unknown', `/${exportsOf.traces.service}/export`],
  ['unknown', `/${exportsOf.traces.service}/Export/`],
  ['unknown', `//${exportsOf.traces.service}/Export`],
  ['unknown', `/${exportsOf.traces.service}/Export?a=b`],
  ['unknown', '/v1/traces'],
  ['unknown', '/__proto__'],
  ['unknown', '/'],
];

const contentTypes = [
  'application/grpc+proto',
  'application/grpc;charset=utf-8',
  'application/grpc+proto ; a=b',
  'application/grpc+json',
  'application/grpc-web',
  'application/grpcs',
  'application/GRPC',
  'application/x-protobuf',
  'text/plain',
];
const encodings = ['identity', 'gzip', 'GZIP', 'gzip, gzip', 'deflate', 'snappy', 'zstd', 'x'];
const verbs = ['GET', 'PUT', 'HEAD', 'OPTIONS', 'post', 'PATCH'];

/** A way to send a body, or a part of it, which follows from the choices. */
export function callOf(body: Uint8Array, random: Random): MadeCall {
  const [method, path] = random.once(8)
    ? random.one(pathsOf)
    : pathsOf[random.once(4) ? random.below(3) : 0]!;
  const headers: Record<string, string> = {
    ':method': random.once(30) ? random.one(verbs) : 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  if (body[0] === 1 || random.once(4)) headers['grpc-encoding'] = 'gzip';
  if (random.once(12)) headers['grpc-encoding'] = random.one(encodings);
  if (random.once(40)) delete headers['grpc-encoding'];
  if (random.once(20)) headers['content-type'] = random.one(contentTypes);
  if (random.once(50)) delete headers['content-type'];
  if (random.once(20)) delete headers['te'];
  const ending = random.once(8) ? random.one(['left', 'reset', 'stalled'] as const) : 'ended';
  const sent =
    ending === 'ended' || ending === 'left' ? body : body.subarray(0, random.below(body.length + 1));
  return { method, headers, pieces: cut(sent, random), ending };
}

function cut(body: Uint8Array, random: Random): Uint8Array[] {
  if (body.length <= 200 && random.once(20)) return Array.from(body, (byte) => Uint8Array.of(byte));
  const count = random.once(3) ? 0 : random.below(6);
  // Most often where something ends or begins.
  const place = (): number => random.below(random.once(2) ? Math.min(8, body.length) : body.length);
  const cuts = Array.from({ length: count }, place).sort((a, b) => a - b);
  return [0, ...cuts]
    .map((start, index) => body.subarray(start, cuts[index] ?? body.length))
    .filter(({ length }) => length > 0);
}
