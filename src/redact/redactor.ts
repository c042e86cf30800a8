import { hash } from 'node:crypto';
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

/**
 * How much more of a text is read than is kept, in UTF-16 units: the rest of a secret that stands where it will be cut is in it. Who cuts a
 * text that is still to be redacted leaves so much.
 */
export const readBeyond = 1024;

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

  /** @param longest that it may be; what stands beyond goes */
  text(text: string, longest = longestText): string {
    const read = longest + readBeyond;
    if (text.length < read) return this.clean(text).slice(0, longest);
    // What is as long may have been cut by who read it: what is known by its end is not known there, and may have begun in the rest.
    const clean = this.clean(text.slice(0, read));
    return clean.slice(0, Math.min(longest, Math.max(0, clean.length - readBeyond)));
  }

  /** The value of an attribute as it may be kept: as it is, as a text without secrets, or `<redacted>`. */
  attribute<T>(key: string, value: T, longest = longestText): T | string {
    if (this.isDenied(key)) return placeholder;
    if (typeof value === 'boolean') return value;
    if (this.options.builtin && isSecretKey(key)) return placeholder;
    return typeof value === 'string' ? this.text(value, longest) : value;
  }

  /**
   * What tells one thing from others, such as the name of a service: without secrets, and apart all the same from what differs in them only.
   * @param key of its attribute
   */
  name(key: string, text: string, longest: number): string {
    const plain = text.slice(0, longest);
    const clean = this.attribute(key, text, longest);
    if (clean === plain) return plain;
    const mark = `#${hash('sha256', text, 'hex').slice(0, 8)}`;
    return `${clean.slice(0, longest - mark.length)}${mark}`;
  }

  private clean(text: string): string {
    const { builtin, email, patterns } = this.options;
    let clean = text;
    // First, since they were written for what apps say.
    for (const pattern of patterns) clean = pattern.redact(clean);
    return builtin || email ? withoutSecrets(clean, { secrets: builtin, emails: email }) : clean;
  }

  private isDenied(key: string): boolean {
    return this.denied.has(key) || this.deniedPrefixes.some((prefix) => key.startsWith(prefix));
  }
}

/** As parts see it that only want something taken out. */
export type Redaction = Pick<Redactor, 'text' | 'attribute' | 'name'>;

/** For where nobody says what else is secret. */
export const usualRedactor = new Redactor({ builtin: true, email: false, patterns: [], attributes: [] });
