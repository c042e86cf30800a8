import { anyValue, instrumentationScope, keyValue, resource } from './common.ts';
import { embedded, enumeration, fixed32, fixed64, hex, message, repeated, string, uint32 } from './schema.ts';

// opentelemetry/proto/logs/v1/logs.proto. The fields stand in the order in which the JavaScript SDK writes them.

const severityNumber: Record<string, number> = { SEVERITY_NUMBER_UNSPECIFIED: 0 };
for (const [i, name] of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].entries()) {
  for (const [step, suffix] of ['', '2', '3', '4'].entries())
    severityNumber[`SEVERITY_NUMBER_${name}${suffix}`] = i * 4 + step + 1;
}

export const logRecord = message(2, {
  timeUnixNano: fixed64(1),
  observedTimeUnixNano: fixed64(11),
  severityNumber: enumeration(2, severityNumber),
  severityText: string(3),
  body: embedded(5, anyValue),
  eventName: string(12),
  attributes: repeated(embedded(6, keyValue)),
  droppedAttributesCount: uint32(7),
  flags: fixed32(8),
  traceId: hex(9),
  spanId: hex(10),
});

const scopeLogs = message(3, {
  scope: embedded(1, instrumentationScope),
  logRecords: repeated(embedded(2, logRecord)),
  schemaUrl: string(3),
});

const resourceLogs = message(3, {
  resource: embedded(1, resource),
  scopeLogs: repeated(embedded(2, scopeLogs)),
  schemaUrl: string(3),
});

/** opentelemetry/proto/collector/logs/v1/logs_service.proto */
export const exportLogsServiceRequest = message(3, { resourceLogs: repeated(embedded(1, resourceLogs)) });
