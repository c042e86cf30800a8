/**
 * Protobuf's wire format, appended to a buffer that grows. Lengths are written before what they count, and are only
 * known after it: `open` leaves room for one, `close` fills it in.
 */
export class ProtobufWriter {
  bytes: Uint8Array;
  /** The same bytes, to be written four at a time. */
  view: DataView;
  /** Where the next byte goes. */
  at = 0;

  constructor(capacity: number) {
    this.bytes = allocate(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (count > this.bytes.length - this.at) this.grow(count);
  }

  /** A view on what was written; the writer must not be used after. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  varint(value: number): void {
    this.reserve(5);
    const { bytes } = this;
    let rest = value;
    while (rest > 0x7f) {
      bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.at++] = rest;
  }

  /** A varint of 64 bits, given as two unsigned halves. */
  varint64(high: number, low: number): void {
    this.reserve(10);
    const { bytes } = this;
    let restHigh = high;
    let restLow = low;
    while (restHigh > 0 || restLow > 0x7f) {
      bytes[this.at++] = (restLow & 0x7f) | 0x80;
      restLow = ((restLow >>> 7) | (restHigh << 25)) >>> 0;
      restHigh >>>= 7;
    }
    bytes[this.at++] = restLow;
  }

  fixed32(value: number): void {
    this.reserve(4);
    const { bytes, at } = this;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.at = at + 4;
  }

  fixed64(high: number, low: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  double(value: number): void {
    halves.setFloat64(0, value);
    this.fixed64(halves.getUint32(0), halves.getUint32(4));
  }

  /** A Unicode code point as UTF-8. */
  codePoint(code: number): void {
    this.reserve(4);
    const { bytes } = this;
    if (code < 0x80) {
      bytes[this.at++] = code;
      return;
    }
    if (code < 0x800) {
      bytes[this.at++] = 0xc0 | (code >>> 6);
    } else {
      if (code < 0x10000) {
        bytes[this.at++] = 0xe0 | (code >>> 12);
      } else {
        bytes[this.at++] = 0xf0 | (code >>> 18);
        bytes[this.at++] = 0x80 | ((code >>> 12) & 0x3f);
      }
      bytes[this.at++] = 0x80 | ((code >>> 6) & 0x3f);
    }
    bytes[this.at++] = 0x80 | (code & 0x3f);
  }

  /**
   * Begins something that has its length in front, of which `lengthBytes` is a guess.
   * @returns where it begins, for `close`
   */
  open(lengthBytes: number): number {
    this.reserve(lengthBytes);
    const start = this.at;
    this.at = start + lengthBytes;
    return start;
  }

  /** Ends what `open` began with the same guess; moves it where the guess was wrong. */
  close(start: number, lengthBytes: number): void {
    const content = start + lengthBytes;
    let rest = this.at - content;
    const needed = varintSize(rest);
    if (needed !== lengthBytes) {
      this.reserve(needed);
      this.bytes.copyWithin(start + needed, content, this.at);
      this.at += needed - lengthBytes;
    }
    const { bytes } = this;
    let at = start;
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at] = rest;
  }

  grow(count: number): void {
    const larger = allocate(Math.max(this.bytes.length * 2, this.at + count));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

const halves = new DataView(new ArrayBuffer(8));

function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Not filled with zeros, which would take longer than writing it; and not a Buffer, so that one type is seen. */
function allocate(capacity: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(capacity).buffer);
}
