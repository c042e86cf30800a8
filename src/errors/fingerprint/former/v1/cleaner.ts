import { type Kind, patterns } from './patterns.ts';
import { Quotes } from '../../../message/quotes.ts';
import { cleanWord } from './words.ts';

/** Goes once through a text, word by word, and puts placeholders where something varies. */
export class Cleaner {
  private readonly text: string;
  private readonly quotes: Quotes;
  private at = 0;
  /** The word that says what comes next: `code` in `"code": 7`, `column` in `column "id"`. */
  private label: string;
  private labelIsKey = false;

  constructor(text: string, label = '') {
    this.text = text;
    this.label = label;
    this.quotes = new Quotes(text);
  }

  clean(): string {
    let cleaned = '';
    while (this.at < this.text.length) cleaned += this.quoted() ?? this.token();
    return cleaned;
  }

  /** A quoted text varies, unless it is the key of a JSON object or stands where a name stands. */
  private quoted(): string | undefined {
    const { text, at: open, label, labelIsKey } = this;
    const close = this.quotes.endOf(open);
    if (close === -1) return undefined;
    this.at = close + 1;
    const content = text.slice(open + 1, close);
    const isKey =
      beforeKey.test(text.slice(Math.max(0, open - 3), open)) &&
      afterKey.test(text.slice(close + 1, close + 3));
    this.setLabel(isKey ? labelOf(content) : '', isKey);
    const isName = saysName.has(label) || (labelIsKey && saysWhy.has(label));
    if (!isKey && !isName) return '<quoted>';
    return text.charAt(open) + new Cleaner(content, label).clean() + text.charAt(close);
  }

  private token(): string {
    anyKind.lastIndex = this.at;
    const match = anyKind.exec(this.text);
    const token = match?.[0] ?? this.text.charAt(this.at);
    const kind = kinds.find((name) => match?.groups?.[name] !== undefined) ?? 'other';
    const { label } = this;
    this.at += token.length;
    if (kind === 'word' || kind === 'name') this.setLabel(labelOf(token), false);
    else if (!keepsLabel.has(token)) this.setLabel('', false);
    return replacements[kind]?.(token, label) ?? `<${kind}>`;
  }

  private setLabel(label: string, isKey: boolean): void {
    this.label = label;
    this.labelIsKey = isKey;
  }
}

const kinds = Object.keys(patterns) as Kind[];
const anyKind = new RegExp(kinds.map((kind) => `(?<${kind}>${patterns[kind]})`).join('|'), 'iuy');

type Replacement = (token: string, label: string) => string;

/** What is not its own kind in angle brackets. */
const replacements: Partial<Record<Kind, Replacement>> = {
  name: (token) => token,
  other: (token) => token,
  word: cleanWord,
  num: (token, label) => (token.length <= (codeDigits.get(label) ?? 0) ? token : '<num>'),
  endpoint: withoutAddress,
  query: () => '?<query>',
  value: () => '(<value>)',
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
const keepsLabel = new Set([' ', ':', '=', '(', '[', '"', "'", '\\']);

/** Around a key of a JSON object; with a backslash where the object is itself in a JSON text. */
const beforeKey = /[{,]\s?\\?$/;
const afterKey = /^ ?:/;

/** Numbers that say what failed, and how many digits they have at most. */
const codeDigits: ReadonlyMap<string, number> = new Map([
  ['http', 3],
  ['status', 3],
  ['statuscode', 3],
  ['code', 5],
  ['errorcode', 5],
  ['exitcode', 3],
  ['signal', 2],
  ['errno', 5],
  ['sqlstate', 5],
]);

/** Behind these a quoted text is a name in the code or the schema, and another name is another failure. */
const saysName = new Set([
  'argument',
  'class',
  'code',
  'collection',
  'column',
  'command',
  'constraint',
  'database',
  'errorcode',
  'event',
  'export',
  'extension',
  'field',
  'function',
  'import',
  'index',
  'method',
  'model',
  'module',
  'operator',
  'option',
  'package',
  'parameter',
  'property',
  'reading',
  'relation',
  'schema',
  'setting',
  'syscall',
  'table',
  'topic',
  'type',
  'variable',
  'view',
]);

/** As keys of a JSON object, these hold what would be the message if the object were none. */
const saysWhy = new Set(['detail', 'error', 'kind', 'message', 'reason', 'status', 'statuscode', 'title']);
