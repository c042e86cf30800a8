import { MalformedOtlp } from './malformed.ts';

/** https://protobuf.dev/programming-guides/encoding/#structure */
export const wireType = { varint: 0, i64: 1, len: 2, startGroup: 3, endGroup: 4, i32: 5 } as const;

/**
 * A cursor over the bytes of protobuf messages. It is not a decoder: it makes no objects, knows no schema, and
 * hands out offsets into the bytes it was given. Every read is checked against `end`, the end of the message
 * being read, so that a wrong length can never reach into what follows it.
 */
export class WireReader {
  bytes: Uint8Array = new Uint8Array(0);
  /** Offset of the next byte to read. */
  at = 0;

  reset(bytes: Uint8Array, at = 0): void {
    this.bytes = bytes;
    this.at = at;
  }

  /** Field number and wire type, as one number: `number << 3 | wireType`. */
  tag(end: number): number {
    const first = this.bytes[this.at]!;
    if (first < 0x80 && first > 0x07 && this.at < end) {
      this.at++;
      return first;
    }
    return this.longTag(end);
  }

  /** The length of a length-delimited field; the field itself is then known to end before `end`. */
  length(end: number): number {
    const start = this.at;
    const first = this.bytes[start]!;
    let length: number;
    if (first < 0x80 && start < end) {
      this.at = start + 1;
      length = first;
    } else {
      length = this.longLength(end);
    }
    if (length > end - this.at) throw malformed('a length reaches past the end of its message', start);
    return length;
  }

  // Apart, so that what is short stays short enough to be compiled into its callers.
  private longTag(end: number): number {
    const start = this.at;
    const tag = this.varint32(end);
    if (tag >>> 3 === 0 || this.isBeyond(start, 0x0f)) throw malformed('a field has no number', start);
    return tag;
  }

  private longLength(end: number): number {
    const start = this.at;
    const length = this.varint32(end);
    if (this.isBeyond(start, 0x07)) throw malformed('a length has more than 31 bits', start);
    return length;
  }

  /** Whether the varint from `start` to here has more than four bytes and the bits of `last`: the rest of it would be lost. */
  private isBeyond(start: number, last: number): boolean {
    const length = this.at - start;
    return length > 5 || (length === 5 && this.bytes[start + 4]! > last);
  }

  /** Steps over a length-delimited field. */
  skipLength(end: number): void {
    const length = this.length(end);
    this.at += length;
  }

  /**
   * The low 32 bits of a varint, unsigned. Right for lengths, enums, bools and 32-bit integers: protobuf
   * truncates the same way.
   */
  varint32(end: number): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= end) throw malformed('the message ends inside a number', this.at);
      const byte = this.bytes[this.at++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw malformed('a number is longer than 10 bytes', this.at - 10);
  }

  /** Steps over a fixed number of bytes and says where they began. */
  fixed(size: number, end: number): number {
    const start = this.at;
    if (size > end - start) throw malformed('the message ends inside a number', start);
    this.at = start + size;
    return start;
  }

  /** Steps over the value of a field of which only the wire type matters. Groups are not part of proto3. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case wireType.varint:
        this.varint32(end);
        return;
      case wireType.i64:
        this.fixed(8, end);
        return;
      case wireType.len:
        this.skipLength(end);
        return;
      case wireType.i32:
        this.fixed(4, end);
        return;
      default:
        throw malformed('a field has a wire type that OTLP does not use', this.at);
    }
  }
}

export function malformed(what: string, at: number): MalformedOtlp {
  return new MalformedOtlp(`${what} (byte ${at})`);
}
