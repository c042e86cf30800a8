interface Entry<T> {
  readonly key: Uint8Array;
  readonly value: T;
}

/**
 * A small open-addressed hash table from keys to values that is asked with a range of bytes, so that no string is
 * made for a key. Made for a few dozen keys written by hand; foreign keys are only looked up, never added.
 */
export class KeyIndex<T> {
  private slots: (Entry<T> | undefined)[] = Array.from({ length: 8 });
  private size = 0;

  add(key: string, value: T): void {
    // A quarter full at most: a foreign key mostly meets an empty slot, a known one its own.
    if ((this.size + 1) * 4 > this.slots.length) this.grow();
    this.place({ key: new TextEncoder().encode(key), value });
    this.size++;
  }

  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot];
      if (entry === undefined) return undefined;
      if (equals(entry.key, bytes, start, end)) return entry.value;
    }
  }

  private place(entry: Entry<T>): void {
    const mask = this.slots.length - 1;
    let slot = hash(entry.key, 0, entry.key.length) & mask;
    while (this.slots[slot] !== undefined) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
  }

  private grow(): void {
    const entries = this.slots.filter((entry) => entry !== undefined);
    this.slots = Array.from({ length: this.slots.length * 2 });
    for (const entry of entries) this.place(entry);
  }
}

/** Length, first and last byte tell nearly all field names of one message apart. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  return length === 0 ? 0 : length + bytes[start]! * 7 + bytes[end - 1]! * 3;
}

function equals(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = key;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}
