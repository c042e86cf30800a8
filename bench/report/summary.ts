import { casesOf } from '../measure/plan.ts';
import {
  bytesPerDeliveredSpan,
  type Case,
  millicoresUsed,
  type Sample,
  spansPerProcessorSecond,
} from '../measure/sample.ts';
import type { Options } from '../options.ts';
import { type Summary, summarize } from '../statistics.ts';
import { type SubjectName, subjectNames } from '../subjects/subject.ts';

/** What all rounds of one case came to. */
export interface CaseSummary extends Case {
  subjects: SubjectSummary[];
  /** Tocsin's spans per processor second by those of another of the same round, for each that was measured beside it. */
  ratios: { by: SubjectName; ratio: Summary }[];
}

export interface SubjectSummary {
  subject: SubjectName;
  /** NaN when idle, as are the answer times. */
  spansPerProcessorSecond: Summary;
  millicoresUsed: Summary;
  /** Spans a second that were really taken. */
  spansPerSecond: Summary;
  p50Millis: Summary;
  p99Millis: Summary;
  rssBytes: Summary;
  pssBytes: Summary;
  /** That the sink got for each span; NaN if it got none. */
  bytesPerSpan: Summary;
  failedRequests: number;
  lostSpans: number;
}

export function summarizeCases(samples: readonly Sample[], options: Options): CaseSummary[] {
  return casesOf(options).flatMap((one) => {
    const ofCase = samples.filter(
      ({ load, transport, encoding, compression }) =>
        load === one.load &&
        transport === one.transport &&
        encoding === one.encoding &&
        compression === one.compression,
    );
    const subjects = options.subjects
      .map((name) => ofCase.filter(({ subject }) => subject === name))
      .filter((ofSubject) => ofSubject.length > 0)
      .map(summarizeSubject);
    return subjects.length === 0 ? [] : [{ ...one, subjects, ratios: ratiosOf(ofCase) }];
  });
}

function summarizeSubject(samples: readonly Sample[]): SubjectSummary {
  const over = (figure: (sample: Sample) => number): Summary => summarize(samples.map(figure));
  const sum = (figure: (sample: Sample) => number): number =>
    samples.reduce((total, sample) => total + figure(sample), 0);
  return {
    subject: samples[0]!.subject,
    spansPerProcessorSecond: over(spansPerProcessorSecond),
    millicoresUsed: over(millicoresUsed),
    spansPerSecond: over(({ spans, wallNanos }) => (spans / wallNanos) * 1e9),
    p50Millis: over(({ sent }) => sent?.answerMillis.p50 ?? Number.NaN),
    p99Millis: over(({ sent }) => sent?.answerMillis.p99 ?? Number.NaN),
    rssBytes: over(({ memory }) => memory.rss),
    pssBytes: over(({ memory }) => memory.pss),
    bytesPerSpan: over(bytesPerDeliveredSpan),
    failedRequests: sum(({ sent }) => Object.values(sent?.failures ?? {}).reduce((a, b) => a + b, 0)),
    lostSpans: sum(({ lostSpans }) => lostSpans),
  };
}

/** Pair by pair: the speed of the machine changes from one minute to the next, and divides out only of what ran side by side. */
function ratiosOf(samples: readonly Sample[]): CaseSummary['ratios'] {
  const tocsins = samples.filter(({ subject, spans }) => subject === 'tocsin' && spans > 0);
  const others = subjectNames.filter((name) => name !== 'tocsin');
  return others.flatMap((by) => {
    const ratios = tocsins.flatMap((tocsin) => {
      const pair = samples.find(({ subject, round }) => subject === by && round === tocsin.round);
      if (pair === undefined || pair.spans === 0) return [];
      return [spansPerProcessorSecond(tocsin) / spansPerProcessorSecond(pair)];
    });
    return ratios.length === 0 ? [] : [{ by, ratio: summarize(ratios) }];
  });
}
