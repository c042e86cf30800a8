import type { AppHeard } from '../../derive/app-activity.ts';
import type { CallRate } from '../../derive/call-rates.ts';

/** All that rules about conditions look at, as it is at one time. */
export interface Facts {
  /** Milliseconds since the Unix epoch. */
  now: number;
  /** Since when telemetry could have come; milliseconds, without a break. */
  listeningMillis: number;
  /** Whether any came. */
  hasHeard: boolean;
  calls: readonly CallRate[];
  apps: readonly AppHeard[];
  environmentOf: (service: string) => string;
  /** Issues that are neither resolved nor ignored; undefined if that is not known. */
  unresolved: number | undefined;
  /** Parts of Tocsin that are not well, and why. */
  unwell: readonly { part: string; detail: string }[];
  /** The incident about an issue of the service that had the most events in the last 5 minutes. */
  mostOf: (service: string) => { key: string; events: number } | undefined;
}
