import { noCallMetrics } from '../../src/derive/calls.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import type { Issue } from '../../src/issues/issue.ts';
import type { EventQuery } from '../../src/issues/issue-store.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { NoiseAudit } from '../../src/noise/audit.ts';
import { Noise } from '../../src/noise/noise.ts';
import { EventRecorder } from '../../src/pipeline/failures/event-recorder.ts';
import { RecentLogs } from '../../src/pipeline/failures/recent-logs.ts';
import { Symptoms } from '../../src/pipeline/failures/symptoms.ts';
import { LogPipeline } from '../../src/pipeline/log-pipeline.ts';
import { ResourceReader } from '../../src/pipeline/resource-facts.ts';
import { TracePipeline } from '../../src/pipeline/trace-pipeline.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { Events } from '../../src/telemetry/events.ts';
import { nextTurn } from '../../src/runtime/next-turn.ts';
import { type LogSpec, logsRequestBytes } from './log-builders.ts';
import { kind, type SpanSpec, traceRequestBytes } from './otlp-builders.ts';
import { errorPolicy } from './policy.ts';
import { RecordingLog } from './recording-log.ts';
import { TestClock } from './test-clock.ts';

const stops: (() => Promise<void>)[] = [];

/** Ends what the tests so far have set up. */
export async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}

/**
 * Spans and log records in, events and issues out: the pipelines with a store.
 * @param given what the user says of errors
 * @param store of a process that is no more
 */
export async function setUpFailures(
  given: Parameters<typeof errorPolicy>[0] = {},
  store = new InlineStore(),
) {
  const clock = new TestClock();
  await store.start();
  /** What the store does next. */
  let answers: 'at once' | 'never' | 'late' = 'at once';
  const late: (() => void)[] = [];
  const registry = new MetricRegistry();
  const events = new Events(registry, new RecordingLog(), new SeriesBudget(1000));
  const recorder = new EventRecorder({
    clock,
    policy: errorPolicy(given),
    issues: {
      record: async (...batch) => {
        if (answers === 'never') throw new Error('disk full');
        if (answers === 'late') await new Promise<void>((resolve) => late.push(resolve));
        return store.calls.record(...batch);
      },
    },
    events,
    onStored: () => undefined,
  });
  const shared = {
    clock,
    recorder,
    events,
    resources: new ResourceReader(),
    symptoms: new Symptoms(),
    recent: new RecentLogs(),
  };
  const logs = new LogPipeline(shared);
  const pipeline = new TracePipeline({
    ...shared,
    noise: new Noise({ builtIn: new Set(), drop: [] }),
    audit: new NoiseAudit(clock),
    calls: noCallMetrics(registry),
  });
  stops.push(() => store.stop());
  return {
    clock,
    pipeline,
    store,
    /** From now on; what it was late with is stored when it answers again. */
    storeAnswers: (how: typeof answers) => {
      answers = how;
      for (const store of late.splice(0)) store();
    },
    stored: () => recorder.drained(),
    /** Nothing more is waited for, and what was learnt is stored. */
    settled: async () => {
      clock.advance(10_000);
      const stored = recorder.drained().then(() => true);
      // Between two transactions the store rests.
      while (!(await Promise.race([stored, nextTurn().then(() => false)]))) clock.advance(5);
      clock.advance(5);
    },
    send: (...spans: SpanSpec[]) => pipeline.accept(traceRequestBytes(spans)),
    log: (...records: LogSpec[]) => logs.accept(logsRequestBytes(records)),
    issues: async (): Promise<Issue[]> => (await store.calls.listIssues({ limit: 50 })).items,
    events: async (query: Partial<EventQuery> = {}): Promise<ErrorEvent[]> =>
      (await store.calls.listEvents({ limit: 50, ...query })).items,
    value: (series: string): number => {
      const line = [...registry.expose()]
        .join('')
        .split('\n')
        .find((each) => each.startsWith(`${series} `));
      return Number(line?.slice(series.length + 1) ?? 0);
    },
  };
}

const begin = 1_767_323_045_000;
/** When a span ran, in milliseconds after the begin. */
export function ran(from: number, millis: number): Partial<SpanSpec> {
  return {
    startTimeUnixNano: `${BigInt(begin + from) * 1_000_000n}`,
    endTimeUnixNano: `${BigInt(begin + from + millis) * 1_000_000n}`,
  };
}

/** Milliseconds since the Unix epoch; in the middle, if the span does not say. */
export function endOf({ endTimeUnixNano = `${BigInt(begin + 500) * 1_000_000n}` }: SpanSpec): number {
  return Number(BigInt(endTimeUnixNano) / 1_000_000n);
}

export const root: SpanSpec = {
  id: 1,
  name: 'POST /order',
  kind: kind.server,
  flags: 0x100,
  ...ran(0, 1000),
};

export function call(id: number, given: Partial<SpanSpec> = {}): SpanSpec {
  return {
    id,
    parent: 1,
    name: 'POST',
    kind: kind.client,
    ...given,
    attributes: {
      'server.address': 'payments',
      'server.port': 8080,
      'url.full': 'http://payments:8080/charge',
      ...given.attributes,
    },
  };
}

export function failedCall(id: number, given: Partial<SpanSpec> = {}): SpanSpec {
  return call(id, {
    failed: true,
    ...ran(10, 10),
    ...given,
    attributes: { 'http.response.status_code': 503, ...given.attributes },
  });
}
