import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recordKind, type SegmentFormat, type SegmentRecord } from './record.ts';
import { SegmentFile } from './segment-file.ts';
import { readSegment } from './segment-reader.ts';

/** What is odd about the files that were found. */
export interface Oddities {
  /** Files that do not end where they should: a crash cut off what was being written. */
  cutFiles: number;
  /** Places in the middle of a file that cannot be read. */
  damaged: number;
  /** Files of another version, of somebody else, or that cannot be read: they are left alone. */
  unknownFiles: number;
}

export interface Loaded extends Oddities {
  /** The oldest first. */
  files: { path: string; number: number; size: number; open: SegmentRecord[] }[];
  lastId: number;
  lastFile: number;
}

export function segmentPath(directory: string, number: number, { suffix }: SegmentFormat): string {
  return join(directory, `${String(number).padStart(10, '0')}.${suffix}`);
}

/** Reads what a process left in the directory of a log. @param verifies as `readSegment` has it */
export async function loadSegments(
  directory: string,
  format: SegmentFormat,
  verifies: boolean,
): Promise<Loaded> {
  const name = new RegExp(`^\\d{10}\\.${format.suffix}$`);
  const names = (await readdir(directory)).filter((found) => name.test(found)).sort();
  const loaded: Loaded = { files: [], lastId: 0, lastFile: 0, cutFiles: 0, damaged: 0, unknownFiles: 0 };
  const entries = new Map<number, { record: SegmentRecord; open: SegmentRecord[] }>();
  for (const found of names) {
    const path = join(directory, found);
    const number = Number.parseInt(found, 10);
    loaded.lastFile = number;
    // One that the system does not let us read keeps nobody from the others.
    const contents = await read(path, number, format, verifies).catch(() => undefined);
    if (contents === undefined) {
      loaded.unknownFiles++;
      continue;
    }
    const open: SegmentRecord[] = [];
    loaded.files.push({ path, number, size: contents.size, open });
    if (contents.isCut) loaded.cutFiles++;
    loaded.damaged += contents.damaged;
    for (const record of contents.records) {
      loaded.lastId = Math.max(loaded.lastId, record.id);
      if (record.kind === recordKind.entry) entries.set(record.id, { record, open });
      else entries.delete(record.id);
    }
  }
  for (const { record, open } of entries.values()) open.push(record);
  return loaded;
}

/** @returns undefined if it is not a file of this format */
async function read(path: string, number: number, format: SegmentFormat, verifies: boolean) {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const file = new SegmentFile(handle, size);
    const header = await file.read(0, format.header.length);
    // One that ends in its header was being made when its process died.
    if (!format.header.subarray(0, header.length).equals(header)) return undefined;
    return await readSegment(file, number, format, verifies);
  } finally {
    await handle.close();
  }
}
