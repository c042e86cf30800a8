import type { AttributePlaces } from '../../otlp/attribute-places.ts';
import { type Redaction, readBeyond } from '../../redact/redactor.ts';
import { cutText } from '../../otlp/text.ts';

/** Methods that are told apart: those of HTTP, and some of each remote interface. */
const most = 512;
const longest = 64;
const other = 'other';

/** Methods of calls by number: GET, or what a remote interface calls its own. */
export class Methods {
  readonly none = 0;
  private readonly redaction: () => Redaction;
  private readonly texts = [''];
  private readonly numbers = new Map<number | string, number>();

  constructor(redaction: () => Redaction) {
    this.redaction = redaction;
  }

  /** @param key of an attribute that is there */
  numberOf(found: AttributePlaces, key: number): number {
    // By its bytes first, since a text is made for each span else.
    const hash = found.hashOf(key);
    const known = this.numbers.get(hash);
    if (known !== undefined) return known;
    const number = this.named(this.clean(String(found.value(key) ?? '')));
    if (this.numbers.size < 2 * most) this.numbers.set(hash, number);
    return number;
  }

  textOf(number: number): string {
    return this.texts[number] ?? '';
  }

  private clean(text: string): string {
    return cutText(this.redaction().text(cutText(text, longest + readBeyond)), longest).toWellFormed();
  }

  private named(text: string): number {
    const at = this.texts.indexOf(text);
    if (at !== -1) return at;
    if (this.texts.length < most) return this.texts.push(text) - 1;
    const last = this.texts.indexOf(other);
    return last === -1 ? this.texts.push(other) - 1 : last;
  }
}
