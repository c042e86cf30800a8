import type { Question } from './questions.ts';

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Asks the API of a Tocsin. */
export class ApiClient {
  private readonly origin: string;
  private readonly headers: Record<string, string>;

  constructor(origin: string, token: string) {
    this.origin = origin;
    this.headers = { authorization: `Bearer ${token}` };
  }

  /** @returns milliseconds until the answer was read. @throws Error if it is none */
  async time(path: string): Promise<number> {
    const beganAt = performance.now();
    await this.read(path);
    return performance.now() - beganAt;
  }

  async page<T>(path: string): Promise<Page<T>> {
    return JSON.parse(await this.read(path)) as Page<T>;
  }

  /** The path of a question, further on in its list. @throws Error if the list is shorter */
  async pathOf({ path, deep }: Question): Promise<string> {
    if (deep === undefined) return path;
    const separator = path.includes('?') ? '&' : '?';
    let cursor: string | null = '';
    for (let passed = 0; passed < deep; ) {
      const limit = Math.min(deep - passed, 1000);
      const page: Page<unknown> = await this.page(`${path}${separator}limit=${limit}&cursor=${cursor}`);
      passed += page.items.length;
      cursor = page.next_cursor;
      if (cursor === null) throw new Error(`${path} has only ${passed} items`);
    }
    return `${path}${separator}cursor=${cursor}`;
  }

  /** Of an export. */
  async *stream(path: string): AsyncGenerator<Uint8Array> {
    const response = await fetch(this.origin + path, { headers: this.headers });
    if (response.status !== 200 || response.body === null) throw new Error(`${path}: ${response.status}`);
    yield* response.body;
  }

  private async read(path: string): Promise<string> {
    const response = await fetch(this.origin + path, { headers: this.headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
    return text;
  }
}
