/*
 * Numbers of fixed width are little-endian (https://protobuf.dev/programming-guides/encoding/), and read through a DataView: that is one
 * step where bytes are four.
 */

/**
 * Nanoseconds from one fixed64 to another. The halves are subtracted apart, since a time in nanoseconds since 1970 has
 * more digits than a number can hold: exact for spans of up to 104 days. An absent field (-1) is 0.
 */
export function nanosBetween(view: DataView, startAt: number, endAt: number): number {
  const high = readHigh(view, endAt) - readHigh(view, startAt);
  const low = readLow(view, endAt) - readLow(view, startAt);
  return high * 4_294_967_296 + low;
}

/**
 * A time in nanoseconds since the Unix epoch as milliseconds, to within a microsecond. It is rounded to one: else a whole millisecond, as many
 * clocks have it, may come out as a little less, and so be of the millisecond, or the hour, before.
 */
export function unixMillis(view: DataView, at: number): number {
  const high = readHigh(view, at);
  // The whole microseconds apart, which are exact until the year 2250.
  return (high * 4_294_967 + Math.round(high * 0.296 + readLow(view, at) / 1000)) / 1000;
}

function readHigh(view: DataView, at: number): number {
  return at < 0 ? 0 : view.getUint32(at + 4, true);
}

function readLow(view: DataView, at: number): number {
  return at < 0 ? 0 : view.getUint32(at, true);
}

/** A fixed64 as a number: exact up to 2^53. An absent field (-1) is 0. */
export function unsigned64(view: DataView, at: number): number {
  return readHigh(view, at) * 4_294_967_296 + readLow(view, at);
}

/** The same of a sfixed64. */
export function signed64(view: DataView, at: number): number {
  return at < 0 ? 0 : view.getInt32(at + 4, true) * 4_294_967_296 + readLow(view, at);
}
