import { mostAttemptsSeen, type Outage, type Profile } from './profile.ts';

/** One setting, and why. */
export interface Advised<T> {
  value: T;
  evidence: string;
}

/** Settings for calls to a dependency, from what was seen of them. Times are milliseconds. */
export interface Advice {
  /** Enough was seen to say something. */
  isGrounded: boolean;
  timeoutMillis: Advised<number>;
  /** With the first; 1 = do not try again. */
  attempts: Advised<number>;
  /** Before the second attempt; each further wait is twice as long, with jitter. */
  firstDelayMillis: Advised<number>;
  longestDelayMillis: Advised<number>;
  consecutiveFailures: Advised<number>;
  openMillis: Advised<number>;
}

/** Fewer say nothing. */
const leastCalls = 100;
const leastChains = 20;
/** Where nothing was seen: what the well-known libraries begin with. */
const usual = { timeoutMillis: 10_000, attempts: 3, firstDelayMillis: 100, failures: 5, openMillis: 60_000 };
/** So much longer than nearly all calls takes one that hangs. */
const timeoutTimes = 3;
const timeouts = { least: 100, most: 60_000 };
/** One more attempt is worth it if it makes good so many of the calls that were tried again. */
const worthwhile = 0.05;
/** A breaker that opens at fewer failures in a row than come by chance once in so many calls is one that opens for nothing. */
const chance = 1e-6;
const failures = { least: 5, most: 50 };
const opens = { least: 5_000, most: 300_000 };

/** Pure: the same of the same profile. */
export function advise(profile: Profile): Advice {
  return {
    isGrounded: profile.calls >= leastCalls,
    timeoutMillis: timeout(profile),
    attempts: attempts(profile),
    firstDelayMillis: firstDelay(profile),
    longestDelayMillis: longestDelay(profile),
    consecutiveFailures: consecutiveFailures(profile),
    openMillis: openTime(profile.outages),
  };
}

function timeout(profile: Profile): Advised<number> {
  const p99 = profile.durationAt(0.99);
  if (p99 === undefined || profile.calls < leastCalls)
    return { value: usual.timeoutMillis, evidence: 'too few calls were well to know how long they take' };
  const value = rounded(bounded(p99 * timeoutTimes, timeouts));
  return {
    value,
    evidence: `99 of 100 calls that were well took at most ${p99} ms; one that takes ${timeoutTimes} times as long hangs`,
  };
}

/** The fewest with which nearly all calls that can be made good are. */
function attempts({ recoveredWith, exhaustedWith }: Profile): Advised<number> {
  const recovered = total(recoveredWith);
  const chains = recovered + total(exhaustedWith);
  if (chains < leastChains)
    return {
      value: usual.attempts,
      evidence: `only ${whole(chains)} calls were tried again: the usual number`,
    };
  if (recovered / chains < worthwhile)
    return {
      value: 1,
      evidence: `of ${whole(chains)} calls that were tried again ${whole(recovered)} were well in the end: retries only add load`,
    };
  let value = 2;
  for (let more = 3; more <= mostAttemptsSeen; more++)
    if (recoveredWith[more]! / chains >= worthwhile) value = more;
  const helped = recoveredWith.slice(0, value + 1).reduce((sum, count) => sum + count, 0);
  return {
    value,
    evidence: `of ${whole(chains)} calls that were tried again ${whole(helped)} were well with at most ${value} attempts, and ${whole(recovered - helped)} with more`,
  };
}

function firstDelay(profile: Profile): Advised<number> {
  const p50 = profile.durationAt(0.5);
  if (p50 === undefined || profile.calls < leastCalls)
    return { value: usual.firstDelayMillis, evidence: 'the usual wait: it is not known how long calls take' };
  const value = rounded(bounded(p50 * 2, { least: 50, most: 2_000 }));
  return {
    value,
    evidence: `half of the calls that were well took at most ${p50} ms: twice that lets one that is busy go on`,
  };
}

function longestDelay(profile: Profile): Advised<number> {
  const { value } = timeout(profile);
  return {
    value: bounded(value * 2, { least: 1_000, most: 30_000 }),
    evidence: 'twice the time limit: who waits longer is better served by a breaker',
  };
}

/** So many that chance alone hardly ever makes them follow one another. */
function consecutiveFailures({
  calls,
  failures: failed,
  outages,
  longestRunOfFailures,
}: Profile): Advised<number> {
  if (calls < leastCalls)
    return { value: usual.failures, evidence: `only ${whole(calls)} calls were seen: the usual number` };
  const share = failed / calls;
  if (share >= 0.5)
    return {
      value: failures.least,
      evidence: `${percent(share)} of the calls failed: the fewest that are of use`,
    };
  const byChance = share === 0 ? failures.least : Math.ceil(Math.log(chance) / Math.log(share));
  const value = bounded(byChance, failures);
  return {
    value,
    evidence: `${percent(share)} of ${whole(calls)} calls failed, ${longestRunOfFailures} in a row at most, in ${outages.length} outages: ${value} in a row hardly come by chance`,
  };
}

/** About as long as half of the outages lasted. */
function openTime(outages: readonly Outage[]): Advised<number> {
  const lengths = outages
    .flatMap(({ from, to }) => (to === undefined ? [] : [to - from]))
    .sort((a, b) => a - b);
  if (lengths.length === 0)
    return { value: usual.openMillis, evidence: 'no outage has ended yet: the usual time' };
  const median = lengths[Math.floor((lengths.length - 1) / 2)]!;
  const value = rounded(bounded(median / 2, opens));
  return {
    value,
    evidence: `half of ${lengths.length} outages lasted at most ${Math.round(median / 1000)} s: a probe after half of that finds most ends in time`,
  };
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function bounded(value: number, { least, most }: { least: number; most: number }): number {
  return Math.min(most, Math.max(least, value));
}

/** To two digits: more would only look exact. */
function rounded(value: number): number {
  const digit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.round(value / digit) * digit;
}

function whole(count: number): string {
  return String(Math.round(count));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 ? 2 : 0)} %`;
}
