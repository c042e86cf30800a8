import { type Part, readManifest } from '../record/manifest.ts';
import { readLines, readTruth } from '../record/files.ts';
import type { Truth } from '../truth.ts';
import type { Subject } from './inferred.ts';
import { type LinkScore, scoreLinks } from './pairs.ts';
import { type BreakerCounts, noBreaker, scoreBreaker } from './transitions.ts';
import { type Condition, receptions } from './variants.ts';

/** What became of one recording, received in one way. */
export interface Scored {
  name: string;
  part: Part;
  truth: Omit<Truth, 'calls' | 'arrivals'>;
  condition: Condition;
  links: LinkScore;
  /** Unset if the recording is none of a breaker. */
  breaker: BreakerCounts | undefined;
}

/** @param conditions of those in which a recording is received */
export function scoreRecording(
  name: string,
  part: Part,
  subject: Subject,
  conditions: readonly Condition[],
): Scored[] {
  const { calls, arrivals, ...truth } = readTruth(name);
  const breaker = truth.breaker;
  const settings = breaker?.settings ?? { consecutiveFailures: 5, openMillis: 60_000 };
  return receptions(readLines(name), arrivals, conditions).map(({ condition, requests, spans }) => {
    const inferred = subject.infer(requests, settings);
    return {
      name,
      part,
      truth,
      condition,
      links: scoreLinks(calls, inferred.links, spans),
      breaker: breaker === undefined ? undefined : scoreBreaker(breaker, inferred.transitions),
    };
  });
}

/** All recordings of the manifest, or those of a part. */
export function scoreAll(
  subject: Subject,
  part: Part | undefined,
  conditions: readonly Condition[],
): Scored[] {
  return Object.entries(readManifest())
    .filter(([, of]) => part === undefined || of === part)
    .flatMap(([name, of]) => scoreRecording(name, of, subject, conditions));
}

export interface LinkFigures {
  pairs: number;
  right: number;
  wrong: number;
  missed: number;
  unseen: number;
  precision: number;
  /** Of the pairs whose spans are there. */
  recall: number;
  /** Of those that left no span as well. */
  recallOfAll: number;
  /** Of requests, and not of pairs: is it a retry, whichever it is a retry of? */
  retryPrecision: number;
  retryRecall: number;
  chainPrecision: number;
  chainRecall: number;
}

/** Sums first, shares then: a recording counts by its pairs. Shares of nothing are not a number. */
export function linkFigures(scored: readonly Scored[]): LinkFigures {
  const sum = (of: (links: LinkScore) => number): number =>
    scored.reduce((total, { links }) => total + of(links), 0);
  const right = sum((links) => links.right);
  const wrong = sum((links) => links.wrong);
  const missed = sum((links) => links.missed);
  const unseen = sum((links) => links.unseen);
  const retriesRight = sum((links) => links.retriesRight);
  const chainsRight = sum((links) => links.chainsRight);
  return {
    pairs: right + missed,
    right,
    wrong,
    missed,
    unseen,
    precision: right / (right + wrong),
    recall: right / (right + missed),
    recallOfAll: right / (right + missed + unseen),
    retryPrecision: retriesRight / (retriesRight + sum((links) => links.retriesWrong)),
    retryRecall: retriesRight / (retriesRight + sum((links) => links.retriesMissed)),
    chainPrecision: chainsRight / (chainsRight + sum((links) => links.chainsWrong)),
    chainRecall: chainsRight / (chainsRight + sum((links) => links.chainsMissed)),
  };
}

export interface BreakerFigures extends BreakerCounts {
  f1: number;
  agreement: number;
}

export function breakerFigures(scored: readonly Scored[]): BreakerFigures {
  const sums = scored.reduce((sum, { breaker = noBreaker }) => {
    const { right, wrong, missed, agreedMillis, totalMillis } = breaker;
    return {
      right: sum.right + right,
      wrong: sum.wrong + wrong,
      missed: sum.missed + missed,
      agreedMillis: sum.agreedMillis + agreedMillis,
      totalMillis: sum.totalMillis + totalMillis,
    };
  }, noBreaker);
  const { right, wrong, missed, agreedMillis, totalMillis } = sums;
  return {
    ...sums,
    f1: (2 * right) / (2 * right + wrong + missed),
    agreement: agreedMillis / totalMillis,
  };
}
