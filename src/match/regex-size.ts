import type { MatcherText } from './matcher.ts';

/** Of all expressions of one list of matchers: compiled in some 50 ms, to some MB. Longer than what people write. */
export const mostRegexSize = 10_000;

/** Of all expressions in these. */
export function regexSizeOf(matchers: readonly MatcherText[]): number {
  const expressions = matchers.filter(({ operator }) => operator === '=~' || operator === '!~');
  return expressions.reduce((sum, { value }) => sum + regexSize(value), 0);
}

/** What one step costs that has a whole alphabet in it, next to one of a letter. */
const alphabetSize = 50;

/**
 * About how many steps RE2 makes of an expression: what is to be counted is written out, so that `(a{1000}){1000}` is a million of them. To be
 * asked before an expression of a stranger is compiled, which takes time and memory for each step; never far below the truth.
 */
export function regexSize(expression: string): number {
  const around: number[] = [];
  let size = 0;
  /** Of what a count would repeat. */
  let last = 0;
  for (const [token, least, most] of expression.matchAll(tokens)) {
    // Nothing that a count could be about.
    if (nothing.test(token)) continue;
    if (least !== undefined) {
      const more = last * (Math.max(Number(least), Number(most ?? ''), 1) - 1);
      size += more;
      last += more;
    } else if (repetitions.has(token)) {
      size++;
      last++;
    } else if (token === '(') {
      around.push(size);
      size = 0;
    } else if (token === ')') {
      // A group is noted at both of its ends.
      last = size + 2;
      size = (around.pop() ?? 0) + last;
    } else {
      last = sizeOf(token);
      size += last;
    }
  }
  return size + around.reduce((sum, each) => sum + each, 0);
}

const repetitions = new Set(['*', '+', '?']);
const nothing = /^(?:\(\?[a-zA-Z-]*\)|\\Q\\E)$/;
/** Flags, a quotation, a class, an escape, a count with its numbers, or one character. */
const tokens =
  /\(\?[a-zA-Z-]*\)|\\Q[^]*?(?:\\E|$)|\\[pP](?:\{[^}]*\}|.)|\\.|\[(?:\\.|[^\]\\])+\]|\{(\d+)(?:,(\d*))?\}|[^]/gsu;

function sizeOf(token: string): number {
  const alphabets = token.startsWith('\\Q') ? 0 : token.split(/\\[pPwW]|\[:/).length - 1;
  return token.length + alphabetSize * alphabets;
}
