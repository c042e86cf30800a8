import { exportLogsServiceRequest } from '../schema/logs.ts';
import { exportMetricsServiceRequest } from '../schema/metrics.ts';
import type { Message } from '../schema/schema.ts';
import { exportTraceServiceRequest } from '../schema/trace.ts';
import type { Signal } from '../signal.ts';
import { type Rewrite, writeJson } from './json-writer.ts';
import { transcode } from './transcoder.ts';

const requests: Record<Signal, Message> = {
  traces: exportTraceServiceRequest,
  logs: exportLogsServiceRequest,
  metrics: exportMetricsServiceRequest,
};

/**
 * The protobuf form of an Export*ServiceRequest that was sent as OTLP/JSON (opentelemetry-proto,
 * docs/specification.md, "JSON Protobuf Encoding"): the same message in the other encoding, so that ids that are no
 * ids are passed on as they are.
 *
 * @throws MalformedOtlp if it is not JSON or not this message
 */
export function requestFromJson(signal: Signal, json: Uint8Array): Uint8Array {
  return transcode(json, requests[signal]);
}

/**
 * The JSON form of an Export*ServiceRequest in protobuf, in one line.
 * @throws MalformedOtlp
 */
export function requestToJson(
  signal: Signal,
  request: Uint8Array,
  rewrite: Rewrite = (text) => text,
): string {
  return writeJson(request, requests[signal], rewrite);
}
