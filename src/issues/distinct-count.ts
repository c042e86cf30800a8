import type { ErrorEvent } from '../errors/error-event.ts';
import { remembered } from '../runtime/remembered.ts';

/** Hashes that are counted one by one; more of them are estimated. */
const mostExact = 64;
/** Of the estimate: its standard error is 1.04 / √512, or 4.6 %. */
const registers = 512;
const registerBits = 9;

/**
 * Counts how many different hashes of 32 bits it was given, in 513 bytes at most. Up to 64 it is exact, but for two with one hash; then it is a
 * HyperLogLog (Flajolet et al. 2007), with linear counting where that is more exact. Who knows how the hashes were made, and has a list of ids,
 * can tell which of them may be among the first 64: of what names people they are made with a key.
 *
 * As bytes: one that says the kind, then the hashes (kind 0; 4 bytes each, little-endian) or the registers (kind 1).
 */
export class DistinctCount {
  private hashes: Set<number> | undefined = new Set();
  private ranks: Uint8Array | undefined;

  /** @param bytes as `bytes` gave them */
  static from(bytes: Uint8Array): DistinctCount {
    const count = new DistinctCount();
    if (bytes[0] === 1) {
      count.hashes = undefined;
      count.ranks = Uint8Array.from(bytes.subarray(1, 1 + registers));
      return count;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 1; at + 4 <= bytes.length; at += 4) count.hashes!.add(view.getUint32(at, true));
    return count;
  }

  /** @returns whether that changed anything */
  add(hash: number): boolean {
    if (this.hashes === undefined) return this.rank(hash >>> 0);
    const before = this.hashes.size;
    this.hashes.add(hash >>> 0);
    if (this.hashes.size > mostExact) this.turn(this.hashes);
    return this.hashes?.size !== before;
  }

  get estimate(): number {
    if (this.hashes !== undefined) return this.hashes.size;
    const ranks = this.ranks!;
    let sum = 0;
    let empty = 0;
    for (const rank of ranks) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = ((0.7213 / (1 + 1.079 / registers)) * registers * registers) / sum;
    const isSmall = raw <= 2.5 * registers && empty > 0;
    return Math.round(isSmall ? registers * Math.log(registers / empty) : raw);
  }

  get bytes(): Uint8Array {
    if (this.hashes === undefined) return Uint8Array.from([1, ...this.ranks!]);
    const bytes = new Uint8Array(1 + this.hashes.size * 4);
    const view = new DataView(bytes.buffer);
    let at = 1;
    for (const hash of this.hashes) {
      view.setUint32(at, hash, true);
      at += 4;
    }
    return bytes;
  }

  private turn(hashes: ReadonlySet<number>): void {
    this.hashes = undefined;
    this.ranks = new Uint8Array(registers);
    for (const hash of hashes) this.rank(hash);
  }

  private rank(hash: number): boolean {
    const ranks = this.ranks!;
    const register = hash >>> (32 - registerBits);
    const rank = Math.min(32 - registerBits, Math.clz32(hash << registerBits)) + 1;
    if (rank <= ranks[register]!) return false;
    ranks[register] = rank;
    return true;
  }
}

/** 32 bits of a text, well mixed (MurmurHash3 over its UTF-16 units). */
export function hashOfText(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) {
    let unit = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    unit = Math.imul((unit << 15) | (unit >>> 17), 0x1b873593);
    hash ^= unit;
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Of where it ran; undefined if nothing says. */
export function podHash({
  pod = '',
  instance = '',
}: Pick<ErrorEvent, 'pod' | 'instance'>): number | undefined {
  const where = pod === '' ? instance : pod;
  return where === '' ? undefined : knownHash(where);
}

/** They are few and come again. */
const knownHash = remembered({ most: 256, longest: 512 }, hashOfText);
