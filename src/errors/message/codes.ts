/**
 * Whether a number, or what has letters besides, says what failed.
 *
 * @param label the word before it, in small letters and without anything between; and the word before that
 */
export function isCode(token: string, label: string, beforeLabel: string): boolean {
  if (label === '' || token.length > mostDigits) return false;
  if (token.length <= 3 && says.has(label)) return true;
  const isOne = stateOfSql.test(token)
    ? isOfFive.test(label)
    : /^[+-]?\d+$/.test(token) && saysNumber.test(label);
  return isOne && !isOfThing.test(label) && !isOfThing.test(beforeLabel + label);
}

const mostDigits = 5;

/** Of letters and digits. */
const stateOfSql = /^[A-Z\d]{5}$/;

/** `exit code`, `reply-code`, `"error_code"`, `[Errno 2]`, `status=`, `SQLSTATE`. */
const saysNumber = /(?:code|errno|error|signal)$/;

const isOfFive = /(?:code|sqlstate)$/;

/** Codes that are ids. */
const isOfThing =
  /^(?:bar|zip|post|postal|pass|pin|promo|coupon|voucher|discount|access|verification|country|product)code$/;

/** What is said before the status of an answer or of a process, of three digits at the most. */
const says: ReadonlySet<string> = new Set([
  'answered',
  'exited',
  'grpcstatus',
  'http',
  'httpstatus',
  'replied',
  'responded',
  'response',
  'responsestatus',
  'returned',
  'status',
  'exitstatus',
]);
