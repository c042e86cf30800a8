/** A whole number as protobuf writes it. @param value not negative, below 2^53 */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.of(...bytes, rest);
}

/** Bytes of the tag and the length before a message of this length. */
export function headLength(messageLength: number): number {
  let length = 2;
  for (let rest = messageLength; rest > 0x7f; rest >>>= 7) length++;
  return length;
}

/** Writes it in place. @returns where it ends */
export function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}
