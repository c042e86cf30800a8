import type { BreakerSettings } from '../plan.ts';

/** One logical call. A harness gives it to a client, which may send it several times. */
export interface Call {
  id: string;
  url: string;
  method: 'GET' | 'POST';
}

export interface Settings {
  retries: number;
  /** Between attempts; unset, the library's own default. */
  delayMillis: number | undefined;
  timeoutMillis: number;
  keepAlive: boolean;
  breaker: BreakerSettings;
}

/** In place of a status: a fallback answered, and nothing was sent. */
export const notSent = 0;

/** Sends a call until it succeeds or the library gives up. @returns the status @throws if it failed for good */
export type Send = (call: Call) => Promise<number>;

export interface Client {
  /** Whose versions are noted. */
  packages: readonly string[];
  open(settings: Settings): Promise<Send>;
}

/** An answer that the app counts as a failure, for clients that do not throw on their own. */
export class BadStatus extends Error {
  override readonly name = 'BadStatus';
  readonly status: number;

  constructor(status: number) {
    super(`answered ${status}`);
    this.status = status;
  }
}

/** An open breaker let the call not through. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
}
