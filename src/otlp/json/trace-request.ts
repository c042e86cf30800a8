import { exportTraceServiceRequest } from './trace-schema.ts';
import { transcode } from './transcoder.ts';

/**
 * The protobuf form of an ExportTraceServiceRequest that was sent as OTLP/JSON (opentelemetry-proto,
 * docs/specification.md, "JSON Protobuf Encoding"): the same message in the other encoding, so that ids that are no
 * ids are passed on as they are.
 *
 * @throws MalformedOtlp if it is not JSON or not this message
 */
export function traceRequestFromJson(json: Uint8Array): Uint8Array {
  return transcode(json, exportTraceServiceRequest);
}
