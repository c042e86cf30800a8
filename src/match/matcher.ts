import { AnchoredRegex } from './anchored-regex.ts';

/** What is matched: a span, an event, an alert. */
export interface Subject {
  /** Undefined if it has nothing of this name. */
  value(name: string): string | number | boolean | undefined;
}

export const textOperators = ['=', '!=', '=~', '!~'] as const;
export type TextOperator = (typeof textOperators)[number];
export const numberOperators = ['<', '<=', '>', '>='] as const;
export type Operator = TextOperator | (typeof numberOperators)[number];

/** One matcher as it was written. */
export interface MatcherText {
  name: string;
  operator: Operator;
  value: string;
}

/**
 * Compares one value of a subject, with Alertmanager's meaning: texts are compared as a whole, regular expressions match as a
 * whole, and a name that the subject does not have counts as empty. A comparison of numbers holds for numbers only.
 */
export interface Matcher extends MatcherText {
  matches(subject: Subject): boolean;
}

/**
 * @param number what stands to the right of an operator for numbers
 * @throws RE2JSSyntaxException if the value is to be a regular expression and is none
 */
export function createMatcher(text: MatcherText, number: number): Matcher {
  return { ...text, matches: comparison(text, number) };
}

/** Whether all of them match: a list is an AND. */
export function matchesAll(matchers: readonly Matcher[], subject: Subject): boolean {
  return matchers.every((matcher) => matcher.matches(subject));
}

function comparison({ name, operator, value }: MatcherText, number: number): Matcher['matches'] {
  const text = (subject: Subject): string => String(subject.value(name) ?? '');
  switch (operator) {
    case '=':
      return (subject) => text(subject) === value;
    case '!=':
      return (subject) => text(subject) !== value;
    case '=~': {
      const regex = new AnchoredRegex(value);
      return (subject) => regex.matches(text(subject));
    }
    case '!~': {
      const regex = new AnchoredRegex(value);
      return (subject) => !regex.matches(text(subject));
    }
    case '<':
      return (subject) => numberOf(subject.value(name)) < number;
    case '<=':
      return (subject) => numberOf(subject.value(name)) <= number;
    case '>':
      return (subject) => numberOf(subject.value(name)) > number;
    case '>=':
      return (subject) => numberOf(subject.value(name)) >= number;
  }
}

/** NaN for what is no number: every comparison with it is false. */
function numberOf(value: ReturnType<Subject['value']>): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
