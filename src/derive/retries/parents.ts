import { spanAttributes } from '../../conventions/attributes.ts';
import { mix } from '../../otlp/mix.ts';
import { spanKind } from '../../otlp/span-kind.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import { encodeText } from '../../otlp/text.ts';
import { none } from '../../runtime/hash-chains.ts';

/** Of the spans of late that calls were made in. */
export const mostParents = 2 ** 14;
/** Of two places each, for those that would have the same one: of a few dozen some do, now and then. */
const pairs = mostParents / 2;
const httpMethods = spanAttributes.httpMethod.map(encodeText);

/**
 * What is known of spans that calls were made in, once they have ended: whether a call that names one as its parent began later, and
 * which of them are alike, as those that an app puts around attempts of its own. Each has one of two places, which
 * it may lose to others.
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
    if (this.find(hash) !== none) return;
    const { numbers } = this;
    const place = (hash & (pairs - 1)) * 2;
    const at = place * 4;
    // The newest is the first of the two.
    for (let i = at; i < at + 4; i++) numbers[i + 4] = numbers[i]!;
    numbers[at] = hash;
    numbers[at + 1] = above !== 0 && isStep(span) ? mix(mix(above, 1), span.nameHash) : 0;
    this.times[place * 2 + 1] = span.endMillis;
  }

  /** `none` if it is not known. */
  find(hash: number): number {
    const place = (hash & (pairs - 1)) * 2;
    if (this.numbers[place * 4] === hash) return place;
    return this.numbers[place * 4 + 4] === hash ? place + 1 : none;
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
