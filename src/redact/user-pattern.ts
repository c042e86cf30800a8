import { compileUserRegex, type UserRegex } from '../match/user-regex.ts';
import { placeholder } from './rules/rule.ts';

/** A pattern is not written as one, or would cost too much; the message says which. */
export class PatternInvalid extends Error {
  override readonly name = 'PatternInvalid';
}

const longestPattern = 500;
/** In instructions of RE2's program: each may be looked at once for every character of a text. */
const largestProgram = 200;
/** More of them leave nothing of the text behind: to look for the next may mean to read it to its end each time. */
const mostMatches = 100;

/** What a user takes for a secret, in RE2's syntax: its time is linear in the text, whatever both are. */
export class UserPattern {
  private readonly regex: UserRegex;

  /** @throws PatternInvalid */
  constructor(expression: string) {
    if (expression.length > longestPattern)
      throw new PatternInvalid(`longer than ${longestPattern} characters`);
    this.regex = compiled(expression);
    if (this.regex.programSize() > largestProgram)
      throw new PatternInvalid('too large once its repetitions are written out: make their numbers smaller');
    if (this.regex.matcher('').find()) throw new PatternInvalid('it matches the empty text');
  }

  /** The text with `<redacted>` for each match. What was taken out before stays as it is. */
  redact(text: string): string {
    const matcher = this.regex.matcher(text);
    let clean = '';
    let done = 0;
    for (let count = 0; matcher.find(); count++) {
      const from = matcher.start();
      if (count === mostMatches) return clean + text.slice(done, from) + placeholder;
      const to = matcher.end();
      if (from === to || isPlaceholder(text, from, to)) continue;
      clean += text.slice(done, from) + placeholder;
      done = to;
    }
    return done === 0 ? text : clean + text.slice(done);
  }
}

function compiled(expression: string): UserRegex {
  try {
    return compileUserRegex(expression);
  } catch (error) {
    throw new PatternInvalid(`not a regular expression (RE2): ${(error as Error).message}`);
  }
}

/** Whether what matched is within a placeholder: it would grow each time. */
function isPlaceholder(text: string, from: number, to: number): boolean {
  const begin = Math.max(0, from - placeholder.length + 1);
  const offset = text.slice(begin, from + placeholder.length).indexOf(placeholder);
  return offset !== -1 && begin + offset <= from && to <= begin + offset + placeholder.length;
}
