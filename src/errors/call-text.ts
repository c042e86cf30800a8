import { spanAttributes } from '../conventions/attributes.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import { firstOf } from './failure-details.ts';

const methodNames = [...spanAttributes.httpMethod, 'rpc.method', 'db.operation.name', 'db.operation'];
const resultNames = [...spanAttributes.httpStatus];

/** Attributes that `callText` reads. */
export const callAttributes: readonly string[] = [
  ...methodNames,
  ...resultNames,
  ...spanAttributes.grpcStatus,
  spanAttributes.dbStatus,
  spanAttributes.errorType,
];

/** What a failed call is as far as its span says. */
export interface FailedCall {
  name: string;
  /** Whom it went to; empty if it does not say. */
  dependency: string;
  statusMessage: string;
  attributes: ReadonlyMap<string, AttributeValue>;
}

const longestResult = 120;

/** A failed call in one line: `POST payments:8080 → 503`. */
export function callText({ name, dependency, statusMessage, attributes }: FailedCall): string {
  const what = dependency === '' ? name : `${firstOf(attributes, methodNames) ?? name} ${dependency}`;
  return `${what} → ${resultOf(attributes, statusMessage).slice(0, longestResult)}`;
}

function resultOf(attributes: FailedCall['attributes'], statusMessage: string): string {
  const http = firstOf(attributes, resultNames);
  if (http !== undefined) return String(http);
  const grpc = firstOf(attributes, spanAttributes.grpcStatus);
  if (grpc !== undefined && Number(grpc) !== 0) return `gRPC ${grpc}`;
  const said = attributes.get(spanAttributes.dbStatus) ?? attributes.get(spanAttributes.errorType);
  if (said !== undefined && said !== '' && said !== '_OTHER') return String(said);
  return statusMessage.split('\n', 1)[0]!.trim() || 'failed';
}
