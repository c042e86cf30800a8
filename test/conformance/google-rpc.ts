import protobuf from 'protobufjs';
import { decode } from '../support/otlp-reference.ts';

/** As they are in googleapis: google/rpc/status.proto, google/rpc/error_details.proto and google/protobuf/any.proto. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message BadRequest {
    message FieldViolation { string field = 1; string description = 2; }
    repeated FieldViolation field_violations = 1;
  }
`);
const statusType = root.lookupType('Status');
const badRequestType = root.lookupType('BadRequest');
const badRequestUrl = 'type.googleapis.com/google.rpc.BadRequest';

export interface Violation {
  field: string;
  description: string;
}

export interface RpcStatus {
  code: number;
  message: string;
  /** Of its BadRequest; undefined if it has none. */
  violations: Violation[] | undefined;
}

/** @throws Error if the body is not a google.rpc.Status in this encoding, or has a detail that is no BadRequest */
export function readStatus(encoding: 'protobuf' | 'json', body: Buffer): RpcStatus {
  return encoding === 'json' ? fromJson(body) : fromProtobuf(body);
}

function fromProtobuf(body: Buffer): RpcStatus {
  const status = decode(statusType, body) as {
    code?: number;
    message?: string;
    details?: { typeUrl: string; value: Buffer }[];
  };
  const violations = status.details?.flatMap(({ typeUrl, value }) => {
    if (typeUrl !== badRequestUrl) throw new Error(`an unknown detail: ${typeUrl}`);
    const { fieldViolations } = decode(badRequestType, value) as { fieldViolations: Partial<Violation>[] };
    return fieldViolations.map(({ field = '', description = '' }) => ({ field, description }));
  });
  return { code: status.code ?? 0, message: status.message ?? '', violations };
}

function fromJson(body: Buffer): RpcStatus {
  const status = JSON.parse(body.toString()) as {
    code: number;
    message: string;
    details?: { '@type': string; fieldViolations: Violation[] }[];
  };
  const violations = status.details?.flatMap(({ '@type': url, fieldViolations }) => {
    if (url !== badRequestUrl) throw new Error(`an unknown detail: ${url}`);
    return fieldViolations;
  });
  return { code: status.code, message: status.message, violations };
}
