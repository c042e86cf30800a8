import * as z from 'zod';
import { duration } from '../../config/scalars.ts';
import { matchers } from '../../match/config.ts';
import { matchesAll } from '../../match/matcher.ts';
import type { Place } from '../client-calls/place.ts';
import type { BreakerSettings } from './shadow-breaker.ts';

const count = (most: number) => z.number().int().min(0).max(most);
const ratio = () =>
  z.number().gt(0, 'not above 0: it would always be open').max(1, 'above 1: it would never open');
const time = (least: number, most: number) =>
  duration().refine(
    (millis) => millis >= least && millis <= most,
    `not from ${least / 1000}s to ${most / 60_000}m`,
  );

const settings = {
  consecutive_failures: count(10_000)
    .default(5)
    .describe('Failures in a row that open it; 0 = it does not count them.'),
  failure_ratio: ratio().default(0.5).describe('Of the calls in `window`, from which on it opens.'),
  minimum_calls: count(1_000_000).min(1).default(20).describe('Fewer in `window` say nothing about ratios.'),
  window: time(1_000, 3_600_000).default(60_000).describe('What ratios are of: the last so long.'),
  slow_call: duration().default(0).describe('What takes as long is slow; 0s = nothing is.'),
  slow_ratio: ratio()
    .default(1)
    .describe('Of the calls in `window`, from which on it opens, where something is slow.'),
  open_for: time(100, 3_600_000)
    .default(60_000)
    .describe('How long it refuses calls before it lets probes pass.'),
  half_open_probes: count(1_000)
    .min(1)
    .default(1)
    .describe('Probes that must be well, one after the other, to close it.'),
};

const mostOverrides = 100;

const override = z
  .strictObject({
    where: matchers().describe('whose: matchers of `service` and `dependency`, all of which must match'),
    consecutive_failures: settings.consecutive_failures.unwrap().optional().describe('the same for these'),
    failure_ratio: settings.failure_ratio.unwrap().optional().describe('the same for these'),
    minimum_calls: settings.minimum_calls.unwrap().optional().describe('the same for these'),
    window: settings.window.unwrap().optional().describe('the same for these'),
    slow_call: settings.slow_call.unwrap().optional().describe('the same for these'),
    slow_ratio: settings.slow_ratio.unwrap().optional().describe('the same for these'),
    open_for: settings.open_for.unwrap().optional().describe('the same for these'),
    half_open_probes: settings.half_open_probes.unwrap().optional().describe('the same for these'),
  })
  .describe('What is not the same for some dependencies; of those that match the first counts.');

export const breakersSchema = z
  .strictObject({
    shadow: z
      .boolean()
      .default(true)
      .describe('Whether it is computed from calls what circuit breakers around them would do.'),
    ...settings,
    overrides: z
      .array(override)
      .max(mostOverrides, `more than ${mostOverrides}`)
      .default([])
      .describe('for some dependencies'),
  })
  .describe(
    'Circuit breakers that are computed from calls, for apps that have none; all as a real one would be set.',
  );

export type BreakersConfig = z.infer<typeof breakersSchema>;

/** What holds for whom. */
export function breakerSettings(
  config: BreakersConfig,
): (place: Pick<Place, 'service' | 'dependency'>) => BreakerSettings {
  const usual = settingsOf(config);
  const others = config.overrides.map(({ where, ...given }) => {
    const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return { where, settings: settingsOf({ ...config, ...said }) };
  });
  return ({ service, dependency }) => {
    const values: Readonly<Record<string, string>> = { service, dependency };
    const subject = { value: (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined) };
    return others.find(({ where }) => matchesAll(where, subject))?.settings ?? usual;
  };
}

function settingsOf(config: Omit<BreakersConfig, 'shadow' | 'overrides'>): BreakerSettings {
  return {
    consecutiveFailures: config.consecutive_failures,
    failureRatio: config.failure_ratio,
    minimumCalls: config.minimum_calls,
    windowMillis: config.window,
    openForMillis: config.open_for,
    halfOpenProbes: config.half_open_probes,
    slowCallMillis: config.slow_call,
    slowRatio: config.slow_ratio,
  };
}
