import { taskAttributes } from '../../conventions/attributes.ts';
import { byRedaction } from '../../redact/by-redaction.ts';
import { type Redaction, readBeyond } from '../../redact/redactor.ts';
import { remembered } from '../../runtime/remembered.ts';
import { longestName, type TaskKind, type TaskRun } from './task-run.ts';

/** An app has a few dozen. */
const memory = { most: 256, longest: longestName + readBeyond };

type Clean = Readonly<Record<TaskKind | 'schedule', (text: string) => string>>;

/** What jobs and tasks are called where that is kept: without secrets. Runs whose names differ in them only are of one task. */
export class TaskNames {
  private readonly clean: () => Clean;

  /** @param redaction asked again for each run, as it may be another one after a reload */
  constructor(redaction: () => Redaction) {
    this.clean = byRedaction(redaction, cleanerBy);
  }

  of({ kind, name, schedule }: Pick<TaskRun, 'kind' | 'name' | 'schedule'>): {
    name: string;
    schedule: string;
  } {
    const clean = this.clean();
    return { name: clean[kind](name), schedule: clean.schedule(schedule) };
  }
}

function cleanerBy(redaction: Redaction): Clean {
  const by = (key: string) =>
    remembered(memory, (text) => redaction.attribute(key, text, longestName).toWellFormed());
  return {
    job: by(taskAttributes.jobName),
    task: by(taskAttributes.taskName),
    schedule: by(taskAttributes.schedule[0]),
  };
}
