import { idBytes, keyValues } from './otlp-builders.ts';
import { logsRequest } from './otlp-reference.ts';

export interface LogSpec {
  /** Numbers as `idBytes` takes them. */
  trace?: number;
  span?: number;
  /** 1 to 24. */
  severity?: number;
  severityText?: string;
  eventName?: string;
  body?: unknown;
  attributes?: Record<string, string | number | boolean>;
  exception?: { type?: string; message?: string; stack?: string };
  timeMillis?: number;
  observedMillis?: number;
}

/** A request with these log records in one resource, in the order given. */
export function logsRequestBytes(
  records: readonly LogSpec[],
  resource: Record<string, string> = { 'service.name': 'shop' },
): Buffer {
  const scopeLogs = [{ scope: { name: 'shop.orders' }, logRecords: records.map(record) }];
  const message = { resourceLogs: [{ resource: { attributes: keyValues(resource) }, scopeLogs }] };
  return Buffer.from(logsRequest.encode(logsRequest.fromObject(message)).finish());
}

function record(spec: LogSpec): object {
  const { trace, span, severity, exception, timeMillis = 1_767_323_045_500, observedMillis } = spec;
  const said = { type: exception?.type, message: exception?.message, stacktrace: exception?.stack };
  const ofException = Object.entries(said).flatMap(([key, value]) =>
    value === undefined ? [] : [[`exception.${key}`, value] as const],
  );
  return {
    timeUnixNano: `${timeMillis}000000`,
    ...(observedMillis === undefined ? {} : { observedTimeUnixNano: `${observedMillis}000000` }),
    ...(severity === undefined ? {} : { severityNumber: severity }),
    ...(spec.severityText === undefined ? {} : { severityText: spec.severityText }),
    ...(spec.eventName === undefined ? {} : { eventName: spec.eventName }),
    ...(spec.body === undefined
      ? {}
      : { body: typeof spec.body === 'string' ? { stringValue: spec.body } : spec.body }),
    ...(trace === undefined ? {} : { traceId: idBytes(trace, 16) }),
    ...(span === undefined ? {} : { spanId: idBytes(span, 8) }),
    attributes: keyValues({ ...spec.attributes, ...Object.fromEntries(ofException) }),
  };
}
