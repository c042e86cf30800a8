import { endOf, placeholder } from './rule.ts';

/** Where a value stands, its quotes included. */
export interface Value {
  from: number;
  to: number;
  form: 'quoted' | 'list' | 'bare';
}

/** In UTF-16 units; longer ones are taken for open. */
const longestValue = 16_384;

const bytesPrefix = /[bBuUrRfF](?=["'])/y;
const openingQuote = /\\*["'`]/y;

/**
 * What ends a value without quotes: a blank, and what joins it to the next one. A separator before something that is no name with a value, or
 * a bracket or quote before a letter, is taken for a part of it: passwords have such characters.
 */
const bare =
  /(?:[^\s"'`,;&)}\]<>\\]|\\(?!["'`nrt])|[,;&](?![\s"'\\]|$|[\w.-]{1,64}["']?[ \t]?[=:])|[)}\]"'`<>](?=\w))+/y;

/** The value that begins at `at`; undefined if there is none, or one that was taken out before. */
export function readValue(text: string, at: number): Value | undefined {
  if (text.startsWith(placeholder, at)) return undefined;
  const quote = endOf(bytesPrefix, text, at) ?? at;
  const opened = endOf(openingQuote, text, quote);
  if (opened !== undefined) {
    const to = endOfQuoted(text, quote, opened);
    return to.content === opened ? undefined : { from: at, to: to.quote, form: 'quoted' };
  }
  if (text[at] === '{') return undefined;
  if (text[at] === '[') return listAt(text, at);
  const to = endOf(bare, text, at);
  return to === undefined ? undefined : { from: at, to, form: 'bare' };
}

/**
 * Behind the quote that closes what is open. Texts within texts have their quotes escaped, once or several times: a quote closes what one
 * with as many backslashes opened. What is not closed ends with its line.
 * @param quote where the opening one begins, with its backslashes
 * @param opened behind it
 */
export function endOfQuoted(text: string, quote: number, opened: number): { content: number; quote: number } {
  const depth = opened - quote - 1;
  const limit = Math.min(text.length, opened + longestValue);
  const mark = text.charAt(opened - 1);
  let content = limit;
  let closed = limit;
  for (let at = text.indexOf(mark, opened); at !== -1 && at < limit; at = text.indexOf(mark, at + 1)) {
    const escapes = at - backslashesFrom(text, at, opened);
    if (depth === 0 ? escapes % 2 === 1 : escapes > depth) continue;
    content = depth === 0 ? at : at - escapes;
    // With fewer, it closes what is around.
    closed = depth === 0 || escapes === depth ? at + 1 : content;
    break;
  }
  const line = text.slice(opened, content).search(/[\r\n]/);
  return line === -1 ? { content, quote: closed } : { content: opened + line, quote: opened + line };
}

function backslashesFrom(text: string, at: number, opened: number): number {
  let from = at;
  while (from > opened && text[from - 1] === '\\') from--;
  return from;
}

const gap = /[\s,]*/y;
const item = /[^\s,\]]+/y;

/** `[ 'a', 'b' ]` as Node prints what a header has, `[a b]` as Go does. */
function listAt(text: string, start: number): Value | undefined {
  const limit = Math.min(text.length, start + longestValue);
  let at = endOf(gap, text, start + 1) ?? start + 1;
  // Empty, or of objects, whose own keys say what is secret in them.
  if (at >= limit || text[at] === ']' || text[at] === '{') return undefined;
  while (at < limit && text[at] !== ']') {
    const opened = endOf(openingQuote, text, at);
    at = opened === undefined ? (endOf(item, text, at) ?? at + 1) : endOfQuoted(text, at, opened).quote;
    at = endOf(gap, text, at) ?? at;
  }
  return { from: start, to: Math.min(text.length, at + 1), form: 'list' };
}
