import type { LocalTraces } from '../local-traces.ts';
import type { HeldPart } from './held-part.ts';

/** By hash and further bits, one span after the other. */
export type SpanBits = Int32Array;

export function bitsOf(traces: LocalTraces, spans: readonly number[]): SpanBits {
  return Int32Array.from(spans.flatMap((index) => [traces.hashOf(index), traces.bitsOf(index)]));
}

/** In which part each span is that is held. */
export class HeldSpans {
  /** By the hash of a span. Of two with the same hash, which will hardly ever be, the older is not found. */
  private readonly parts = new Map<number, HeldPart>();

  add(part: HeldPart): void {
    for (let at = 0; at < part.bits.length; at += 2) this.parts.set(part.bits[at]!, part);
  }

  delete(part: HeldPart): void {
    for (let at = 0; at < part.bits.length; at += 2)
      if (this.parts.get(part.bits[at]!) === part) this.parts.delete(part.bits[at]!);
  }

  /** The part that this span is in. */
  find(hash: number, further: number): HeldPart | undefined {
    const part = this.parts.get(hash);
    if (part === undefined) return undefined;
    for (let at = 0; at < part.bits.length; at += 2)
      if (part.bits[at] === hash && part.bits[at + 1] === further) return part;
    return undefined;
  }
}
