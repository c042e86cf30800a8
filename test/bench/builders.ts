import type { LoadResult } from '../../bench/load/protocol.ts';
import type { Sample } from '../../bench/measure/sample.ts';

export function loadResult(more: Partial<LoadResult> = {}): LoadResult {
  return {
    requests: 10,
    spans: 1000,
    healthChecks: 30,
    calls: [],
    failures: {},
    answerMillis: { p50: 2, p99: 9, max: 12 },
    lateMillis: { p99: 1 },
    ...more,
  };
}

/** 1000 spans in one processor second, of which 970 were delivered. */
export function sample(more: Partial<Sample> = {}): Sample {
  return {
    subject: 'tocsin',
    load: 'saturated',
    transport: 'http',
    encoding: 'protobuf',
    compression: 'none',
    round: 1,
    spans: 1000,
    lostSpans: 0,
    deliveredBytes: 194_000,
    processorNanos: 1e9,
    wallNanos: 2e9,
    measured: { fromMicros: 0, untilMicros: 2e6 },
    memory: { rss: 100e6, pss: 90e6 },
    sent: loadResult(),
    problems: [],
    ...more,
  };
}
