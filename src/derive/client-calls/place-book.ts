import type { SpanView } from '../../otlp/span-view.ts';
import type { Redaction } from '../../redact/redactor.ts';
import type { Clock } from '../../runtime/clock.ts';
import { HashIndex } from '../../runtime/hash-index.ts';
import { dependencyAttributes, dependencyOf, urlAttributes } from '../dependency.ts';
import { newPlace, type Place } from './place.ts';

/** Far more than an app calls. */
export const mostPlaces = 1_000;
/** Ways in which spans name them: addresses are many, though they are folded. */
const mostNames = 16_384;
const forgottenAfterMillis = 15 * 60_000;
const sweepMillis = 60_000;
/** Where a span does not say whom it calls. */
const unnamed = 'unknown';

const named: ReadonlySet<string> = new Set([...dependencyAttributes, ...urlAttributes]);

/** Which services call whom. Bounded: beyond it there is one place for all others, and what is not called for long makes room. */
export class PlaceBook {
  private readonly clock: Clock;
  private readonly redaction: () => Redaction;
  private readBy: Redaction;
  private readonly byText = new Map<string, Place>();
  /** By what the spans say, as they say it. */
  private names = new HashIndex();
  private readonly placeOf: Place[] = [];
  private now = 0;
  private sweptAt = 0;
  readonly other = newPlace('', '', 0, true);

  constructor(clock: Clock, redaction: () => Redaction) {
    this.clock = clock;
    this.redaction = redaction;
    this.readBy = redaction();
  }

  /** Takes the time, before the calls of a request are looked at. */
  begin(): void {
    this.now = this.clock.monotonic();
    if (this.redaction() !== this.readBy) {
      this.readBy = this.redaction();
      this.forgetNames();
    } else if (this.now - this.sweptAt >= sweepMillis) this.sweep();
  }

  /** @param hash of who asks whom. @param span that says it */
  find(hash: number, service: string, span: SpanView): Place {
    const known = this.names.get(hash);
    const place = known === -1 ? this.read(hash, service, span) : this.placeOf[known]!;
    place.heardAt = this.now;
    return place;
  }

  get all(): readonly Place[] {
    return [...this.byText.values()];
  }

  private read(hash: number, service: string, span: SpanView): Place {
    const said = dependencyOf(span.attributes(named)) || unnamed;
    const place = this.named(service, this.readBy.text(said).toWellFormed());
    if (this.names.size >= mostNames) this.forgetNames();
    this.names.set(hash, this.placeOf.push(place) - 1);
    return place;
  }

  private named(service: string, dependency: string): Place {
    const key = `${service.length}:${service}${dependency}`;
    const known = this.byText.get(key);
    if (known !== undefined) return known;
    if (this.byText.size >= mostPlaces) return this.other;
    const place = newPlace(service, dependency, this.now);
    this.byText.set(key, place);
    return place;
  }

  private sweep(): void {
    this.sweptAt = this.now;
    const before = this.byText.size;
    for (const [key, { heardAt }] of this.byText)
      if (this.now - heardAt > forgottenAfterMillis) this.byText.delete(key);
    if (this.byText.size < before) this.forgetNames();
  }

  private forgetNames(): void {
    this.names = new HashIndex();
    this.placeOf.length = 0;
  }
}
