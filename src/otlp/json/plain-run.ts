import { ascii } from './ascii.ts';

/** 1 for the bytes of a string that stand for themselves: ASCII without quote, backslash and control characters. */
export const plainBytes = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= ascii.space && byte < 0x80 && byte !== ascii.quote && byte !== ascii.backslash ? 1 : 0,
);

/**
 * Copies bytes as long as they are plain. Four at a time, which takes half as long: texts are most of what there is.
 * @param most there is so much to read from, and so much room to write to
 * @returns how many there were
 */
export function copyPlain(from: DataView, fromAt: number, to: DataView, toAt: number, most: number): number {
  let count = 0;
  for (; count + 4 <= most; count += 4) {
    const word = from.getInt32(fromAt + count);
    if (hasSpecial(word)) break;
    to.setInt32(toAt + count, word);
  }
  for (; count < most; count++) {
    const byte = from.getUint8(fromAt + count);
    if (plainBytes[byte] === 0) break;
    to.setUint8(toAt + count, byte);
  }
  return count;
}

/** Whether any of four bytes is not plain: https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord, and HasLessInWord. */
function hasSpecial(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const found =
    ((quotes - 0x01010101) & ~quotes) |
    ((backslashes - 0x01010101) & ~backslashes) |
    ((word - 0x20202020) & ~word) |
    word;
  return (found & 0x80808080) !== 0;
}
