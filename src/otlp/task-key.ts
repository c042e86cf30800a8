import { taskAttributes } from '../conventions/attributes.ts';
import { bytesEqual, encodeText } from './text.ts';
import type { WireReader } from './wire.ts';

const jobName = encodeText(taskAttributes.jobName);
const taskName = encodeText(taskAttributes.taskName);

/** By the first letter of its key. Asked for every attribute of every span: few begin with one of the two. */
export function mayBeTaskName(letter: number): boolean {
  return letter === 0x6a || letter === 0x74;
}

/**
 * Whether an attribute is one of the two by which a span is a run of a job or task. Asked for every attribute of every span, right
 * after the attribute was walked: nearly all are told apart by the length of their key.
 * @param at the length of the KeyValue (common.proto); the reader is left where it is
 */
export function isTaskName(reader: WireReader, at: number): boolean {
  const { bytes } = reader;
  // Its length takes one byte, or two; with a longer one it is looked for as if the key did not come first.
  const start = bytes[at]! < 0x80 ? at + 1 : at + 2;
  const isPlain = bytes[start] === 0x0a && bytes[start - 1]! < 0x80;
  if (!isPlain) return bytes[at] !== 0 && hasTaskKey(reader, at);
  const length = bytes[start + 1]!;
  return (length === jobName.length || length === taskName.length) && isTaskKey(bytes, start + 2, length);
}

function isTaskKey(bytes: Uint8Array, at: number, length: number): boolean {
  if (length === jobName.length) return bytesEqual(bytes, at, jobName);
  return length === taskName.length && bytesEqual(bytes, at, taskName);
}

/** The same for any order of fields and any lengths. */
function hasTaskKey(reader: WireReader, at: number): boolean {
  const after = reader.at;
  reader.at = at;
  reader.length(after);
  let found = false;
  while (reader.at < after) {
    const tag = reader.tag(after);
    if (tag !== 0x0a) {
      reader.skip(tag, after);
      continue;
    }
    const length = reader.length(after);
    found = isTaskKey(reader.bytes, reader.at, length);
    // The first counts, as where attributes are read.
    break;
  }
  reader.at = after;
  return found;
}
