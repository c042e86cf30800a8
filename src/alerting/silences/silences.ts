import type { Silence, WantedSilence } from './silence.ts';
import type { SilenceOutcome } from './silence-store.ts';

export type SilenceAnswer =
  | SilenceOutcome
  /** The reason is for who asked. */
  | { kind: 'invalid'; reason: string };

/** What people do with silences; it takes effect at once. */
export interface Silences {
  list(): Promise<readonly Silence[]>;
  set(wanted: WantedSilence): Promise<SilenceAnswer>;
  /** @returns false if there is none of this id */
  expire(id: string): Promise<boolean>;
}
