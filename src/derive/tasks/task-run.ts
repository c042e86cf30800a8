import { taskAttributes } from '../../conventions/attributes.ts';
import { type AttributeValue, wholeNumberIn } from '../../otlp/attributes.ts';
import { type SpanView, statusCode } from '../../otlp/span-view.ts';
import { cutText } from '../../otlp/text.ts';
import { readBeyond } from '../../redact/redactor.ts';

/** A job runs when its time has come, a task when somebody wants it to. */
export const taskKinds = ['job', 'task'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** `retried`: it failed, and there is another attempt to come. */
export const taskOutcomes = ['success', 'failure', 'retried'] as const;
export type TaskOutcome = (typeof taskOutcomes)[number];

/** One attempt at a job or task, as its span tells of it. */
export interface TaskRun {
  kind: TaskKind;
  /** As the app says it, and a part of what is beyond the longest: see `readBeyond`. */
  name: string;
  outcome: TaskOutcome;
  /** Cron text, in the same way; empty if it is not said. */
  schedule: string;
  /** All that its span says of it as a job or task. */
  attributes: ReadonlyMap<string, AttributeValue>;
}

const { jobName, jobId, schedule, taskName, attempt, maxAttempts } = taskAttributes;
const said: ReadonlySet<string> = new Set([jobName, jobId, ...schedule, taskName, attempt, maxAttempts]);

/** Longer names are cut: they become labels and keys. In UTF-16 units. */
export const longestName = 256;

/**
 * @param span one of those that the scanner found to have a name for it
 * @returns undefined if the name is empty
 */
export function readTaskRun(span: SpanView): TaskRun | undefined {
  const attributes = span.attributes(said);
  const text = (key: string): string => cutText(String(attributes.get(key) ?? ''), longestName + readBeyond);
  const job = text(jobName);
  const name = job || text(taskName);
  if (name === '') return undefined;
  return {
    kind: job === '' ? 'task' : 'job',
    name,
    outcome: outcomeOf(span, attributes),
    schedule: schedule.map(text).find((cron) => cron !== '') ?? '',
    attributes,
  };
}

/** Its status is what became of it. Where nothing says that there is another attempt, there is none. */
function outcomeOf({ statusCode: status }: SpanView, attributes: TaskRun['attributes']): TaskOutcome {
  if (status !== statusCode.error) return 'success';
  const last = wholeNumberIn(attributes.get(maxAttempts));
  const number = wholeNumberIn(attributes.get(attempt));
  return last !== undefined && number !== undefined && number < last ? 'retried' : 'failure';
}
