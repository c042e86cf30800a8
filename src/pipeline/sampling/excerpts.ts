import { SpanExtractor } from '../../otlp/extract.ts';
import { sliceTraces } from '../../otlp/slice.ts';
import { withTraceState } from '../../otlp/span-edit.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import { type Fate, fate, isForwarded } from '../fate.ts';
import type { TakenSpans } from '../holding/taken-spans.ts';
import type { WorkSpace } from '../work-space.ts';
import type { Sampler } from './sampler.ts';

/** What is forwarded of a request. */
export class Excerpts {
  private readonly sampler: Pick<Sampler, 'isOn' | 'traceStateOf'>;

  constructor(sampler: Pick<Sampler, 'isOn' | 'traceStateOf'>) {
    this.sampler = sampler;
  }

  /**
   * @param marks by topmost span its fate
   * @returns an ExportTraceServiceRequest in memory of its own. Spans that were kept by the sampling ratio say so; all others are there byte for byte
   */
  of({ traces, view, count }: WorkSpace, batch: TraceBatch, marks: Uint8Array): Uint8Array {
    const fateOf = (index: number): Fate => marks[traces.rootOf(index)] as Fate;
    if (!this.sampler.isOn) return sliceTraces(batch, (index) => isForwarded(fateOf(index)));
    const kept: number[] = [];
    for (let index = 0; index < count; index++) if (isForwarded(fateOf(index))) kept.push(index);
    return this.extract(batch, view, kept, fateOf);
  }

  /** The same of spans that were held and are all forwarded. */
  ofTaken({ batch, view, count }: TakenSpans, one: Fate): Uint8Array {
    if (one !== fate.thin) return batch.bytes;
    const all = Array.from({ length: count }, (_, index) => index);
    return this.extract(batch, view, all, () => one);
  }

  private extract(
    batch: TraceBatch,
    view: SpanView,
    spans: readonly number[],
    fateOf: (index: number) => Fate,
  ): Uint8Array {
    return new SpanExtractor(batch).extract(spans, (index, span) => {
      const state = fateOf(index) === fate.thin ? this.sampler.traceStateOf(view.moveTo(index)) : undefined;
      return state === undefined ? undefined : withTraceState(span, state);
    });
  }
}
