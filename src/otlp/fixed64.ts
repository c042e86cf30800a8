/** The low half of a fixed64, unsigned. Fields are little-endian (https://protobuf.dev/programming-guides/encoding/). */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/**
 * Nanoseconds from one fixed64 to another. The halves are subtracted apart, since a time in nanoseconds since 1970 has
 * more digits than a number can hold: exact for spans of up to 104 days. An absent field (-1) is 0.
 */
export function nanosBetween(bytes: Uint8Array, startAt: number, endAt: number): number {
  const high = readHigh(bytes, endAt) - readHigh(bytes, startAt);
  const low = readLow(bytes, endAt) - readLow(bytes, startAt);
  return high * 4_294_967_296 + low;
}

/** A time in nanoseconds since the Unix epoch as milliseconds, to within a microsecond. */
export function unixMillis(bytes: Uint8Array, at: number): number {
  return readHigh(bytes, at) * 4294.967296 + readLow(bytes, at) / 1e6;
}

function readHigh(bytes: Uint8Array, at: number): number {
  return at < 0 ? 0 : readUint32(bytes, at + 4);
}

function readLow(bytes: Uint8Array, at: number): number {
  return at < 0 ? 0 : readUint32(bytes, at);
}
