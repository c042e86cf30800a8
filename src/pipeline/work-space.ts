import { callKeys } from '../derive/client-calls/call-keys.ts';
import { RequestCalls } from '../derive/client-calls/request-calls.ts';
import { SpanView } from '../otlp/span-view.ts';
import { type TraceBatch, TraceScanner } from '../otlp/trace-scanner.ts';
import { BatchTasks } from './failures/batch-tasks.ts';
import type { Fate } from './fate.ts';
import { LocalTraces } from './local-traces.ts';
import type { ResourceFacts, ResourceReader } from './resource-facts.ts';

/** The arrays that one request is worked on in. */
export class WorkSpace {
  readonly view = new SpanView();
  readonly traces = new LocalTraces();
  private readonly scanner = new TraceScanner(callKeys);
  private marks = new Uint8Array(0);
  /** Calls that its spans tell of, if somebody reads them. */
  readonly calls = new RequestCalls();
  tasks = new BatchTasks([], this.traces, this.view);
  resourceFacts: ResourceFacts[] = [];
  count = 0;

  /** @throws MalformedOtlp */
  open(body: Uint8Array, resources: ResourceReader): TraceBatch {
    const batch = this.scanner.scan(body);
    this.count = batch.spans.length;
    this.view.open(batch);
    this.resourceFacts = [];
    for (let index = 0; index < this.count; index++) {
      const { resource } = this.view.moveTo(index);
      this.resourceFacts[resource] ??= resources.read(this.view);
    }
    this.traces.open(batch, this.view, this.resourceFacts);
    this.tasks = new BatchTasks(batch.tasks, this.traces, this.view);
    return batch;
  }

  /** By topmost span its fate, all the same yet. A map would be asked for each span. Valid until the next call. */
  allMarked(one: Fate): Uint8Array {
    if (this.marks.length < this.count) this.marks = new Uint8Array(this.count);
    return this.marks.fill(one, 0, this.count);
  }

  /** Lets go of the request. */
  close(): void {
    const empty = this.scanner.scan(new Uint8Array(0));
    this.resourceFacts = [];
    this.calls.clear();
    this.traces.open(empty, this.view, []);
    this.tasks = new BatchTasks([], this.traces, this.view);
    this.view.close(empty);
  }

  /** Spans that its arrays have room for. */
  get capacity(): number {
    return this.scanner.capacity;
  }
}
