import type { Attempt, SpanRef, TrueCall } from '../truth.ts';
import type { InferredLink } from './inferred.ts';

/** Counts that add up over recordings. */
export interface LinkCounts {
  /** Inferred and true. */
  right: number;
  /** Inferred and not true. */
  wrong: number;
  /** True, with both spans there to be seen, and not inferred. */
  missed: number;
  /** True, but one of the two left no span at all. */
  unseen: number;
  /** The same of requests: whether one is a retry at all, be it of another call. */
  retriesRight: number;
  retriesWrong: number;
  retriesMissed: number;
  chainsRight: number;
  chainsWrong: number;
  chainsMissed: number;
}

export interface LinkScore extends LinkCounts {
  wrongLinks: readonly string[];
  missedLinks: readonly string[];
}

/**
 * Compares links one by one, so that errors of both kinds cannot make up for each other.
 * @param seen ids of the spans that were received: with a sampler, of the rest nothing could be inferred
 */
export function scoreLinks(
  calls: readonly TrueCall[],
  links: readonly InferredLink[],
  seen: ReadonlySet<string>,
): LinkScore {
  const truth = calls.filter(({ kind }) => kind === 'retry').map(({ attempts }) => pairsOf(attempts, seen));
  const wanted = new Set(truth.flatMap(({ pairs }) => pairs));
  const inferred = new Set(links.map(({ from, to }) => keyOf(from, to)));
  const wrongLinks = [...inferred].filter((key) => !wanted.has(key));
  const missedLinks = [...wanted].filter((key) => !inferred.has(key));
  const trueChains = new Set(
    truth.filter(({ pairs }) => pairs.length > 0).map(({ pairs }) => chainKey(pairs)),
  );
  const trueRetries = new Set([...wanted].map(retryOf));
  const retries = new Set([...inferred].map(retryOf));
  const retriesRight = [...retries].filter((retry) => trueRetries.has(retry)).length;
  const chains = chainsOf(links).map(chainKey);
  const chainsRight = chains.filter((chain) => trueChains.has(chain)).length;
  return {
    right: inferred.size - wrongLinks.length,
    wrong: wrongLinks.length,
    missed: missedLinks.length,
    unseen: truth.reduce((sum, { unseen }) => sum + unseen, 0),
    retriesRight,
    retriesWrong: retries.size - retriesRight,
    retriesMissed: trueRetries.size - retriesRight,
    chainsRight,
    chainsWrong: chains.length - chainsRight,
    chainsMissed: trueChains.size - chainsRight,
    wrongLinks,
    missedLinks,
  };
}

function pairsOf(attempts: readonly Attempt[], seen: ReadonlySet<string>) {
  const pairs: string[] = [];
  const isSeen = attempts.some((attempt) => 'spanId' in attempt && seen.has(attempt.spanId));
  let unseen = 0;
  for (let i = 1; i < attempts.length; i++) {
    const from = attempts[i - 1]!;
    const to = attempts[i]!;
    if ('absent' in from || 'absent' in to) unseen += Number(isSeen);
    else if (seen.has(from.spanId) && seen.has(to.spanId)) pairs.push(keyOf(from, to));
  }
  return { pairs, unseen };
}

function keyOf(from: SpanRef, to: SpanRef): string {
  return `${from.traceId}/${from.spanId} ${to.traceId}/${to.spanId}`;
}

const retryOf = (pair: string): string => pair.slice(pair.indexOf(' ') + 1);

const chainKey = (pairs: readonly string[]): string => [...pairs].sort().join('\n');

/** Links that hang together, by the span that they share. */
function chainsOf(links: readonly InferredLink[]): string[][] {
  const chainOf = new Map<string, string[]>();
  const members = new Map<string[], Set<string>>();
  for (const { from, to } of links) {
    const key = keyOf(from, to);
    const before = chainOf.get(from.spanId) ?? [];
    const after = chainOf.get(to.spanId) ?? [];
    if (before.includes(key)) continue;
    const chain = before === after ? [...before, key] : [...before, key, ...after];
    const spans = new Set([
      from.spanId,
      to.spanId,
      ...(members.get(before) ?? []),
      ...(members.get(after) ?? []),
    ]);
    members.delete(before);
    members.delete(after);
    members.set(chain, spans);
    for (const span of spans) chainOf.set(span, chain);
  }
  return [...members.keys()];
}
