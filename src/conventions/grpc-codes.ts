/** By their number (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const codes = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/**
 * The number of a status of gRPC as an attribute has it: newer conventions write its name, `UNAVAILABLE`. Undefined if it is none: the same
 * attribute has the codes of other protocols too.
 */
export function grpcNumberOf(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const number = codes.indexOf(text.toUpperCase());
  return number === -1 ? undefined : number;
}
