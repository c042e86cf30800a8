import { cutText } from '../otlp/text.ts';
import type { Encoding } from './encoding.ts';
import { embeddedField, textField, varintField } from './protobuf-fields.ts';

/** The type of a detail, as google.protobuf.Any names it. */
const badRequestUrl = 'type.googleapis.com/google.rpc.BadRequest';

/**
 * UTF-16 units. The specification asks for a bound of an answer (4 MiB are recommended); no text of ours is near this one,
 * which says so.
 */
const longestText = 4096;

/**
 * A google.rpc.Status (https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto).
 * @param badField the path to what is wrong, empty if it is not known: it is said in a BadRequest (error_details.proto), as "Bad Data" of
 * opentelemetry-proto, docs/specification.md, asks for. Undefined: it was not the request
 */
export function rpcStatus(
  encoding: Encoding,
  code: number,
  text: string,
  badField: string | undefined,
): Uint8Array {
  const message = cutText(text, longestText);
  const field = badField === undefined ? undefined : cutText(badField, longestText);
  if (encoding === 'json')
    return Buffer.from(JSON.stringify({ code, message, ...jsonDetails(message, field) }));
  return Buffer.concat([varintField(1, code), textField(2, message), ...protobufDetails(message, field)]);
}

function jsonDetails(description: string, field: string | undefined): object {
  if (field === undefined) return {};
  return { details: [{ '@type': badRequestUrl, fieldViolations: [{ field, description }] }] };
}

function protobufDetails(description: string, field: string | undefined): Uint8Array[] {
  if (field === undefined) return [];
  const violation = embeddedField(1, textField(1, field), textField(2, description));
  return [embeddedField(3, textField(1, badRequestUrl), embeddedField(2, violation))];
}
