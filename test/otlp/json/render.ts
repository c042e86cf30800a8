/** A small repeatable source of random choices (xorshift32). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) | 1;
  }

  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }

  one<T>(...choices: [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}

/** One of the many ways to write a request as OTLP/JSON: all of them mean the same. */
export function renderRequest(request: object, seed: number): Uint8Array {
  return new TextEncoder().encode(new Renderer(new Dice(seed)).value('', request));
}

const ids = new Set(['traceId', 'spanId', 'parentSpanId']);
const wholeNumbers = /UnixNano$|^(intValue|asInt|flags|bucketCounts)$|[cC]ount$/;
const enumNames: Record<string, string[]> = {
  kind: ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
    (name) => `SPAN_KIND_${name}`,
  ),
  code: ['UNSET', 'OK', 'ERROR'].map((name) => `STATUS_CODE_${name}`),
};

class Renderer {
  private readonly dice: Dice;
  /** Real senders do not change their style within a message, so most of the choices are made once. */
  private readonly compact: boolean;
  private readonly snake: boolean;
  private readonly escaping: number;

  constructor(dice: Dice) {
    this.dice = dice;
    this.compact = dice.below(2) === 0;
    this.snake = dice.below(3) === 0;
    this.escaping = dice.one(0, 0, 3);
  }

  value(key: string, value: unknown): string {
    if (value instanceof Uint8Array) return this.text(this.binary(key, value));
    if (Array.isArray(value))
      return this.members(
        '[',
        value.map((item) => this.value(key, item)),
        ']',
      );
    if (typeof value === 'object' && value !== null) return this.object(Object.entries(value));
    if (typeof value === 'boolean') return String(value);
    if (wholeNumbers.test(key)) return this.wholeNumber(String(value));
    if (typeof value === 'number') return this.number(key, value);
    return this.text(String(value));
  }

  private object(entries: [string, unknown][]): string {
    const members = entries.map(([key, value]) => this.member(key, this.value(key, value)));
    if (this.dice.below(4) === 0)
      members.push(this.member('unknown', this.dice.one('null', '{"a":[1,"}"]}', '-1.5e-7')));
    // An absent field may be written as null.
    if (this.dice.below(8) === 0 && !entries.some(([key]) => key === 'attributes'))
      members.push(this.member('attributes', 'null'));
    return this.members('{', this.dice.below(2) === 0 ? members : members.toReversed(), '}');
  }

  private member(key: string, value: string): string {
    const name = this.snake ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key;
    return `${this.text(name)}${this.space()}:${this.space()}${value}`;
  }

  private members(opening: string, members: string[], closing: string): string {
    const separator = () => `${this.space()},${this.space()}`;
    const inside = members.reduce((joined, member, i) => joined + (i === 0 ? '' : separator()) + member, '');
    return `${opening}${this.space()}${inside}${this.space()}${closing}`;
  }

  private binary(key: string, bytes: Uint8Array): string {
    if (ids.has(key)) {
      const hex = Buffer.from(bytes).toString('hex');
      return this.dice.one(hex, hex.toUpperCase());
    }
    const base64 = Buffer.from(bytes).toString('base64');
    return this.dice.one(base64, base64.replaceAll('=', ''), Buffer.from(bytes).toString('base64url'));
  }

  private number(key: string, value: number): string {
    const name = enumNames[key]?.[value];
    if (name !== undefined && this.dice.below(3) === 0) return this.text(name);
    if (!Number.isFinite(value)) return this.text(String(value));
    const number = Object.is(value, -0) ? '-0.0' : String(value);
    return key === 'doubleValue'
      ? this.dice.one(number, this.text(number), value === 0 ? number : value.toExponential())
      : number;
  }

  private wholeNumber(digits: string): string {
    const trimmed = digits.replace(/0+$/, '');
    const exponent = digits === '0' ? digits : `${trimmed}e${digits.length - trimmed.length}`;
    return this.dice.one(digits, this.text(digits), exponent, `${digits}.0`);
  }

  private text(text: string): string {
    let quoted = JSON.stringify(text);
    if (this.escaping > 0) {
      quoted = `"${quoted.slice(1, -1).replace(/\\u.{4}|\\.|[^\\]/gsu, (character) => this.escaped(character))}"`;
    }
    return quoted;
  }

  private escaped(character: string): string {
    if (character.startsWith('\\') || this.dice.below(this.escaping) > 0) return character;
    if (character === '/') return '\\/';
    let escapes = '';
    for (let i = 0; i < character.length; i++) {
      const hex = character.charCodeAt(i).toString(16).padStart(4, '0');
      escapes += `\\u${this.dice.one(hex, hex.toUpperCase())}`;
    }
    return escapes;
  }

  private space(): string {
    return this.compact ? '' : this.dice.one('', ' ', '\n  ', '\t', '\r\n');
  }
}
