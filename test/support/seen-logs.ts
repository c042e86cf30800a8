import type { AttributeValue } from '../../src/otlp/attributes.ts';
import type { AnyValue, KeyValue } from './otlp-reference.ts';
import { expectedAttributes, expectedValue, hexOfId } from './seen-spans.ts';

/** What a view says of a log record, by the reference decoder. */
export interface SeenLog {
  timeMillis: number;
  severityNumber: number;
  severityText: string;
  eventName: string;
  body: string;
  traceId: string;
  spanId: string;
  scopeName: string;
  attributes: Record<string, AttributeValue>;
}

export interface ExpectedLog {
  shown: SeenLog;
  isFailure: boolean;
}

interface LogRecord {
  timeUnixNano?: string;
  observedTimeUnixNano?: string;
  severityNumber?: number;
  severityText?: string;
  eventName?: string;
  body?: AnyValue;
  attributes?: KeyValue[];
  traceId?: Uint8Array;
  spanId?: Uint8Array;
}

interface LogsRequest {
  resourceLogs?: { scopeLogs?: { scope?: { name?: string }; logRecords?: LogRecord[] }[] }[];
}

/** All records of a request, in their order. */
export function expectedLogs(request: LogsRequest): ExpectedLog[] {
  return (request.resourceLogs ?? []).flatMap(({ scopeLogs = [] }) =>
    scopeLogs.flatMap(({ scope, logRecords = [] }) =>
      logRecords.map((record) => expectedLog(record, scope?.name ?? '')),
    ),
  );
}

const levels = [
  /^(trace|verbose|finest|finer)([1-4]?)$/i,
  /^(debug|fine)([1-4]?)$/i,
  /^(info|information|informational|notice|config)([1-4]?)$/i,
  /^(warn|warning)([1-4]?)$/i,
  /^(error|err|severe)([1-4]?)$/i,
  /^(fatal|critical|crit|alert|emergency|emerg|panic)([1-4]?)$/i,
];

/** 4 numbers for each level. */
function severityOf(text: string): number {
  const level = levels.findIndex((names) => names.test(text));
  return level === -1 ? 0 : level * 4 + Number(levels[level]!.exec(text)![2] || 1);
}

function expectedLog(record: LogRecord, scopeName: string): ExpectedLog {
  const { severityNumber = 0, severityText = '', eventName = '' } = record;
  const severity = severityNumber >>> 0;
  const body = expectedValue(record.body, 0);
  const shown = {
    timeMillis: millisOf(record.timeUnixNano) || millisOf(record.observedTimeUnixNano),
    severityNumber: severity > 0 && severity <= 24 ? severity : severityOf(severityText),
    severityText,
    eventName,
    body: typeof body === 'object' ? JSON.stringify(body) : `${(body ?? '') as string | number | boolean}`,
    traceId: hexOfId(record.traceId, 16),
    spanId: hexOfId(record.spanId, 8),
    scopeName,
    attributes: expectedAttributes(record.attributes),
  };
  const isFailure =
    (severity || severityOf(severityText)) >= 17 ||
    /^(.+\.)?(exception|crash)$/s.test(eventName) ||
    (record.attributes ?? []).some(({ key = '' }) => /^exception\.(type|message|stacktrace)$/.test(key));
  return { shown, isFailure };
}

/** To the microsecond, and as exact as a double is: by halves, in the same way. */
function millisOf(nanos: string | undefined): number {
  const value = BigInt(nanos ?? 0);
  const high = Number(value >> 32n);
  return (high * 4_294_967 + Math.round(high * 0.296 + Number(value & 0xffff_ffffn) / 1000)) / 1000;
}
