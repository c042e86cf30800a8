import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type JournalRecord, recordKind } from './record.ts';
import { Segment } from './segment.ts';
import { readSegment } from './segment-reader.ts';

export interface Loaded {
  /** The oldest first. */
  segments: Segment[];
  /** Bodies without a mark, in the order in which they came. */
  open: { segment: Segment; record: JournalRecord }[];
  lastId: number;
  lastFile: number;
  /** Files that do not end where they should. */
  cutFiles: number;
}

const segmentName = /^\d{10}\.journal$/;

export function segmentPath(directory: string, number: number): string {
  return join(directory, `${String(number).padStart(10, '0')}.journal`);
}

/** Reads what a process left in the directory of its journal. */
export async function loadSegments(directory: string): Promise<Loaded> {
  const names = (await readdir(directory)).filter((name) => segmentName.test(name)).sort();
  const loaded: Loaded = { segments: [], open: [], lastId: 0, lastFile: 0, cutFiles: 0 };
  const bodies = new Map<number, { segment: Segment; record: JournalRecord }>();
  for (const name of names) {
    const path = join(directory, name);
    const file = await open(path);
    try {
      const number = Number.parseInt(name, 10);
      const { records, size, isCut } = await readSegment(file, number);
      const segment = new Segment(path, number, size);
      loaded.segments.push(segment);
      if (isCut) loaded.cutFiles++;
      loaded.lastFile = number;
      for (const record of records) {
        loaded.lastId = Math.max(loaded.lastId, record.id);
        if (record.kind === recordKind.body) bodies.set(record.id, { segment, record });
        else bodies.delete(record.id);
      }
    } finally {
      await file.close();
    }
  }
  loaded.open = [...bodies.values()];
  for (const { segment } of loaded.open) segment.openBodies++;
  return loaded;
}
