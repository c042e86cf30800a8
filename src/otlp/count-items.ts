import { exportLogsServiceRequest, logRecord } from './schema/logs.ts';
import { dataPoints, exportMetricsServiceRequest } from './schema/metrics.ts';
import { SchemaWalk } from './schema-walk.ts';

/**
 * Walks a whole ExportLogsServiceRequest and counts its log records. It decodes nothing, and refuses what a decoder of
 * protobuf would: what is passed on is whole.
 * @throws MalformedOtlp
 */
export function countLogRecords(request: Uint8Array): number {
  return new SchemaWalk(request, new Set([logRecord])).count(exportLogsServiceRequest);
}

/**
 * The same of an ExportMetricsServiceRequest and its data points, of whichever kind.
 * @throws MalformedOtlp
 */
export function countDataPoints(request: Uint8Array): number {
  return new SchemaWalk(request, new Set(dataPoints)).count(exportMetricsServiceRequest);
}
