import type { RetryReason } from './failure-reason.ts';
import type { Place } from './place.ts';

/** A call to another process, as its CLIENT or PRODUCER span tells of it. */
export interface ClientCall {
  place: Place;
  /** 32 bits that follow from who asked whom for exactly what: the text of a url is never kept. */
  operation: number;
  /** Number of its method; see `Methods`. */
  method: number;
  /** See `outcome`. */
  outcome: number;
  /** Why it may be tried again; undefined if it may not. */
  reason: RetryReason | undefined;
  /** Calls that it stands for. */
  weight: number;
  /** Milliseconds since the Unix epoch. */
  startMillis: number;
  endMillis: number;
  /** The app itself says that it is a retry. */
  isMarked: boolean;
  /** 32 bits that follow from the ids of the parent of its span; 0 if it has none. */
  parentHash: number;
  /** The end of the id of its span. */
  idEnd: number;
  /** The same for all spans of one service instance. */
  instance: number;
}
