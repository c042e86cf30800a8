import { isCode } from './codes.ts';
import { isIdentifier, isName, isNameOf, longestBefore, longestBehind } from './names.ts';
import { type Kind, patterns } from './patterns.ts';
import { Quotes } from './quotes.ts';
import { cleanUrl } from './urls.ts';
import { cleanWord } from './words.ts';

/** Goes once through a text, word by word, and puts placeholders where something varies. */
export class Cleaner {
  private readonly text: string;
  private readonly quotes: Quotes;
  private at = 0;
  /** The word that says what comes next: `code` in `"code": 7`, `column` in `column "id"`. */
  private label: string;
  private labelIsKey = false;
  /** The word before the label: `column` in `column name "id"`. */
  private beforeLabel = '';

  constructor(text: string, label = '') {
    this.text = text;
    this.label = label;
    this.quotes = new Quotes(text);
  }

  clean(): string {
    let cleaned = '';
    while (this.at < this.text.length) cleaned += this.plain() ?? this.quoted() ?? this.token();
    return cleaned;
  }

  /** Most of a text is words that can be nothing else, and those are found in a fraction of the time. */
  private plain(): string | undefined {
    plainWords.lastIndex = this.at;
    const words = plainWords.exec(this.text)?.[0];
    if (words === undefined) return undefined;
    this.at += words.length;
    for (const word of words.trimEnd().split(' ').slice(-2)) this.setLabel(labelOf(word), false);
    return words.replaceAll(longWord, cleanWord);
  }

  /** A quoted text varies, unless it is the key of a JSON object or a name. */
  private quoted(): string | undefined {
    const { text, at: open, label, beforeLabel, labelIsKey } = this;
    const close = this.quotes.endOf(open);
    if (close === -1) return undefined;
    this.at = close + 1;
    const content = text.slice(open + 1, close);
    const before = text.slice(Math.max(0, open - longestBefore), open);
    const behind = text.slice(close + 1, close + 1 + longestBehind);
    const isKey = beforeKey.test(before) && afterKey.test(behind);
    this.setLabel(isKey ? labelOf(content) : '', isKey);
    const isAssigned = text[open - 1] === '=';
    const isReason = ((labelIsKey || isAssigned) && saysWhy.has(label)) || this.isBehindHead(open);
    const stays =
      isKey ||
      isReason ||
      isName({ content, label, beforeLabel, labelIsKey, before, behind }) ||
      (content.length === text.length - 2 && isIdentifier(content));
    if (!stays) return '<quoted>';
    return text.charAt(open) + new Cleaner(content, label).clean() + text.charAt(close);
  }

  private isBehindHead(open: number): boolean {
    return open <= longestHead && klogHead.test(this.text.slice(0, open));
  }

  private token(): string {
    const { kind, token } = this.next();
    const { label, beforeLabel } = this;
    this.at += token.length;
    if (kind === 'word' || kind === 'name') this.setLabel(labelOf(token), false);
    else if (!keepsLabel.has(token)) this.setLabel('', false);
    return replacements[kind]?.(token, label, beforeLabel) ?? `<${kind}>`;
  }

  private next(): { kind: Kind; token: string } {
    const first = this.text.charAt(this.at);
    if (alone.has(first)) return { kind: 'other', token: first };
    anyKind.lastIndex = this.at;
    const match = anyKind.exec(this.text);
    const group = match?.findIndex((found, index) => index > 0 && found !== undefined) ?? -1;
    return { kind: kinds[group - 1] ?? 'other', token: match?.[0] ?? first };
  }

  private setLabel(label: string, isKey: boolean): void {
    this.beforeLabel = isKey || label === '' ? '' : this.label;
    this.label = label;
    this.labelIsKey = isKey;
  }
}

const kinds = Object.keys(patterns) as Kind[];
/** A group for each kind, and no others. */
const anyKind = new RegExp(kinds.map((kind) => `(${patterns[kind]})`).join('|'), 'iuy');

/** With these nothing begins but themselves. */
const alone = new Set(' ,;!=<>{}[])#|&*@$\\"\'\n');

/** Letters and blanks up to another word of letters: a number, a quote or a dot behind a word may make more of it. A date begins with a day of the week. */
const plainWords =
  /(?:(?!(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{0,6}day|s|rs)? )[a-z]{1,24} (?=[a-z]{1,24}(?:[ ,:;.!?)]|$)))+/iy;

/** Shorter ones are taken for words. */
const longWord = /[a-z]{8,}/gi;

type Replacement = (token: string, label: string, beforeLabel: string) => string;

/** What is not its own kind in angle brackets. */
const replacements: Partial<Record<Kind, Replacement>> = {
  name: (token) => token,
  other: (token) => token,
  word: (token, ...labels) => (isCode(token, ...labels) ? token : cleanWord(token)),
  num: (token, ...labels) => (isCode(token, ...labels) ? token : '<num>'),
  url: cleanUrl,
  base64: () => '<num>',
  endpoint: withoutAddress,
  host: (token) => `${cleanWord(token.slice(0, token.indexOf('.')))}.<domain>`,
  place: () => '',
  query: () => '?<query>',
  value: () => '(<value>)',
  assigned: (token, ...labels) => {
    if (isCode(token, ...labels)) return token;
    return tells(labels[0]) ? cleanWord(token) : '<value>';
  },
};

/** Linux gives outgoing connections ports from here on (`ip_local_port_range`); below, they tell services apart. */
const firstEphemeralPort = 32_768;

function withoutAddress(endpoint: string): string {
  const port = endpoint.slice(endpoint.lastIndexOf(':') + 1);
  return Number(port) < firstEphemeralPort ? `<ip>:${port}` : '<ip>:<port>';
}

function labelOf(word: string): string {
  return word
    .slice(0, 64)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
}

/** What may stand between a label and what it labels. */
const keepsLabel = new Set([' ', ':', '=', '#', '(', '[', '"', "'", '\\']);

/** Around a key of a JSON object; with a backslash where the object is itself in a JSON text. */
const beforeKey = /[{,]\s?\\?$/;
const afterKey = /^ ?:/;

/** As keys, of a JSON object too, these hold what would be the message if there were none; or the message, as logging libraries call it. */
const saysWhy = new Set(
  (
    'action cause detail error expected kind level message mode op operation param path phase protocol reason state status ' +
    'statuscode step title err errmsg errormessage fullmessage log messagetemplate msg mt shortmessage'
  ).split(' '),
);

/** In UTF-16 units. */
const longestHead = 192;
/** What Kubernetes' logging library writes before a message in quotes: `E0131 08:00:00.123456       1 controller.go:12] `. */
const klogHead = /^[IWEF]\d{4} [\d:.]{8,18} {1,8}\d{1,10} [\w./-]{1,128}:\d{1,6}\] $/;

/** What stands behind the key says what failed. */
function tells(key: string): boolean {
  return saysWhy.has(key) || isNameOf(key);
}
