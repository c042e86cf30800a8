import type { Facts } from '../conditions/facts.ts';
import type { Labels } from '../label-set.ts';
import { Groups } from './groups.ts';
import { type Sample, type SampleKind, sampleShapes, samplesOf } from './samples.ts';

/** All samples with the same labels. */
interface Row {
  /** Its own for as long as each look finds a sample; then another row may have it. */
  place: number;
  seenAt: number;
}

/** The samples of one kind, look after look. What is known of the labels of a sample is known by its place. */
export class SampleTable {
  /** Of what the last look found, in its order. */
  places = new Uint32Array(0);
  /** By place. */
  readonly labels: Labels[] = [];
  /** What is counted, by name and place. */
  readonly counts = new Map<string, Float64Array>();
  readonly ratio: string | undefined;
  private readonly kind: SampleKind;
  private readonly rows = new Map<string, Row>();
  private readonly free: number[] = [];
  private readonly groups = new Map<string, Groups>();
  private looks = 0;

  constructor(kind: SampleKind) {
    this.kind = kind;
    this.ratio = sampleShapes[kind].ratio;
  }

  /** @returns the places of what the look before this one did not find */
  look(facts: Facts): readonly number[] {
    this.looks++;
    this.groups.clear();
    const samples = samplesOf[this.kind](facts);
    const come: number[] = [];
    const places = samples.map(({ labels }) => {
      const row = this.row(labels);
      if (row.seenAt === 0) come.push(row.place);
      row.seenAt = this.looks;
      return row.place;
    });
    this.places = Uint32Array.from(new Set(places));
    this.count(samples, places);
    this.forget();
    return come;
  }

  /** What the last look found, by these labels. */
  by(names: readonly string[]): Groups {
    const key = JSON.stringify(names);
    let groups = this.groups.get(key);
    if (groups === undefined) this.groups.set(key, (groups = new Groups(this, names)));
    return groups;
  }

  private row(labels: Labels): Row {
    // They are named in the same order each time.
    const key = JSON.stringify(Object.values(labels));
    let row = this.rows.get(key);
    if (row === undefined) {
      row = { place: this.free.pop() ?? this.labels.length, seenAt: 0 };
      this.labels[row.place] = labels;
      this.rows.set(key, row);
    }
    return row;
  }

  private count(samples: readonly Sample[], places: readonly number[]): void {
    for (const name of sampleShapes[this.kind].counted) {
      const counts = new Float64Array(this.labels.length);
      for (const [i, { figures }] of samples.entries()) counts[places[i]!]! += figures[name]!;
      this.counts.set(name, counts);
    }
  }

  private forget(): void {
    for (const [key, { place, seenAt }] of this.rows) {
      if (seenAt === this.looks) continue;
      this.rows.delete(key);
      this.free.push(place);
    }
  }
}
