import { type Refused, refusals, retryAfterSeconds, statusBody } from '../answer.ts';
import { embeddedField, textField, varintField } from '../protobuf-fields.ts';

/** Trailers of a call. */
type Trailers = Readonly<Record<string, string>>;

export const succeeded: Trailers = { 'grpc-status': '0' };

/**
 * What a refusal is in gRPC (doc/PROTOCOL-HTTP2.md, "Responses"). One that is over soon has a google.rpc.RetryInfo, as the OTLP
 * specification has it ("OTLP/gRPC Throttling"): without it, a client may not know that it is to send again.
 */
export function trailersOf(refused: Refused): Trailers {
  const { code, status } = refusals[refused.refusal];
  return {
    'grpc-status': String(code),
    'grpc-message': percentEncoded(refused.message),
    ...(status === 503 && { 'grpc-status-details-bin': detailsOf(refused) }),
  };
}

/** google.rpc.RetryInfo { retry_delay: google.protobuf.Duration { seconds } } (googleapis, google/rpc/error_details.proto). */
const retryInfo = embeddedField(1, varintField(1, retryAfterSeconds));
const retryDetail = embeddedField(
  3,
  textField(1, 'type.googleapis.com/google.rpc.RetryInfo'),
  embeddedField(2, retryInfo),
);

/** A google.rpc.Status with its details. */
function detailsOf(refused: Refused): string {
  const status = Buffer.concat([statusBody('protobuf', refused), retryDetail]);
  return status.toString('base64').replace(/=+$/, '');
}

/** Bytes other than visible ones of ASCII and the space, and the sign itself, as %XX. */
function percentEncoded(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^ -$&-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
