import type { Silence, WantedSilence } from './silence.ts';

export type SilenceOutcome =
  | { kind: 'set'; id: string }
  /** The one that is to be changed is not there. */
  | { kind: 'unknown' }
  /** There are as many, or as large ones, as there may be, and none of them has expired. */
  | { kind: 'full' };

export interface SilenceStore {
  /** All that are kept, in any order. */
  listSilences(): Promise<readonly Silence[]>;
  /**
   * Does what `changeSilence` says, as a whole or not at all. For a new one those go that expired the longest ago, if there are too
   * many.
   */
  setSilence(wanted: WantedSilence, newId: string, at: number): Promise<SilenceOutcome>;
  /** @returns false if there is none of this id */
  expireSilence(id: string, at: number): Promise<boolean>;
}
