import { longestName, readTaskRun, type TaskRun } from '../../derive/tasks/task-run.ts';
import type { TaskContext } from '../../errors/extract.ts';
import type { Failure } from '../../errors/failure.ts';
import { isMoreSevere } from '../../errors/severity.ts';
import { issueOf } from '../../issues/identity.ts';
import type { AttributeValue } from '../../otlp/attributes.ts';
import { type SpanView, statusCode } from '../../otlp/span-view.ts';
import { readBeyond } from '../../redact/redactor.ts';
import type { LocalTraces } from '../local-traces.ts';
import type { Explained } from './symptoms.ts';

/** Tasks within tasks that a failure is seen as a part of. */
const mostNested = 8;
/** Runs of one request of which it is known which issue they failed with: a request can be made of a million of them. */
const mostIssues = 10_000;

/**
 * The runs of jobs and tasks in one batch, and which failures are theirs. Where there are none, which is nearly always, it does
 * nothing; where there are very many, it keeps no more of each than a byte.
 */
export class BatchTasks {
  /** Indexes of the spans that have a name for it. */
  readonly spans: readonly number[];
  private readonly traces: LocalTraces;
  private readonly view: SpanView;
  private readonly isRun: Uint8Array;
  /** The run that a span is a part of, or is. */
  private readonly runAt: (index: number) => number | undefined;
  /** Failures that are told as those of runs below them. */
  private readonly toldAbove = new Map<number, number[]>();
  /** Issues of the failures of a run: of those in this batch the first, else of the one that was told earlier. */
  private readonly issues = new Map<number, string>();
  private readonly earlierIssues = new Map<number, string>();

  constructor(spans: readonly number[], traces: LocalTraces, view: SpanView) {
    this.spans = spans;
    this.traces = traces;
    this.view = view;
    this.isRun = new Uint8Array(spans.length === 0 ? 0 : traces.length);
    for (const index of spans) this.isRun[index] = 1;
    this.runAt = traces.askUpwards((index) => (this.isRun[index] === 1 ? index : undefined));
  }

  /**
   * The failed runs that have to be told of by themselves: nothing in them is a failure that is told, or what was told of them in
   * earlier requests did not say how bad it is.
   * @param causes failures of the batch
   */
  untold(causes: readonly number[], explained: Explained): number[] {
    if (this.spans.length === 0) return [];
    const told = new Uint8Array(this.traces.length);
    for (const cause of causes) this.climb(this.runAt(cause), told);
    for (const [index, { below }] of explained) {
      if (below !== undefined)
        for (const run of this.path(index)) note(this.earlierIssues, run, below.issueId);
      // Of a failure below it that nobody was told of, nobody knows that it failed the job.
      if (below === undefined || !isMoreSevere('high', below.severity)) this.climb(this.runAt(index), told);
    }
    const failed = this.spans.filter((run) => told[run] === 0 && this.hasFailed(run));
    return failed.length === 0 ? [] : this.deepest(this.withoutToldAbove(failed, causes));
  }

  /** Whether the span is a run itself. */
  isRunOf(index: number): boolean {
    return this.isRun[index] === 1;
  }

  /** What a failure is a part of, for its event. Moves the view. */
  contextOf(cause: number): TaskContext | undefined {
    const runs = this.runsOf(cause)
      .map((index) => readTaskRun(this.view.moveTo(index)))
      .filter((run) => run !== undefined);
    if (runs.length === 0) return undefined;
    const ownName = this.isRun[cause] === 1 ? wholeName(runs[0]!) : undefined;
    return { ownName, attributes: attributesOf(runs), ended: endOf(runs) };
  }

  /** The first failure of several is the one that is shown with the run. */
  told(cause: number, failure: Failure): void {
    for (const run of this.runsOf(cause)) if (!this.issues.has(run)) note(this.issues, run, issueOf(failure));
  }

  /** Of its failure, if it is known. */
  issueOf(index: number): string | undefined {
    return this.issues.get(index) ?? this.earlierIssues.get(index);
  }

  /** The runs that a failure is told as a part of, the nearest first. */
  private runsOf(cause: number): readonly number[] {
    if (this.spans.length === 0) return [];
    return [...this.path(cause), ...(this.toldAbove.get(cause) ?? [])];
  }

  /** The runs that a span is in, the nearest first; itself, if it is one. */
  private path(index: number): number[] {
    const path: number[] = [];
    for (let run = this.runAt(index); run !== undefined && path.length < mostNested; run = this.runAbove(run))
      path.push(run);
    return path;
  }

  private runAbove(run: number): number | undefined {
    const parent = this.traces.parentOf(run);
    return parent === -1 ? undefined : this.runAt(parent);
  }

  /** Marks a run and all that it is in; stops where somebody else has been, since from there on all is marked. */
  private climb(from: number | undefined, marks: Uint8Array): void {
    for (let run = from; run !== undefined && marks[run] === 0; run = this.runAbove(run)) marks[run] = 1;
  }

  private hasFailed(run: number): boolean {
    if (this.view.moveTo(run).statusCode !== statusCode.error) return false;
    return readTaskRun(this.view)?.outcome === 'failure';
  }

  /** Without those that have their failure above them: an exception was recorded there. */
  private withoutToldAbove(runs: readonly number[], causes: readonly number[]): number[] {
    const isCause = new Set(causes);
    const causeAt = this.traces.askUpwards((index) => (isCause.has(index) ? index : undefined));
    return runs.filter((run) => {
      const cause = causeAt(run);
      if (cause === undefined) return true;
      const parts = this.toldAbove.get(cause) ?? [];
      if (parts.length < mostNested) this.toldAbove.set(cause, [...parts, run]);
      return false;
    });
  }

  /** Those with none of the others in them: of a job that fails with a task in it, the task is told. */
  private deepest(runs: readonly number[]): number[] {
    const above = new Uint8Array(this.traces.length);
    for (const run of runs) this.climb(this.runAbove(run), above);
    return runs.filter((run) => above[run] === 0);
  }
}

/** Of a run whose name was cut the span has to say what it is: where it becomes a part of a text, nobody sees that a secret may be cut in it. */
function wholeName({ name }: TaskRun): string | undefined {
  return name.length < longestName + readBeyond ? name : undefined;
}

function note(issues: Map<number, string>, run: number, issueId: string): void {
  if (issues.size < mostIssues) issues.set(run, issueId);
}

/** What the nearest says comes first. */
function attributesOf(runs: readonly TaskRun[]): ReadonlyMap<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  for (const run of runs)
    for (const [key, value] of run.attributes) if (!attributes.has(key)) attributes.set(key, value);
  return attributes;
}

function endOf(runs: readonly TaskRun[]): TaskContext['ended'] {
  const outcomes = runs.map(({ outcome }) => outcome);
  if (outcomes.includes('failure')) return 'failed';
  return outcomes.includes('retried') ? 'to be tried again' : 'well';
}
