import type { Retention } from '../retention.ts';
import type { Store } from '../store.ts';
import type { PackedCounts, PackedEvents } from './packed-events.ts';

/** What the thread is begun with. */
export interface StoreSetUp {
  path: string;
  retention: Retention;
  /** False after another thread of this process had the store. */
  isStart: boolean;
}

/** Between the thread that everything runs in and the one that has the database. */
export type Request =
  | { id: number; method: keyof Store; args: unknown[] }
  /** `store.record`: the only call that is made often. The amendments are JSON. */
  | { id: number; record: PackedEvents; at: number; counted: PackedCounts; amendments: string }
  | { close: true };

/** What became of a store whose file could not be used any longer. */
export interface Replacement {
  reason: ReplacementReason;
  /** For people: what was found, and where what was stored before is. */
  detail: string;
}

export type ReplacementReason = 'corrupt' | 'newer' | 'deleted' | 'exchanged';

export type Response =
  | { opened: true }
  /** The database could not be opened; the thread ends. */
  | { unusable: string }
  | { replaced: Replacement }
  | { id: number; result: unknown }
  /** To `store.record`: its result as JSON, since text is handed over for less than a list of texts. */
  | { id: number; recorded: string }
  | { id: number; error: { name: string; message: string } };
