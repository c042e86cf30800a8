import { casesOf } from '../measure/plan.ts';
import { type Case, coresUsed, type Sample, spansPerProcessorSecond } from '../measure/sample.ts';
import type { Options } from '../options.ts';
import { type Summary, summarize } from '../statistics.ts';
import type { SubjectName } from '../subjects/subject.ts';

/** What all rounds of one case came to. */
export interface CaseSummary extends Case {
  subjects: SubjectSummary[];
  /** Tocsin's spans per processor second by the reference's of the same round; undefined unless both were measured. */
  ratio: Summary | undefined;
}

export interface SubjectSummary {
  subject: SubjectName;
  /** NaN when idle, as are the answer times. */
  spansPerProcessorSecond: Summary;
  coresUsed: Summary;
  /** Spans a second that were really taken. */
  spansPerSecond: Summary;
  p50Millis: Summary;
  p99Millis: Summary;
  rssBytes: Summary;
  pssBytes: Summary;
  failedRequests: number;
  lostSpans: number;
}

export function summarizeCases(samples: readonly Sample[], options: Options): CaseSummary[] {
  return casesOf(options).flatMap((one) => {
    const ofCase = samples.filter(
      (sample) => sample.load === one.load && sample.compression === one.compression,
    );
    const subjects = options.subjects
      .map((name) => ofCase.filter(({ subject }) => subject === name))
      .filter((ofSubject) => ofSubject.length > 0)
      .map(summarizeSubject);
    return subjects.length === 0 ? [] : [{ ...one, subjects, ratio: ratioOf(ofCase) }];
  });
}

function summarizeSubject(samples: readonly Sample[]): SubjectSummary {
  const over = (figure: (sample: Sample) => number): Summary => summarize(samples.map(figure));
  const sum = (figure: (sample: Sample) => number): number =>
    samples.reduce((total, sample) => total + figure(sample), 0);
  return {
    subject: samples[0]!.subject,
    spansPerProcessorSecond: over(spansPerProcessorSecond),
    coresUsed: over(coresUsed),
    spansPerSecond: over(({ spans, wallNanos }) => (spans / wallNanos) * 1e9),
    p50Millis: over(({ sent }) => sent?.answerMillis.p50 ?? Number.NaN),
    p99Millis: over(({ sent }) => sent?.answerMillis.p99 ?? Number.NaN),
    rssBytes: over(({ memory }) => memory.rss),
    pssBytes: over(({ memory }) => memory.pss),
    failedRequests: sum(({ sent }) => Object.values(sent?.failures ?? {}).reduce((a, b) => a + b, 0)),
    lostSpans: sum(({ lostSpans }) => lostSpans),
  };
}

/** Pair by pair: the speed of the machine changes from one minute to the next, and divides out only of what ran side by side. */
function ratioOf(samples: readonly Sample[]): Summary | undefined {
  const ratios = samples
    .filter(({ subject, spans }) => subject === 'tocsin' && spans > 0)
    .flatMap((tocsin) => {
      const pair = samples.find(({ subject, round }) => subject === 'reference' && round === tocsin.round);
      if (pair === undefined || pair.spans === 0) return [];
      return [spansPerProcessorSecond(tocsin) / spansPerProcessorSecond(pair)];
    });
  return ratios.length === 0 ? undefined : summarize(ratios);
}
