import { idBits } from '../otlp/span-ids.ts';
import type { SpanView } from '../otlp/span-view.ts';
import type { LocalTraces } from './local-traces.ts';

/** An SDK sends a parent that outlived its children within seconds; what comes later is an event of its own. */
const rememberedMillis = 60_000;
/** Beyond it the oldest is forgotten: its failure is told once more when it comes. */
const mostRemembered = 20_000;
const mostCounted = 255;

/** A span that is to come and then is a symptom. */
export interface Awaited {
  readonly key: string;
  readonly bits: number;
  /** By the monotonic clock. */
  at: number;
  /** Whether a failure below it is stored. */
  isStored: boolean;
  /** Failures below it that are being stored; undefined if none are, as of nearly all that are remembered. */
  storing: Set<Promise<void>> | undefined;
}

/** Spans that failures seen so far will have been the cause of. Nothing is looked up for a batch while there are none. */
export class AwaitedParents {
  /** By ids and resource, the one that was noted last at the end. */
  private readonly byKey = new Map<string, Awaited>();
  /** How many there are by `idBits` bits of their span ids: most spans are told apart from all of them by that. */
  private readonly filter = new Uint8Array(2 ** idBits);

  get none(): boolean {
    return this.byKey.size === 0;
  }

  /** Those that are in the batch, by the index of the span that they are. */
  find(traces: LocalTraces, now: number): Map<number, Awaited> {
    const found = new Map<number, Awaited>();
    if (this.none) return found;
    for (let index = 0; index < traces.length; index++) {
      if (this.filter[traces.bitsOf(index)] === 0) continue;
      const awaited = this.byKey.get(traces.keyOf(index));
      if (awaited === undefined) continue;
      if (now - awaited.at > rememberedMillis) this.delete(awaited);
      else found.set(index, awaited);
    }
    return found;
  }

  /**
   * Notes the parent of a span.
   * @param top moved to a span whose parent is not in the batch
   * @returns undefined if there is none to come
   */
  note(traces: LocalTraces, top: SpanView, now: number): Awaited | undefined {
    const parent = traces.parentToCome(top);
    if (parent === undefined) return undefined;
    const known = this.byKey.get(parent.key);
    if (known === undefined) this.makeRoom();
    const awaited = known ?? { ...parent, at: now, isStored: false, storing: undefined };
    awaited.at = now;
    this.delete(awaited);
    this.byKey.set(awaited.key, awaited);
    if (this.filter[awaited.bits]! < mostCounted) this.filter[awaited.bits]!++;
    return awaited;
  }

  delete(awaited: Awaited): void {
    if (this.byKey.get(awaited.key) !== awaited) return;
    this.byKey.delete(awaited.key);
    // Beyond the most it is not known how many there are: they are looked for, for ever.
    if (this.filter[awaited.bits]! < mostCounted) this.filter[awaited.bits]!--;
  }

  private makeRoom(): void {
    if (this.byKey.size < mostRemembered) return;
    const [oldest] = this.byKey.values();
    if (oldest !== undefined) this.delete(oldest);
  }
}
