import { remembered } from '../runtime/remembered.ts';
import { type Severity, severities } from './error-event.ts';
import { type Outcome, outcomes } from './outcome.ts';

/** A span's kind, in words. */
export type SpanRole = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** How the run of a job or task ended that a failure was a part of. */
export type TaskEnd = 'well' | 'to be tried again' | 'failed';

export interface SeverityFacts {
  kind: SpanRole;
  /** What became of it, as far as it is known. */
  outcome: Outcome;
  task?: TaskEnd | undefined;
  httpStatusCode?: number | undefined;
  grpcStatusCode?: number | undefined;
}

interface Row {
  when: (facts: SeverityFacts) => boolean;
  severity: Severity;
}

/** The first row that fits decides. */
const table: readonly Row[] = [
  // Another attempt succeeded: nobody noticed.
  { when: (facts) => facts.outcome === 'recovered', severity: 'low' },
  // What was to be done was not done, nobody waits for an answer who would see that, and nothing tries it again.
  { when: (facts) => facts.task === 'failed', severity: 'high' },
  // The other side is well and said no: often an answer that was asked for, such as "does this exist?".
  { when: (facts) => facts.kind === 'client' && isRefusal(facts.httpStatusCode), severity: 'low' },
  // The caller was at fault, and was told so.
  { when: (facts) => facts.kind === 'server' && isClientError(facts.httpStatusCode), severity: 'low' },
  // The next attempt may do it.
  { when: (facts) => facts.task === 'to be tried again', severity: 'medium' },
  // Nobody was left to handle it, wherever on its way up it was recorded first.
  { when: (facts) => facts.outcome === 'unhandled', severity: 'critical' },
  // The app is well enough to say that it is not.
  { when: (facts) => facts.kind === 'server' && wasAnswered(facts), severity: 'high' },
  // Something that was to be done was not done, whatever the caller was told; or nothing says yet that it was.
  { when: (facts) => facts.outcome !== 'handled', severity: 'high' },
];

/** Somebody handled it; but whoever recorded it found it worth knowing. */
const otherwise: Severity = 'medium';

/** How bad a failure is by what its span says, and by what became of it. */
export function severityOf(facts: SeverityFacts): Severity {
  return table.find(({ when }) => when(facts))?.severity ?? otherwise;
}

/** How bad it is with each outcome. */
export type Severities = Readonly<Record<Outcome, Severity>>;

/** The same for all outcomes: one object for the same facts, most often. */
export function severitiesOf(facts: Omit<SeverityFacts, 'outcome'>): Severities {
  const { kind, task, httpStatusCode, grpcStatusCode } = facts;
  return known(JSON.stringify({ kind, task, httpStatusCode, grpcStatusCode }));
}

const known = remembered({ most: 128, longest: 256 }, (text): Severities => {
  const facts = JSON.parse(text) as Omit<SeverityFacts, 'outcome'>;
  return byOutcome((outcome) => severityOf({ ...facts, outcome }));
});

/** The same of a failure whose severity somebody has said. */
export const saidSeverities = Object.fromEntries(
  severities.map((severity) => [severity, byOutcome(() => severity)]),
) as Readonly<Record<Severity, Severities>>;

function byOutcome(severity: (outcome: Outcome) => Severity): Severities {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, severity(outcome)])) as Severities;
}

/** logs.proto, SeverityNumber: the least of FATAL, ERROR, WARN. */
export const fatalNumber = 21;
export const errorNumber = 17;
export const warningNumber = 13;

/** A log record of this name says that the process is gone, and all it was doing with it: `app.crash`, `device.crash`. */
const crashName = /(?:^|\.)crash$/;

/** The same for a log record. An exception that is logged below ERROR was handled; one without a level may have been. */
export function severityOfLog(severityNumber: number, isException: boolean, eventName: string): Severity {
  if (severityNumber >= fatalNumber || crashName.test(eventName)) return 'critical';
  if (severityNumber >= errorNumber) return 'high';
  if (severityNumber >= warningNumber || severityNumber === 0) return 'medium';
  return isException ? 'low' : otherwise;
}

/** The worse of two. */
export function moreSevere(a: Severity, b: Severity): Severity {
  return isMoreSevere(b, a) ? b : a;
}

export function isMoreSevere(a: Severity, b: Severity): boolean {
  return severities.indexOf(a) > severities.indexOf(b);
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status <= 499;
}

function wasAnswered({ httpStatusCode = 0, grpcStatusCode = 0 }: SeverityFacts): boolean {
  return httpStatusCode >= 500 || grpcStatusCode > 0;
}

/** 408 and 429 speak of the load, not of the request: the call was right and did not get through. */
export function isRefusal(status: number | undefined): boolean {
  return isClientError(status) && status !== 408 && status !== 429;
}
