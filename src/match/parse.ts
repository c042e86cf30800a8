import { parseDurationMillis } from '../config/scalars.ts';
import {
  createMatcher,
  type Matcher,
  type MatcherText,
  numberOperators,
  type Operator,
  textOperators,
} from './matcher.ts';
import { mostRegexSize, regexSizeOf } from './regex-size.ts';

/** A matcher is not written as one; the message says what is wrong, where, and what is allowed. */
export class MatcherInvalid extends Error {
  override readonly name = 'MatcherInvalid';
}

/** Longer than anybody writes. */
export const longestMatcher = 4096;

/** Of one expression, or of all in a list. */
export const tooLarge = `the regular expression is too large: it has more than ${mostRegexSize} steps when what it counts, as in a{1000}, is written out`;

const operators: readonly Operator[] = [...textOperators, ...numberOperators];
/** The longer ones first, since they begin with the shorter. */
const operatorPattern = /!=|!~|=~|<=|>=|=|<|>/y;
/** Alertmanager's reserved characters (matcher/parse), and those of our operators for numbers. */
const barePattern = /[^\s{}!=~<>,\\"'`]+/uy;
const quotedPattern = /"(?:[^"\\]|\\.)*"/sy;
const blank = /\s*/y;

/**
 * Reads one matcher: `name="value"` and the other operators of Alertmanager, `name>5` for numbers and `duration>1.5s` for times. Names
 * and values stand bare or in double quotes, in which `\"`, `\\\\` and `\n` are escapes.
 * @throws MatcherInvalid
 */
export function parseMatcher(text: string): Matcher {
  if (text.length > longestMatcher) throw new MatcherInvalid(`longer than ${longestMatcher} characters`);
  const reader = new Reader(text);
  const name = reader.word('a name, such as service or http.route');
  const operator = reader.operator();
  const value = reader.word('a value in double quotes');
  reader.end();
  return makeMatcher({ name, operator, value });
}

/** @throws MatcherInvalid if the value is not what the operator compares with */
export function makeMatcher(matcher: MatcherText): Matcher {
  if (regexSizeOf([matcher]) > mostRegexSize) throw new MatcherInvalid(tooLarge);
  try {
    return createMatcher(matcher, numberOf(matcher));
  } catch (error) {
    if (error instanceof MatcherInvalid) throw error;
    throw new MatcherInvalid(`not a regular expression (RE2): ${(error as Error).message}`);
  }
}

/** The matcher as `parseMatcher` reads it. */
export function formatMatcher({ name, operator, value }: MatcherText): string {
  return `${isBare(name) ? name : quoted(name)}${operator}${quoted(value)}`;
}

function numberOf({ name, operator, value }: MatcherText): number {
  if (!(numberOperators as readonly string[]).includes(operator)) {
    if (name === 'duration') throw new MatcherInvalid('duration is a number: use < <= > or >=');
    return Number.NaN;
  }
  if (name === 'duration') {
    const millis = parseDurationMillis(value);
    if (millis === undefined)
      throw new MatcherInvalid(
        'the value of duration is a time with a unit (ms, s, m, h, d, w, y), such as 1.5s',
      );
    return millis / 1000;
  }
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number))
    throw new MatcherInvalid(`${operator} compares numbers, and the value is none`);
  return number;
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
    this.take(blank);
  }

  /** @param what is expected, for the message */
  word(what: string): string {
    const word = this.text[this.at] === '"' ? this.quoted() : this.bare(what);
    this.take(blank);
    return word;
  }

  operator(): Operator {
    const operator = this.take(operatorPattern);
    if (operator === '') throw this.wrong(`one of the operators ${operators.join(' ')} is expected`);
    this.take(blank);
    return operator as Operator;
  }

  end(): void {
    if (this.at < this.text.length)
      throw this.wrong(
        'the matcher ends here; write several as a list, and put a value with blanks in quotes',
      );
  }

  private bare(what: string): string {
    const word = this.take(barePattern);
    if (word === '') throw this.wrong(`${what} is expected`);
    return word;
  }

  private quoted(): string {
    const match = this.take(quotedPattern);
    if (match === '') throw this.wrong('the quote is not closed');
    return unescaped(match.slice(1, -1));
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [match = ''] = pattern.exec(this.text) ?? [];
    this.at += match.length;
    return match;
  }

  private wrong(message: string): MatcherInvalid {
    return new MatcherInvalid(`${message} (character ${this.at + 1})`);
  }
}

/** A backslash before anything else stays: regular expressions are full of them. */
export function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, escaped) => (escaped === 'n' ? '\n' : String(escaped)));
}

function isBare(name: string): boolean {
  barePattern.lastIndex = 0;
  return barePattern.exec(name)?.[0] === name;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
