import type { Matcher } from '../../match/matcher.ts';
import type { Labels } from '../label-set.ts';
import { addUp, divide, keepWhere, mark } from './columns.ts';
import type { Figures } from './samples.ts';

/** Samples, each in its place. */
interface Samples {
  places: Uint32Array;
  /** By place. */
  labels: readonly Labels[];
  /** What is counted, by name and place. */
  counts: ReadonlyMap<string, Float64Array>;
  /** Of the first two of those, if there is one. */
  ratio: string | undefined;
}

/** Samples by some of their labels: a group, known by its number, for each of their values. */
export class Groups {
  /** What was added up last, by name and number. */
  readonly figures = new Map<string, Float64Array>();
  private readonly samples: Samples;
  private readonly labels: Labels[] = [];
  /** By the place of a sample. */
  private readonly numbers: Uint32Array;
  private readonly all: ArrayLike<number>;
  /** With a sample among what was added up last; by number. */
  private readonly isPresent: Uint8Array;

  constructor(samples: Samples, names: readonly string[]) {
    this.samples = samples;
    this.numbers = new Uint32Array(samples.labels.length);
    const known = new Map<string, number>();
    for (const place of samples.places) {
      const values = names.map((name) => samples.labels[place]![name]!);
      const key = values.length === 1 ? values[0]! : JSON.stringify(values);
      const number = known.get(key) ?? known.size;
      this.numbers[place] = number;
      if (number < known.size) continue;
      known.set(key, number);
      this.labels.push(Object.fromEntries(names.map((name, i) => [name, values[i]!])));
    }
    const { size } = known;
    this.all = Uint32Array.from(this.labels.keys());
    this.isPresent = new Uint8Array(size);
    for (const name of samples.counts.keys()) this.figures.set(name, new Float64Array(size));
    if (samples.ratio !== undefined) this.figures.set(samples.ratio, new Float64Array(size));
  }

  /** Adds up the samples in these places, and no others: what is asked is about them, until others are added up. */
  addUp(places: Uint32Array): void {
    mark(places, this.numbers, this.isPresent);
    for (const [name, counts] of this.samples.counts)
      addUp(counts, places, this.numbers, this.figures.get(name)!);
    if (this.samples.ratio === undefined) return;
    const [all, part, ratios] = [...this.figures.values()];
    divide(part!, all!, ratios!);
  }

  /** Those of which all of this is so. Of nothing nothing is so. */
  holding(when: readonly Matcher[]): readonly number[] {
    const { figures, isPresent } = this;
    const holding = when.reduce(
      (left, matcher) => keepWhere(matcher, figures.get(matcher.name)!, left),
      this.all,
    );
    return Array.from(holding).filter((number) => isPresent[number] === 1);
  }

  labelsOf(number: number): Labels {
    return this.labels[number]!;
  }

  figuresOf(number: number): Figures {
    return Object.fromEntries(Array.from(this.figures, ([name, values]) => [name, values[number]!]));
  }

  /** How much there is in all, by number: what fails is a part of it. */
  get most(): Float64Array {
    const [most] = this.figures.values();
    return most!;
  }
}
