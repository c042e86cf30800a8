import type { SpanView } from '../otlp/span-view.ts';
import { cutText, encodeText } from '../otlp/text.ts';
import { type Redaction, readBeyond } from '../redact/redactor.ts';

/** Longer values are cut: they become labels and keys. */
const maxLength = 128;

/**
 * The attributes that become labels of their own, and their values seen so far by number. A value is looked for on the span,
 * then on its resource; what is on neither is empty.
 */
export class Dimensions {
  private readonly names: readonly string[];
  private readonly keys: readonly Uint8Array[];
  private readonly capacity: number;
  private readonly redaction: () => Redaction;
  private numbers = new Map<string, number>();
  /** Without secrets: several may be one. */
  private groups: (readonly string[])[] = [];
  /** Of the request that is counted, by index of the resource. */
  private ofResources: (readonly string[])[] = [];

  constructor(keys: readonly string[], capacity: number, redaction: () => Redaction) {
    this.names = keys;
    this.keys = keys.map(encodeText);
    this.capacity = capacity;
    this.redaction = redaction;
  }

  /** Indexes of resources mean something else from now on. */
  begin(): void {
    this.ofResources = [];
  }

  /** A number for the values that the span has; -1 when there are too many to be told apart. */
  numberOf(span: SpanView): number {
    const values = this.keys.map((key, i) => {
      const value = span.attribute(key);
      return value === undefined ? this.ofResource(span)[i]! : textOf(value);
    });
    return this.number(values);
  }

  values(number: number): readonly string[] {
    return this.groups[number]!;
  }

  get isFull(): boolean {
    return this.groups.length === this.capacity;
  }

  /** Forgets all values. @returns what gives those that are to stay a new number, by their old one */
  forget(): (old: number) => number {
    const { groups } = this;
    this.numbers = new Map();
    this.groups = [];
    return (old) => this.number(groups[old]!);
  }

  private number(values: readonly string[]): number {
    // With their lengths, so that no two groups have the same key whatever characters are in them.
    const key = values.map((value) => `${value.length}:${value}`).join('');
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    if (this.groups.length === this.capacity) return -1;
    this.numbers.set(key, this.groups.length);
    return this.groups.push(values.map((value, i) => this.labelOf(this.names[i]!, value))) - 1;
  }

  private labelOf(name: string, value: string): string {
    return this.redaction().attribute(name, value, maxLength).toWellFormed();
  }

  private ofResource(span: SpanView): readonly string[] {
    this.ofResources[span.resource] ??= this.keys.map((key) => textOf(span.resourceAttribute(key) ?? ''));
    return this.ofResources[span.resource]!;
  }
}

function textOf(value: unknown): string {
  return cutText(String(value), maxLength + readBeyond);
}
