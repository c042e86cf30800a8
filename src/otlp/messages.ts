import type { WireReader } from './wire.ts';

/** The length-delimited fields with this tag in a message, as byte ranges, wherever in it they stand. The reader is moved. */
export function* messagesIn(
  reader: WireReader,
  bytes: Uint8Array,
  [start, end]: readonly [number, number],
  wanted: number,
): Generator<[number, number]> {
  let at = start;
  while (at < end) {
    reader.reset(bytes, at);
    const tag = reader.tag(end);
    if (tag === wanted) {
      const length = reader.length(end);
      at = reader.at + length;
      yield [reader.at, at];
    } else {
      reader.skip(tag, end);
      at = reader.at;
    }
  }
}
