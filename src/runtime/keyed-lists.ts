import { HashIndex } from './hash-index.ts';
import { none } from './hash-chains.ts';

/**
 * Items of a table, by 32 bits that some of them have in common: each is in one list at most, the newest first. Integers only, so
 * that ten thousands of items are no burden.
 */
export class KeyedLists {
  private readonly heads = new HashIndex();
  private readonly keys: Int32Array;
  private readonly nexts: Int32Array;
  private readonly befores: Int32Array;
  private readonly isIn: Uint8Array;

  /** @param capacity items are numbered below it */
  constructor(capacity: number) {
    this.keys = new Int32Array(capacity);
    this.nexts = new Int32Array(capacity);
    this.befores = new Int32Array(capacity);
    this.isIn = new Uint8Array(capacity);
  }

  get isEmpty(): boolean {
    return this.heads.size === 0;
  }

  /** The newest with this key, or `none`. */
  first(key: number): number {
    return this.heads.get(key);
  }

  /** The one that came before it, or `none`. */
  next(item: number): number {
    return this.nexts[item]!;
  }

  has(item: number): boolean {
    return this.isIn[item] === 1;
  }

  keyOf(item: number): number {
    return this.keys[item]!;
  }

  /** @param item that is in no list */
  add(item: number, key: number): void {
    const head = this.heads.get(key);
    this.keys[item] = key;
    this.nexts[item] = head;
    this.befores[item] = none;
    this.isIn[item] = 1;
    if (head !== none) this.befores[head] = item;
    this.heads.set(key, item);
  }

  /** Does nothing if it is in none. */
  delete(item: number): void {
    if (this.isIn[item] === 0) return;
    this.isIn[item] = 0;
    const next = this.nexts[item]!;
    const before = this.befores[item]!;
    if (next !== none) this.befores[next] = before;
    if (before !== none) this.nexts[before] = next;
    else if (next !== none) this.heads.set(this.keys[item]!, next);
    else this.heads.delete(this.keys[item]!);
  }
}
