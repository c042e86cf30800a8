import type { SpanView } from '../../otlp/span-view.ts';
import type { LocalTraces } from '../local-traces.ts';
import type { ResourceFacts } from '../resource-facts.ts';
import type { BatchTasks } from './batch-tasks.ts';

/** The spans of one request, and what hangs together in it. */
export interface RequestSpans {
  view: SpanView;
  traces: LocalTraces;
  tasks: Pick<BatchTasks, 'contextOf'>;
  /** By resource index. */
  resourceFacts: readonly ResourceFacts[];
}
