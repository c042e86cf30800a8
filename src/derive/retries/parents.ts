import { spanAttributes } from '../../conventions/attributes.ts';
import { mix } from '../../otlp/mix.ts';
import { spanKind } from '../../otlp/span-kind.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import { encodeText } from '../../otlp/text.ts';
import { none } from './hash-chains.ts';

/** Of the spans of late that calls were made in. */
export const mostParents = 2 ** 14;
const httpMethods = spanAttributes.httpMethod.map(encodeText);

/**
 * What is known of spans that calls were made in, once they have ended: whether a call that names one as its parent began later, and
 * which of them are alike, as those that an app puts around attempts of its own. Each has one place, which it may lose to another.
 */
export class Parents {
  /** Of each place a hash, a kinship, and a time: so much of memory is near at once. */
  private readonly times = new Float64Array(mostParents * 2);
  private readonly numbers = new Int32Array(this.times.buffer);

  /**
   * @param hash of its ids
   * @param above the same of its own parent; 0 if it has none
   */
  note(hash: number, above: number, span: SpanView): void {
    const place = hash & (mostParents - 1);
    const at = place * 4;
    if (this.numbers[at] === hash) return;
    this.numbers[at] = hash;
    this.numbers[at + 1] = above !== 0 && isStep(span) ? mix(mix(above, 1), span.nameHash) : 0;
    this.times[place * 2 + 1] = span.endMillis;
  }

  /** `none` if it is not known. */
  find(hash: number): number {
    const place = hash & (mostParents - 1);
    return this.numbers[place * 4] === hash ? place : none;
  }

  /** Milliseconds since the Unix epoch. */
  endOf(place: number): number {
    return this.times[place * 2 + 1]!;
  }

  /** The same for those with the same name below the same span; 0 if it is not a step of one. */
  kinshipOf(place: number): number {
    return this.numbers[place * 4 + 1]!;
  }
}

/**
 * A step of what the span above it does; or a request that two instrumentations made a span of, where the outer ones are attempts. A call of
 * an SDK with its own requests below is none: the next one like it is another call.
 */
function isStep(span: SpanView): boolean {
  if (span.kind === spanKind.internal) return true;
  return span.kind === spanKind.client && httpMethods.some((key) => span.attribute(key) !== undefined);
}
