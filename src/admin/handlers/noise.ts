import type { RuleReport } from '../../noise/audit.ts';
import type { LocalTraceReport } from '../../telemetry/local-trace-events.ts';
import type { NoiseAnswer } from '../contract/noise.ts';
import type { Handlers } from '../routes.ts';
import { time } from './time.ts';

export interface NoiseHandlersDependencies {
  noise: () => readonly RuleReport[];
  sampling: () => { ratio: number; always: readonly string[] };
  localTraces: () => LocalTraceReport;
}

export function noiseHandlers({
  noise,
  sampling,
  localTraces,
}: NoiseHandlersDependencies): Handlers<'listNoise'> {
  return {
    listNoise: () => ({
      items: noise().map(({ rule, builtIn, enabled, spans, bytes, lastDroppedAt, samples }) => ({
        rule,
        built_in: builtIn,
        enabled,
        spans,
        bytes,
        last_dropped_at: lastDroppedAt === undefined ? null : time(lastDroppedAt),
        samples: samples.map(({ at, ...sample }) => ({ ...sample, at: time(at) })),
      })),
      sampling: samplingAnswer(sampling(), localTraces()),
      local_traces: localTracesAnswer(localTraces()),
    }),
  };
}

function samplingAnswer(
  { ratio, always }: ReturnType<NoiseHandlersDependencies['sampling']>,
  { sampled }: LocalTraceReport,
): NoiseAnswer['sampling'] {
  return {
    ratio,
    always: [...always],
    always_spans: sampled.always,
    ratio_spans: sampled.ratio,
    left_out_spans: sampled.left_out,
  };
}

function localTracesAnswer({ held, undecided, orphaned }: LocalTraceReport): NoiseAnswer['local_traces'] {
  return {
    held_spans: held,
    timeout_spans: undecided.timeout,
    full_spans: undecided.full,
    orphaned_spans: orphaned,
  };
}
