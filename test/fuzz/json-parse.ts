/** A JSON value as it stands: numbers as their text, and every member, also of keys that come twice. */
export type Json =
  | { kind: 'object'; members: [key: string, value: Json][] }
  | { kind: 'list'; items: Json[] }
  | { kind: 'string'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'literal'; value: boolean | null };

const token =
  /[ \t\n\r]*(?:([{}[\]:,])|("(?:[^"\\]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

/** How deep objects and lists may be within each other. */
export const deepest = 100;

/** By regular expressions, unlike what is judged by it. @returns undefined if it is not JSON, or too deep */
export function parseJson(text: string): Json | undefined {
  const parser = new Parser(text);
  const value = parser.value(0);
  return value !== undefined && parser.isAtEnd ? value : undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true;
  return false;
}

class Parser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return /^[ \t\n\r]*$/.test(this.text.slice(this.at));
  }

  value(depth: number): Json | undefined {
    const found = this.next();
    if (found === undefined) return undefined;
    const [, mark, string, number, literal] = found;
    if (mark === '{' || mark === '[') return depth < deepest ? this.members(mark, depth + 1) : undefined;
    if (mark !== undefined) return undefined;
    if (string !== undefined) return { kind: 'string', text: JSON.parse(string) as string };
    if (number !== undefined) return { kind: 'number', text: number };
    return { kind: 'literal', value: literal === 'null' ? null : literal === 'true' };
  }

  private members(opening: '{' | '[', depth: number): Json | undefined {
    const closing = opening === '{' ? '}' : ']';
    const items: Json[] = [];
    const members: [string, Json][] = [];
    const whole = (): Json => (opening === '{' ? { kind: 'object', members } : { kind: 'list', items });
    if (this.take(closing)) return whole();
    for (;;) {
      const key = opening === '{' ? this.key() : '';
      if (key === undefined) return undefined;
      const value = this.value(depth);
      if (value === undefined) return undefined;
      if (opening === '{') members.push([key, value]);
      else items.push(value);
      if (this.take(closing)) return whole();
      if (!this.take(',')) return undefined;
    }
  }

  private key(): string | undefined {
    const string = this.next()?.[2];
    return string === undefined || !this.take(':') ? undefined : (JSON.parse(string) as string);
  }

  private take(mark: string): boolean {
    const before = this.at;
    if (this.next()?.[1] === mark) return true;
    this.at = before;
    return false;
  }

  private next(): RegExpExecArray | undefined {
    token.lastIndex = this.at;
    const found = token.exec(this.text);
    if (found === null || hasControlCharacter(found[2] ?? '')) return undefined;
    this.at = token.lastIndex;
    return found;
  }
}
