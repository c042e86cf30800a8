import type { Matcher } from '../../match/matcher.ts';
import { knownLabels } from '../labels.ts';

/*
 * What can be said for sure of matchers without any alert: nothing is said wrongly, and much is not said, such as which regular
 * expression matches all that another does.
 */

export function isKnownLabel(name: string): boolean {
  return Object.hasOwn(knownLabels, name);
}

/** The values that a label can have, if they can be listed. One that no alert has is empty. */
export function valuesOf(name: string): readonly string[] | undefined {
  return isKnownLabel(name) ? knownLabels[name as keyof typeof knownLabels] : [''];
}

/** Values of a label with which all matchers on it match, if they can be listed. */
function possibleValues(name: string, given: readonly Matcher[]): readonly string[] | undefined {
  const onIt = given.filter((matcher) => matcher.name === name);
  const named = onIt.filter(({ operator }) => operator === '=').map(({ value }) => value);
  const candidates = valuesOf(name) ?? (named.length > 0 ? named : undefined);
  return candidates?.filter((value) => onIt.every((matcher) => matchesValue(matcher, value)));
}

/** A label because of which nothing can match all of these; undefined if there may be something. */
export function impossibleLabel(given: readonly Matcher[]): string | undefined {
  return given.map(({ name }) => name).find((name) => possibleValues(name, given)?.length === 0);
}

/** Whether all that matches the ones matches the others too. */
export function implies(given: readonly Matcher[], others: readonly Matcher[]): boolean {
  return others.every((other) => {
    const isSame = given.some(
      ({ name, operator, value }) =>
        name === other.name && operator === other.operator && value === other.value,
    );
    return isSame || possibleValues(other.name, given)?.every((value) => matchesValue(other, value)) === true;
  });
}

export function matchesValue(matcher: Matcher, value: string): boolean {
  return matcher.matches({ value: (name) => (name === matcher.name ? value : undefined) });
}
