import { spanAttributes } from '../conventions/attributes.ts';
import { grpcNumberOf } from '../conventions/grpc-codes.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import { firstOf, longest, readable } from './failure-details.ts';

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

/** A failed call, as `causeText`. */
export function callText({ name, dependency, statusMessage, attributes }: FailedCall): string {
  const what = dependency === '' ? name : `${firstOf(attributes, methodNames) ?? name} ${dependency}`;
  return causeText(what, resultOf(attributes, statusMessage));
}

/** What failed and what came of it, each in a line: they become one, `POST payments:8080 → 503`, when they have no secrets any more. */
export function causeText(what: string, result: string): string {
  return [what, result].map((text) => readable(text.trim().split('\n', 1)[0]!, 'cause')).join('\n');
}

/** The same as people read it. @param clean takes secrets out of a text, and what is beyond a length */
export function cleanCause(text: string, clean: (text: string, longest: number) => string): string {
  return text
    .split('\n')
    .map((line) => clean(line, longest.cause))
    .join(' → ');
}

function resultOf(attributes: FailedCall['attributes'], statusMessage: string): string {
  const http = firstOf(attributes, resultNames);
  if (http !== undefined) return String(http);
  const grpc = firstOf(attributes, spanAttributes.grpcStatus);
  const grpcNumber = grpcNumberOf(grpc);
  if (grpcNumber !== undefined && grpcNumber !== 0) return `gRPC ${grpcNumber}`;
  if (grpc !== undefined && grpcNumber === undefined) return String(grpc);
  const said = attributes.get(spanAttributes.dbStatus) ?? attributes.get(spanAttributes.errorType);
  if (said !== undefined && said !== '' && said !== '_OTHER') return String(said);
  return statusMessage.split('\n', 1)[0]!.trim() || 'failed';
}
