import { type Severity, severities } from './error-event.ts';

/** A span's kind, in words. */
export type SpanRole = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface SeverityFacts {
  kind: SpanRole;
  /** Whether the span is the root of its local trace. No row asks for it yet: what became of the root is not known here. */
  localRoot: boolean;
  /** Its status is ERROR. */
  spanFailed: boolean;
  /** It is an exception that was recorded, and not only a status. */
  exception: boolean;
  httpStatusCode?: number;
  /** The exception was caught by nobody and ended the process. */
  escapedCrash?: boolean;
}

interface Row {
  when: (facts: SeverityFacts) => boolean;
  severity: Severity;
}

/** The first row that fits decides. */
const table: readonly Row[] = [
  // The process is gone, and all it was doing with it.
  { when: (facts) => facts.escapedCrash === true, severity: 'critical' },
  // The other side is well and said no: often an answer that was asked for, such as "does this exist?".
  { when: (facts) => facts.kind === 'client' && isRefusal(facts.httpStatusCode), severity: 'low' },
  // The caller was at fault, and was told so.
  { when: (facts) => facts.kind === 'server' && isClientError(facts.httpStatusCode), severity: 'low' },
  // Something that was to be done was not done.
  { when: (facts) => facts.spanFailed, severity: 'high' },
  // The span ended well, so somebody handled the exception; but whoever recorded it found it worth knowing.
  { when: (facts) => facts.exception, severity: 'medium' },
];

/** Nothing failed and nothing was thrown, and yet it was reported. */
const otherwise: Severity = 'medium';

/**
 * How bad a failure is by what its span alone says. Provisional: whether a retry or a caller made up for it is known
 * only later.
 */
export function severityOf(facts: SeverityFacts): Severity {
  return table.find(({ when }) => when(facts))?.severity ?? otherwise;
}

/** logs.proto, SeverityNumber: the least of FATAL, ERROR, WARN. */
export const fatalNumber = 21;
export const errorNumber = 17;
const warningNumber = 13;

/** The same for a log record. An exception that is logged below ERROR was handled; one without a level may have been. */
export function severityOfLog(severityNumber: number, isException: boolean): Severity {
  if (severityNumber >= fatalNumber) return 'critical';
  if (severityNumber >= errorNumber) return 'high';
  if (severityNumber >= warningNumber || severityNumber === 0) return 'medium';
  return isException ? 'low' : otherwise;
}

/** The worse of two. */
export function moreSevere(a: Severity, b: Severity): Severity {
  return isMoreSevere(b, a) ? b : a;
}

export function isMoreSevere(a: Severity, b: Severity): boolean {
  return severities.indexOf(a) > severities.indexOf(b);
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status <= 499;
}

/** 408 and 429 speak of the load, not of the request: the call was right and did not get through. */
function isRefusal(status: number | undefined): boolean {
  return isClientError(status) && status !== 408 && status !== 429;
}
