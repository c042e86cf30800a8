/** First in, first out. An array alone moves all that is left each time its first is taken. */
export class Fifo<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  push(item: T): void {
    this.items.push(item);
  }

  /** In front of all others. */
  unshift(item: T): void {
    if (this.head > 0) this.items[--this.head] = item;
    else this.items.unshift(item);
  }

  /** In front of the first for which that holds; nothing behind that is looked at. */
  insertBefore(item: T, isLater: (other: T) => boolean): void {
    this.unshift(item);
    for (let i = this.head + 1; i < this.items.length && !isLater(this.items[i]!); i++) {
      this.items[i - 1] = this.items[i];
      this.items[i] = item;
    }
  }

  peek(): T | undefined {
    return this.items[this.head];
  }

  shift(): T | undefined {
    const item = this.items[this.head];
    if (item === undefined) return undefined;
    // Not held until the array is cut: what has left may be large.
    this.items[this.head++] = undefined;
    if (this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
