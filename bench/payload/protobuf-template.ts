import { fieldsOf, messagesIn, type Part, spansIn } from './protobuf-fields.ts';
import type { Contents, Round, Template } from './template.ts';

/** Field numbers of `Span` and `Span.Event` in trace.proto. */
const spanField = { traceId: 1, spanId: 2, parentSpanId: 4, start: 7, end: 8, event: 11 } as const;
const eventField = { time: 1 } as const;

const ids: readonly number[] = [spanField.traceId, spanField.spanId, spanField.parentSpanId];
const times: readonly number[] = [spanField.start, spanField.end];

/** A protobuf request; ids and times have a fixed width, so each is rewritten where it stands. */
export class ProtobufTemplate implements Template {
  readonly spans: number;
  readonly contents: Contents;
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly idOffsets: Uint32Array;
  private readonly timeOffsets: Uint32Array;

  constructor(request: Uint8Array, contents: Contents) {
    this.bytes = Buffer.from(request);
    this.view = viewOf(this.bytes);
    const spans = [...spansIn(this.bytes)];
    this.spans = spans.length;
    this.contents = contents;
    this.idOffsets = Uint32Array.from(spans.flatMap(idsOf));
    this.timeOffsets = Uint32Array.from(spans.flatMap(timesOf));
  }

  stamped({ mask, shiftNanos }: Round): Buffer {
    const stamped = Buffer.allocUnsafe(this.bytes.length);
    stamped.set(this.bytes);
    const { view } = this;
    const target = viewOf(stamped);
    for (const at of this.idOffsets) target.setUint32(at, view.getUint32(at) ^ mask);
    const shiftLow = Number(BigInt.asUintN(32, shiftNanos));
    const shiftHigh = Number(BigInt.asUintN(32, shiftNanos >> 32n));
    for (const at of this.timeOffsets) {
      // In halves: a BigInt per time would cost more than all the rest.
      const low = view.getUint32(at, true) + shiftLow;
      const carry = low >= 2 ** 32 ? 1 : 0;
      target.setUint32(at, low, true);
      target.setUint32(at + 4, view.getUint32(at + 4, true) + shiftHigh + carry, true);
    }
    return stamped;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function idsOf(span: Part): number[] {
  return startsOf(span, ids);
}

function timesOf(span: Part): number[] {
  const events = [...messagesIn(span, spanField.event)].flatMap((event) =>
    startsOf(event, [eventField.time]),
  );
  return [...startsOf(span, times), ...events];
}

function startsOf({ bytes, start, end }: Part, numbers: readonly number[]): number[] {
  return [...fieldsOf(bytes, start, end)]
    .filter((field) => numbers.includes(field.number) && field.end > field.start)
    .map((field) => field.start);
}
