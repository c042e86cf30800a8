import { formatMatcher } from '../../match/parse.ts';
import { type Matcher, matchesAll } from '../../match/matcher.ts';
import type { Labels } from '../label-set.ts';
import type { Groups } from './groups.ts';
import type { SampleTable } from './sample-table.ts';
import type { SampleKind } from './samples.ts';

/** What a rule adds up. */
export interface AggregationQuery {
  over: SampleKind;
  /** Which of them. */
  where: readonly Matcher[];
  /** Labels by which they are added up: an alert for each of their values. */
  by: readonly string[];
}

/**
 * Its matchers, in two: of labels that are gone once samples are added up, and of those that are left. The latter can be asked of what
 * comes of it, of which little is left once it is compared with figures; and rules that differ in nothing else add up the same.
 */
export function splitWhere({ where, by }: AggregationQuery): { ofSamples: Matcher[]; ofGroups: Matcher[] } {
  const isLeft = ({ name }: Matcher): boolean => by.includes(name);
  return { ofSamples: where.filter((matcher) => !isLeft(matcher)), ofGroups: where.filter(isLeft) };
}

/** The same for rules that add up the same. */
export function aggregationKey(query: AggregationQuery): string {
  const { over, by } = query;
  return JSON.stringify([over, by, splitWhere(query).ofSamples.map(formatMatcher).toSorted()]);
}

/** What is known of a sample, by its place. */
const notAsked = 0;
const isOut = 1;
const isIn = 2;

/** Adds up once for all rules that need it, and asks of each sample once whether it is one of theirs: its labels stay what they are. */
export class Aggregation {
  private readonly by: readonly string[];
  private readonly where: readonly Matcher[];
  private known = new Uint8Array(0);

  constructor(query: AggregationQuery) {
    this.by = query.by;
    this.where = splitWhere(query).ofSamples;
  }

  /** Something else is in these places now. */
  forget(places: readonly number[], size: number): void {
    if (this.known.length < size) {
      const known = new Uint8Array(2 * size);
      known.set(this.known);
      this.known = known;
    }
    for (const place of places) this.known[place] = notAsked;
  }

  /** As of the last look. */
  groups(table: SampleTable): Groups {
    const groups = table.by(this.by);
    groups.addUp(this.where.length === 0 ? table.places : this.placesIn(table));
    return groups;
  }

  private placesIn({ places, labels }: SampleTable): Uint32Array {
    const { known } = this;
    const taken = new Uint32Array(places.length);
    let count = 0;
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      if (known[place] === notAsked) known[place] = this.takes(labels[place]!) ? isIn : isOut;
      if (known[place] === isIn) taken[count++] = place;
    }
    return taken.subarray(0, count);
  }

  private takes(labels: Labels): boolean {
    return matchesAll(this.where, { value: (name) => labels[name] });
  }
}
