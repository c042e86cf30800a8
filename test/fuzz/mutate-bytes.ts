import type { Random } from './random.ts';

const interesting = [0, 1, 2, 7, 8, 0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x7f, 0x80, 0x81, 0xc0, 0xfe, 0xff];

/** Damages bytes without a look at what they mean, a few times. @param other to take pieces from */
export function damaged(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = Uint8Array.from(bytes);
  for (let times = 1 + random.below(4); times > 0; times--) result = damagedOnce(result, other, random);
  return result;
}

function damagedOnce(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  switch (random.below(9)) {
    case 0:
      if (bytes.length > 0) bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      if (bytes.length > 0) bytes[at] = random.one(interesting);
      return bytes;
    case 2:
      if (bytes.length > 0) bytes[at] = bytes[at]! + random.one([-1, 1, 2, -2]);
      return bytes;
    case 3:
      return spliced(bytes, at, 0, random.bytes(1 + random.below(4)));
    case 4:
      return spliced(bytes, at, 1 + random.below(8), new Uint8Array(0));
    case 5:
      return bytes.slice(0, at);
    case 6:
      return spliced(bytes, at, 0, pieceOf(bytes, random));
    case 7:
      return spliced(bytes, at, random.below(20), pieceOf(other, random));
    default:
      return spliced(bytes, at, 0, new Uint8Array(random.below(40)).fill(random.one(interesting)));
  }
}

function pieceOf(bytes: Uint8Array, random: Random): Uint8Array {
  const start = random.below(bytes.length);
  return bytes.subarray(start, start + 1 + random.below(64));
}

function spliced(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + remove));
  const result = new Uint8Array(at + insert.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(rest, at + insert.length);
  return result;
}
