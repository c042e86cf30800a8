import type { Signal } from '../otlp/signal.ts';
import type { Encoding } from './encoding.ts';
import { exportsOf } from './exports.ts';
import { embeddedField, textField, varintField } from './protobuf-fields.ts';
import { rpcStatus } from './rpc-status.ts';

/** google.rpc.Code (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto), those that are used. */
const rpcCode = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/**
 * Why a request was not taken. Each has one HTTP status and one gRPC code, here and nowhere else, as the OTLP
 * specification has them (opentelemetry-proto, docs/specification.md, "OTLP/HTTP Response" and "Failures"). Only 429, 502,
 * 503 and 504 make a client send again.
 */
export const refusals = {
  malformed: { status: 400, code: rpcCode.invalidArgument },
  unknownPath: { status: 404, code: rpcCode.unimplemented },
  wrongMethod: { status: 405, code: rpcCode.unimplemented },
  tooSlow: { status: 408, code: rpcCode.deadlineExceeded },
  tooLarge: { status: 413, code: rpcCode.resourceExhausted },
  wrongType: { status: 415, code: rpcCode.invalidArgument },
  // What gRPC itself asks for: github.com/grpc/grpc, doc/compression.md and doc/statuscodes.md.
  unknownCompression: { status: 415, code: rpcCode.unimplemented },
  falseCompression: { status: 400, code: rpcCode.internal },
  notOneMessage: { status: 400, code: rpcCode.unimplemented },
  unknownService: { status: 404, code: rpcCode.notFound },
  tooMany: { status: 429, code: rpcCode.resourceExhausted },
  internal: { status: 500, code: rpcCode.internal },
  /** RFC 5842, section 7.2: Loop Detected. The back end of the forwarder that reads it is no back end. */
  loop: { status: 508, code: rpcCode.failedPrecondition },
  overloaded: { status: 503, code: rpcCode.unavailable },
} as const satisfies Record<string, { status: number; code: number }>;

export type Refusal = keyof typeof refusals;

/** A request is not taken; the message is shown to its sender. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;
  /** Of what is malformed: the path to it, empty if it is not known. */
  readonly field: string;

  constructor(refusal: Refusal, message: string, field = '') {
    super(message);
    this.refusal = refusal;
    this.field = field;
  }
}

/** SDKs drop a batch that they are to hold for longer. */
export const retryAfterSeconds = 1;

/** A google.rpc.Status in the encoding of the request. */
export function statusBody(encoding: Encoding, { refusal, message, field }: Refused): Uint8Array {
  const { code } = refusals[refusal];
  return rpcStatus(encoding, code, message, refusal === 'malformed' ? field : undefined);
}

/** An Export*ServiceResponse. With nothing rejected, `partial_success` must not be set. */
export function successBody(signal: Signal, encoding: Encoding, rejected: number): Uint8Array {
  if (rejected === 0) return encoding === 'json' ? Buffer.from('{}') : new Uint8Array(0);
  const { rejectedField, rejectedMessage } = exportsOf[signal];
  if (encoding === 'json') {
    const partialSuccess = { [rejectedField]: String(rejected), errorMessage: rejectedMessage };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  return embeddedField(1, varintField(1, rejected), textField(2, rejectedMessage));
}
