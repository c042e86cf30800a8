import { KnownMetrics } from '../../otlp/metric-scanner.ts';
import type { DataPoint } from '../../otlp/metric-view.ts';
import { readFailsafeCalls, readFailsafeChange, readFailsafeRetries } from './libraries/failsafe.ts';
import { readGrpcRetries } from './libraries/grpc.ts';
import { readPolly } from './libraries/polly.ts';
import {
  readResilience4jCalls,
  readResilience4jRetries,
  readResilience4jState,
} from './libraries/resilience4j.ts';
import type { MetricReader } from './metric-saying.ts';

/** The metrics of libraries that tell of breakers and retries, by name, and how a point of each is read. */
const readers = {
  'failsafe.circuit_breaker.execution.count': readFailsafeCalls,
  'failsafe.circuit_breaker.state_change.count': readFailsafeChange,
  // What it was called before.
  'failsafe.circuit_breaker.state_changes.count': readFailsafeChange,
  'failsafe.retry_policy.attempts': readFailsafeRetries,
  'resilience4j.circuitbreaker.calls': readResilience4jCalls,
  'resilience4j.circuitbreaker.not.permitted.calls': readResilience4jCalls,
  'resilience4j.circuitbreaker.state': readResilience4jState,
  'resilience4j.retry.calls': readResilience4jRetries,
  'resilience.polly.strategy.events': readPolly,
  'grpc.client.call.retries': readGrpcRetries('grpc'),
  'grpc.client.call.transparent_retries': readGrpcRetries('grpc_transparent'),
  'grpc.client.call.hedges': readGrpcRetries('grpc_hedge'),
} as const satisfies Record<string, MetricReader>;

export type ReportMetric = keyof typeof readers;

export const reportMetrics = new KnownMetrics(Object.keys(readers) as ReportMetric[]);

export function readPoint(name: ReportMetric, point: DataPoint): ReturnType<MetricReader> {
  return readers[name](point);
}
