import type { Contents, Round, Template } from './template.ts';

const id = /"(?:traceId|spanId|parentSpanId)":"(?=[0-9a-f]{16})/g;
const time = /"(?:startTimeUnixNano|endTimeUnixNano|timeUnixNano)":"(?=\d{19}")/g;

/** A JSON request; ids are hexadecimal and times are decimal texts of a fixed width. */
export class JsonTemplate implements Template {
  readonly spans: number;
  readonly contents: Contents;
  private readonly bytes: Buffer;
  private readonly ids: readonly { at: number; word: number }[];
  private readonly times: readonly { at: number; nanos: bigint }[];

  constructor(request: Uint8Array, contents: Contents) {
    this.bytes = Buffer.from(request);
    // One character a byte, so that offsets are those of the bytes.
    const text = this.bytes.toString('latin1');
    this.spans = text.split('"traceId":').length - 1;
    this.contents = contents;
    this.ids = endsOf(text, id).map((at) => ({ at, word: Number.parseInt(text.slice(at, at + 8), 16) }));
    this.times = endsOf(text, time).map((at) => ({ at, nanos: BigInt(text.slice(at, at + 19)) }));
  }

  stamped({ mask, shiftNanos }: Round): Buffer {
    const stamped = Buffer.from(this.bytes);
    for (const { at, word } of this.ids)
      stamped.write(((word ^ mask) >>> 0).toString(16).padStart(8, '0'), at, 'latin1');
    for (const { at, nanos } of this.times) stamped.write(String(nanos + shiftNanos), at, 'latin1');
    return stamped;
  }
}

function endsOf(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map((match) => match.index + match[0].length);
}
