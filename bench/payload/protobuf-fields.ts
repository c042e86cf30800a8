/** A field of a protobuf message: where its value stands, without tag and length. */
export interface Field {
  number: number;
  start: number;
  end: number;
}

/**
 * The fields of a message that is known to be well-formed. On purpose not the reader that is measured: a mistake in that one would
 * otherwise stay unseen.
 */
export function* fieldsOf(bytes: Uint8Array, from = 0, to = bytes.length): Generator<Field> {
  let at = from;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < to) {
    const tag = varint();
    const start = tag % 8 === 2 ? varint() + at : at;
    const field = { number: Math.floor(tag / 8), start: at, end: start };
    if (tag % 8 === 0) varint();
    else if (tag % 8 === 1) at += 8;
    else if (tag % 8 === 5) at += 4;
    else if (tag % 8 === 2) at = start;
    else throw new Error(`wire type ${tag % 8} at ${field.start}`);
    field.end = at;
    yield field;
  }
}

/** The submessages with this field number. */
export function* messagesIn({ bytes, start, end }: Part, number: number): Generator<Part> {
  for (const field of fieldsOf(bytes, start, end))
    if (field.number === number) yield { bytes, start: field.start, end: field.end };
}

export interface Part {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** Every span of an ExportTraceServiceRequest. */
export function* spansIn(bytes: Uint8Array): Generator<Part> {
  const request = { bytes, start: 0, end: bytes.length };
  for (const resourceSpans of messagesIn(request, 1))
    for (const scopeSpans of messagesIn(resourceSpans, 2)) yield* messagesIn(scopeSpans, 2);
}
