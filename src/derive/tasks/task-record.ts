import { type TaskKind, type TaskOutcome, taskOutcomes } from './task-run.ts';

/** What is known of one job or task of a service. Times are milliseconds since the Unix epoch, durations seconds. */
export interface TaskRecord {
  service: string;
  kind: TaskKind;
  name: string;
  /** As its last run said it; empty if none did. */
  schedule: string;
  runs: Record<TaskOutcome, number>;
  /** When the first run ended that is known of. */
  firstRunAt: number;
  /** Of all runs the one that ended last. */
  lastRunAt: number;
  lastOutcome: TaskOutcome;
  /** 0 = never. */
  lastSuccessAt: number;
  lastFailure: TaskFailure | undefined;
  /** Of the last runs in the order in which they were heard of. */
  durations: number[];
}

/** A failure after which nobody tried again. */
export interface TaskFailure {
  at: number;
  traceId: string;
  /** Undefined if it is not known which issue it belongs to. */
  issueId: string | undefined;
}

/** A run, and when and how it ended. */
export interface EndedRun {
  outcome: TaskOutcome;
  /** Milliseconds since the Unix epoch. */
  endedAt: number;
  /** Seconds; undefined if it is not known. */
  duration: number | undefined;
  schedule: string;
  /** Runs that it stands for. */
  weight: number;
  traceId: string;
  issueId: string | undefined;
}

/** Runs whose durations are kept. */
export const keptDurations = 100;

export function newRecord(key: Pick<TaskRecord, 'service' | 'kind' | 'name'>): TaskRecord {
  return {
    ...key,
    schedule: '',
    runs: { success: 0, failure: 0, retried: 0 },
    firstRunAt: Infinity,
    lastRunAt: 0,
    lastOutcome: 'success',
    lastSuccessAt: 0,
    lastFailure: undefined,
    durations: [],
  };
}

/** Spans come late and in any order: what is known of a later run stays. */
export function addRun(record: TaskRecord, run: EndedRun): void {
  const { outcome, endedAt, duration, traceId, issueId } = run;
  record.runs[outcome] += run.weight;
  record.firstRunAt = Math.min(record.firstRunAt, endedAt);
  if (endedAt >= record.lastRunAt) {
    record.lastRunAt = endedAt;
    record.lastOutcome = outcome;
    if (run.schedule !== '') record.schedule = run.schedule;
  }
  if (outcome === 'success') record.lastSuccessAt = Math.max(record.lastSuccessAt, endedAt);
  if (outcome === 'failure' && endedAt >= (record.lastFailure?.at ?? 0))
    record.lastFailure = { at: endedAt, traceId, issueId };
  if (duration !== undefined && record.durations.push(rounded(duration)) > keptDurations)
    record.durations.shift();
}

/** To microseconds: all of them are written down again and again. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

/** Adds what was known of it before this process began. */
export function addEarlier(record: TaskRecord, earlier: TaskRecord): void {
  for (const outcome of taskOutcomes) record.runs[outcome] += earlier.runs[outcome];
  record.firstRunAt = Math.min(record.firstRunAt, earlier.firstRunAt);
  if (earlier.lastRunAt > record.lastRunAt) {
    record.lastRunAt = earlier.lastRunAt;
    record.lastOutcome = earlier.lastOutcome;
  }
  record.schedule ||= earlier.schedule;
  record.lastSuccessAt = Math.max(record.lastSuccessAt, earlier.lastSuccessAt);
  if ((earlier.lastFailure?.at ?? 0) > (record.lastFailure?.at ?? 0))
    record.lastFailure = earlier.lastFailure;
  record.durations = [...earlier.durations, ...record.durations].slice(-keptDurations);
}

/** Of the runs that came to an end, those that succeeded; undefined while none has. An attempt before another is no end. */
export function successRate({ runs }: Pick<TaskRecord, 'runs'>): number | undefined {
  const ended = runs.success + runs.failure;
  return ended === 0 ? undefined : runs.success / ended;
}

/** The duration that so many of the last runs did not take longer than, in seconds. @param share 0 to 1 */
export function durationAt({ durations }: TaskRecord, share: number): number | undefined {
  const sorted = durations.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
