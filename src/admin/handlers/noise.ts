import type { RuleReport } from '../../noise/audit.ts';
import type { Handlers } from '../routes.ts';
import { time } from './time.ts';

export interface NoiseHandlersDependencies {
  noise: () => readonly RuleReport[];
}

export function noiseHandlers({ noise }: NoiseHandlersDependencies): Handlers<'listNoise'> {
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
    }),
  };
}
