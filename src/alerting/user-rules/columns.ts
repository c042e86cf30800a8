import type { Matcher } from '../../match/matcher.ts';

/*
 * What is done to each of some thousand figures for each of a thousand rules: loops as simple as can be.
 */

/** Marks the groups to which some places belong, and no others. @param groups their numbers, by place */
export function mark(places: Uint32Array, groups: Uint32Array, isMarked: Uint8Array): void {
  isMarked.fill(0);
  for (let i = 0; i < places.length; i++) isMarked[groups[places[i]!]!] = 1;
}

/** Adds up counts in some places, by the groups to which these belong. */
export function addUp(
  counts: Float64Array,
  places: Uint32Array,
  groups: Uint32Array,
  sums: Float64Array,
): void {
  sums.fill(0);
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    sums[groups[place]!]! += counts[place]!;
  }
}

/** Of nothing there is no share. */
export function divide(parts: Float64Array, wholes: Float64Array, shares: Float64Array): void {
  for (let i = 0; i < shares.length; i++) shares[i] = wholes[i] === 0 ? 0 : parts[i]! / wholes[i]!;
}

/** Those whose figure is as the matcher says. @param figures by number */
export function keepWhere(
  { operator, value }: Matcher,
  figures: Float64Array,
  numbers: ArrayLike<number>,
): readonly number[] {
  const limit = Number(value);
  const sign = operator.startsWith('>') ? 1 : -1;
  const isInclusive = operator.endsWith('=');
  const kept: number[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    const beyond = sign * (figures[number]! - limit);
    if (beyond > 0 || (isInclusive && beyond === 0)) kept.push(number);
  }
  return kept;
}
