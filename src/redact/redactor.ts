import { withoutSecrets } from './built-in.ts';
import { placeholder } from './rules/rule.ts';
import { isSecretKey } from './secret-names.ts';
import type { UserPattern } from './user-pattern.ts';

export interface RedactorOptions {
  /** Secrets that are known by their form, or by the name before them. */
  builtin: boolean;
  email: boolean;
  patterns: readonly UserPattern[];
  /** Keys whose values are taken out; with a `*` at the end, all that begin so. */
  attributes: readonly string[];
}

/** Longer texts are cut: no value that anybody reads is, and what is looked for could stand anywhere in them. In UTF-16 units. */
const longestText = 65_536;

/** Takes out of texts what is not to be stored: secrets, and what else the user says. It never throws, and takes linear time. */
export class Redactor {
  private readonly options: RedactorOptions;
  private readonly denied: ReadonlySet<string>;
  private readonly deniedPrefixes: readonly string[];

  constructor(options: RedactorOptions) {
    this.options = options;
    const isPrefix = (key: string): boolean => key.endsWith('*');
    this.denied = new Set(options.attributes.filter((key) => !isPrefix(key)));
    this.deniedPrefixes = options.attributes.filter(isPrefix).map((key) => key.slice(0, -1));
  }

  text(text: string): string {
    const { builtin, email, patterns } = this.options;
    let clean = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
    // First, since they were written for what apps say.
    for (const pattern of patterns) clean = pattern.redact(clean);
    return builtin || email ? withoutSecrets(clean, { secrets: builtin, emails: email }) : clean;
  }

  /** The value of an attribute as it may be kept: as it is, as a text without secrets, or `<redacted>`. */
  attribute<T>(key: string, value: T): T | string {
    if (this.isDenied(key)) return placeholder;
    if (typeof value === 'boolean') return value;
    if (this.options.builtin && isSecretKey(key)) return placeholder;
    return typeof value === 'string' ? this.text(value) : value;
  }

  private isDenied(key: string): boolean {
    return this.denied.has(key) || this.deniedPrefixes.some((prefix) => key.startsWith(prefix));
  }
}
