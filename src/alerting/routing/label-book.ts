import type { Matcher } from '../../match/matcher.ts';
import { knownLabels } from '../labels.ts';
import type { RulesConfig } from '../rules-config.ts';

/** The labels that alerts have, and their values where they can be listed. */
export class LabelBook {
  private readonly values: ReadonlyMap<string, readonly string[] | undefined>;

  /** @param rules of the user's own give further names and labels */
  constructor(rules: RulesConfig = []) {
    const values = new Map<string, readonly string[] | undefined>(Object.entries(knownLabels));
    for (const { over, name, labels = {}, by = [] } of rules) {
      if (over === undefined) continue;
      values.set('alertname', [...(values.get('alertname') ?? []), name]);
      for (const label of by) if (!values.has(label)) values.set(label, undefined);
      for (const [label, value] of Object.entries(labels)) {
        const others = values.get(label);
        values.set(label, others && [...others, value]);
      }
    }
    this.values = values;
  }

  get names(): string[] {
    return [...this.values.keys()];
  }

  isKnown(name: string): boolean {
    return this.values.has(name);
  }

  /** The values that a label can have, if they can be listed. One that no alert has is empty. */
  valuesOf(name: string): readonly string[] | undefined {
    return this.isKnown(name) ? this.values.get(name) : [''];
  }

  /*
   * What can be said for sure of matchers without any alert: nothing is said wrongly, and much is not said, such as which regular
   * expression matches all that another does.
   */

  /** A label because of which nothing can match all of these; undefined if there may be something. */
  impossibleLabel(given: readonly Matcher[]): string | undefined {
    return given.map(({ name }) => name).find((name) => this.possibleValues(name, given)?.length === 0);
  }

  /** Whether all that matches the ones matches the others too. */
  implies(given: readonly Matcher[], others: readonly Matcher[]): boolean {
    return others.every((other) => {
      const isSame = given.some(
        ({ name, operator, value }) =>
          name === other.name && operator === other.operator && value === other.value,
      );
      const possible = this.possibleValues(other.name, given);
      return isSame || possible?.every((value) => matchesValue(other, value)) === true;
    });
  }

  /** Values of a label with which all matchers on it match, if they can be listed. */
  private possibleValues(name: string, given: readonly Matcher[]): readonly string[] | undefined {
    const onIt = given.filter((matcher) => matcher.name === name);
    const named = onIt.filter(({ operator }) => operator === '=').map(({ value }) => value);
    const candidates = this.valuesOf(name) ?? (named.length > 0 ? named : undefined);
    return candidates?.filter((value) => onIt.every((matcher) => matchesValue(matcher, value)));
  }
}

export function matchesValue(matcher: Matcher, value: string): boolean {
  return matcher.matches({ value: (name) => (name === matcher.name ? value : undefined) });
}
