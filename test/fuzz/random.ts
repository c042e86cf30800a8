/** A quick repeatable source of random choices (sfc32), begun anew for each case: any case can be made again by itself. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  constructor(seed: number, salt: number, index: number) {
    this.a = Math.imul(seed, 0x9e3779b1) ^ index;
    this.b = Math.imul(salt, 0x85ebca6b) ^ (index / 2 ** 32);
    this.c = Math.imul(index, 0xc2b2ae35) ^ seed;
    this.counter = 1;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** 32 bits, unsigned. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }

  /** A whole number from 0 on. */
  below(limit: number): number {
    return limit <= 0 ? 0 : this.next() % limit;
  }

  /** True once in so often. */
  once(inHowMany: number): boolean {
    return this.below(inHowMany) === 0;
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.next();
    return bytes;
  }
}
