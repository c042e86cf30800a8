import {
  breakerAttributes,
  proxyAttributes,
  retryAttributes,
  taskAttributes,
} from '../conventions/attributes.ts';
import { bytesEqual, encodeText } from './text.ts';
import type { WireReader } from './wire.ts';

/**
 * What a span is by one of its attributes, so that more of it is read than of others: a run of a job or task, or a report of a circuit
 * breaker or a retry. Bits of one number.
 */
export const spanMark = { none: 0, task: 1, report: 2 } as const;

/** Which values do not mark a span: many senders have the attribute on all their spans. */
type Except = 'none of them' | 'zero' | 'dash';

interface Key {
  bytes: Uint8Array;
  mark: number;
  except: Except;
}

const keys: readonly Key[] = [
  key(taskAttributes.jobName, spanMark.task),
  key(taskAttributes.taskName, spanMark.task),
  key(breakerAttributes.outcome, spanMark.report),
  ...Object.values(retryAttributes).map((name) => key(name, spanMark.report, 'zero')),
  key(proxyAttributes.responseFlags, spanMark.report, 'dash'),
];

function key(name: string, mark: number, except: Except = 'none of them'): Key {
  return { bytes: encodeText(name), mark, except };
}

/** The keys by `placeOf`: no two of them have the same place, and no other attribute that is usual has one of theirs. */
const places: (Key | undefined)[] = Array.from({ length: 256 });
const isTaken = new Uint8Array(256);
for (const each of keys) {
  const place = placeOf(each.bytes, 0, each.bytes.length);
  if (places[place] !== undefined) throw new Error('two keys have the same place');
  places[place] = each;
  isTaken[place] = 1;
}

/** By length, first and last letter. */
function placeOf(bytes: Uint8Array, at: number, length: number): number {
  return (length + bytes[at]! * 19 + bytes[at + length - 1]! * 9) & 0xff;
}

/**
 * Asked for every attribute of every span, right after it was walked: says no of nearly all that do not mark their span.
 * @param at the length of a KeyValue (common.proto) that is a plain one, see `validateAttribute`
 */
export function mayBeMark(bytes: Uint8Array, at: number): boolean {
  const length = bytes[at + 2]!;
  // As `placeOf` does it, without calling it.
  return isTaken[(length + bytes[at + 3]! * 19 + bytes[at + 2 + length]! * 9) & 0xff] === 1;
}

/**
 * What an attribute marks its span as.
 * @param at the length of the KeyValue, which the reader has just walked; it is left where it is
 */
export function markOf(reader: WireReader, at: number, isPlain: boolean): number {
  const { bytes } = reader;
  if (!isPlain) return hasKey(reader, at)?.mark ?? spanMark.none;
  const found = keyAt(bytes, at + 3, bytes[at + 2]!);
  if (found === undefined) return spanMark.none;
  return isExcepted(bytes, at + 3 + found.bytes.length, found.except) ? spanMark.none : found.mark;
}

function keyAt(bytes: Uint8Array, at: number, length: number): Key | undefined {
  const found = places[placeOf(bytes, at, length)];
  return found?.bytes.length === length && bytesEqual(bytes, at, found.bytes) ? found : undefined;
}

/** @param at the value of a plain attribute: its tag, its length, the tag of what it holds, and that */
function isExcepted(bytes: Uint8Array, at: number, except: Except): boolean {
  if (except === 'none of them') return false;
  const isText = bytes[at + 2] === 0x0a;
  if (except === 'dash') return isText && bytes[at + 3]! < 2;
  return isText ? bytes[at + 3] === 1 && bytes[at + 4] === 0x30 : bytes[at + 3] === 0;
}

/** For any order of fields and any lengths: whether its value says anything shows when it is read. */
function hasKey(reader: WireReader, at: number): Key | undefined {
  const after = reader.at;
  reader.at = at;
  reader.length(after);
  let found: Key | undefined;
  while (reader.at < after) {
    const tag = reader.tag(after);
    if (tag !== 0x0a) {
      reader.skip(tag, after);
      continue;
    }
    const length = reader.length(after);
    // The first counts, as where attributes are read.
    found = length === 0 ? undefined : keyAt(reader.bytes, reader.at, length);
    break;
  }
  reader.at = after;
  return found;
}
