import type { Matcher, Operator } from './matcher.ts';
import { longestMatcher, MatcherInvalid, makeMatcher, parseMatcher, tooLarge, unescaped } from './parse.ts';
import { mostRegexSize, regexSizeOf } from './regex-size.ts';

/**
 * Reads the matchers in one text, all of which must match: `a="b"`, or several apart by commas, with or without braces around them, as
 * in `{a="b", c=~"d|e"}`.
 * @throws MatcherInvalid
 */
export function parseMatchers(text: string): Matcher[] {
  if (text.length > longestMatcher) throw new MatcherInvalid(`longer than ${longestMatcher} characters`);
  const matchers: Matcher[] = [];
  for (const piece of piecesOf(withoutBraces(text.trim()))) {
    matchers.push(parsePiece(piece));
    if (regexSizeOf(matchers) > mostRegexSize) throw new MatcherInvalid(tooLarge);
  }
  return matchers;
}

function withoutBraces(text: string): string {
  if (!text.startsWith('{')) return text;
  if (!text.endsWith('}')) throw new MatcherInvalid('the brace that opens the list is not closed');
  return text.slice(1, -1);
}

/** Apart by commas that do not stand in quotes; one may stand at the end. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let isQuoted = false;
  for (const [token] of text.matchAll(/\\["\\]|[^]/gu)) {
    if (token === '"') isQuoted = !isQuoted;
    if (token !== ',' || isQuoted) {
      piece += token;
    } else {
      pieces.push(piece);
      piece = '';
    }
  }
  return piece.trim() === '' ? pieces : [...pieces, piece];
}

function parsePiece(piece: string): Matcher {
  try {
    return parseMatcher(piece);
  } catch (error) {
    const bare = bareValue.exec(piece);
    if (!(error instanceof MatcherInvalid) || bare === null) throw error;
    const [, name = '', operator = '', value = ''] = bare;
    return makeMatcher({ name, operator: operator as Operator, value: unescaped(value) });
  }
}

/**
 * Alertmanager takes everything behind the operator for the value if no quote stands there, blanks and brackets too: `path=~^/a b/.+$`.
 * Not so where it would hide a slip of the pen, such as `a==b`.
 */
const bareValue = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!=|!~|=)\s*((?![=~!<>{}])[^"]*?)\s*$/su;
