import { CallMetrics } from '../../../src/derive/calls.ts';
import { parseMatcher } from '../../../src/match/parse.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { NoiseAudit } from '../../../src/noise/audit.ts';
import { Noise } from '../../../src/noise/noise.ts';
import type { HoldOptions } from '../../../src/pipeline/holding/waiting-room.ts';
import { StoreUnavailable } from '../../../src/pipeline/failures/event-recorder.ts';
import { Sampler } from '../../../src/pipeline/sampling/sampler.ts';
import { TracePipeline } from '../../../src/pipeline/trace-pipeline.ts';
import { Events, fates } from '../../../src/telemetry/events.ts';
import { type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';
import { decodeTraceRequest, type Span } from '../../support/otlp-reference.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { RecordingSink } from '../../support/recording-sink.ts';
import { TestClock } from '../../support/test-clock.ts';

export interface Given {
  /** Rules by name, each with its matchers. */
  drop?: Record<string, string[]>;
  hold?: HoldOptions;
  sampling?: { ratio: number; always?: string[] };
}

function samplerOf({ ratio, always = [] }: NonNullable<Given['sampling']>): Sampler {
  return new Sampler({ ratio, always });
}

/** A pipeline that drops roots named `noise`, with what it forwards. */
export function setUp({ drop = { quiet: ['name="noise"'] }, hold, sampling }: Given = {}) {
  const clock = new TestClock();
  const registry = new MetricRegistry();
  const budget = new SeriesBudget(10_000);
  const events = new Events(registry, new RecordingLog(), budget);
  const rules = Object.entries(drop).map(([name, where]) => ({ name, where: where.map(parseMatcher) }));
  const noise = new Noise({ builtIn: new Set(), drop: rules });
  const audit = new NoiseAudit(clock);
  const sink = new RecordingSink();
  let storeIsBroken = false;
  const pipeline = new TracePipeline({
    clock,
    noise,
    audit,
    calls: new CallMetrics(registry, budget, { unit: 'ms', bounds: [2] }),
    recorder: {
      record: () =>
        storeIsBroken ? Promise.reject(new StoreUnavailable('of the test')) : Promise.resolve([]),
      settled: () => undefined,
      explained: () => undefined,
      judge: () => undefined,
      playsDown: () => false,
    } as never,
    events,
    sink,
    ...(hold === undefined ? {} : { hold }),
    ...(sampling === undefined ? {} : { sampler: samplerOf(sampling) }),
  });
  const values = (family: string): Map<string, number> => {
    const lines = [...registry.expose()].join('').split('\n');
    return new Map(
      lines
        .filter((line) => line.startsWith(family))
        .map((line) => [line.slice(family.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  };
  return {
    clock,
    pipeline,
    audit,
    values,
    send: (...spans: SpanSpec[]) => pipeline.accept(traceRequestBytes(spans)),
    sendBytes: (bytes: Uint8Array) => pipeline.accept(bytes),
    breakStore: (isBroken: boolean) => {
      storeIsBroken = isBroken;
    },
    /** Of spans, in the order in which they were forwarded; with their request between them, if that is asked for. */
    forwarded: (): string[] => sink.offered.flatMap(({ bytes }) => namesIn(bytes)),
    /** By name, in one text. */
    states: (): Record<string, string> =>
      Object.fromEntries(
        sink.offered.flatMap(({ bytes }) =>
          spansIn(bytes).map(({ name = '', traceState = '' }) => [name, traceState]),
        ),
      ),
    requests: (): string[][] => sink.offered.map(({ bytes }) => namesIn(bytes)),
    settle: () => {
      for (const { settled, items } of sink.offered.splice(0)) settled('forwarded', items);
    },
    /** Spans that were counted as calls, by name. */
    calls: (): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const [labels, value] of values('traces_span_metrics_calls_total'))
        counts[/span_name="([^"]*)"/.exec(labels)![1]!] = value;
      return counts;
    },
    /** What is not 0. */
    ledger: (): Record<string, number> => {
      const counts = fates.map((fate): [string, number] => [
        fate,
        values(`tocsin_ledger_total{signal="spans",fate="${fate}"}`).get('')!,
      ]);
      counts.push(['pending', values('tocsin_ledger_pending{signal="spans"}').get('')!]);
      return Object.fromEntries(counts.filter(([, count]) => count !== 0));
    },
    held: () => values('tocsin_local_trace_held_spans').get('')!,
    undecided: (reason: string) =>
      values(`tocsin_local_trace_undecided_spans_total{reason="${reason}"}`).get('')!,
    orphans: () => values('tocsin_noise_orphaned_spans_total{rule="quiet"}').get(''),
  };
}

function namesIn(bytes: Uint8Array): string[] {
  return spansIn(bytes).map(({ name = '' }) => name);
}

function spansIn(bytes: Uint8Array): Span[] {
  const { resourceSpans = [] } = decodeTraceRequest(bytes);
  return resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans));
}
