import type { Message } from './message.ts';

/** How a receiver finds again what it showed; made by it, kept for it, and read by nobody else. */
export type Reference = Readonly<Record<string, string>>;

export type Outcome =
  /**
   * It is shown. Without a reference it cannot be edited later. `problem` is what is wrong all the same, such as that one of several
   * servers did not take it.
   */
  | { kind: 'delivered'; reference: Reference | undefined; problem?: string }
  /** Not now; nothing is wrong. */
  | { kind: 'throttled'; retryAfterMillis: number }
  /** It did not arrive, or it is not known whether it did; another try may work. */
  | { kind: 'failed'; reason: string }
  /** What was to be edited is not there any more, or may not be edited: show it anew. */
  | { kind: 'gone'; reason: string }
  /** This message will never be taken. */
  | { kind: 'rejected'; reason: string }
  /** Nothing will be taken until somebody mends the set-up; `remedy` says what to mend. */
  | { kind: 'refused'; reason: string; remedy: string };

/** Why a receiver could not show anything at all now. */
export type Obstacle = Extract<Outcome, { kind: 'throttled' | 'failed' | 'refused' }>;

/** Somewhere people are told. One file each, all named in `receivers/index.ts`. */
export interface Receiver {
  readonly name: string;
  /** What it is, for logs: `slack #alerts`. */
  readonly description: string;
  /** Whether what it has shown can be changed. One that cannot is only told of changes of state. */
  readonly canEdit: boolean;
  /** Whether people see of what is said beside a message what it belongs to: alerts of one group are told so, and else each by itself. */
  readonly hasThreads?: boolean;
  /**
   * Shows the message: in place of what `shown` refers to, or as a new one. Never throws, never retries by itself, and
   * never says a secret in an outcome.
   */
  notify(message: Message, shown: Reference | undefined, signal: AbortSignal): Promise<Outcome>;
  /** Finds out whether its set-up is good, without showing anything to anyone. Undefined if it is. */
  verify(signal: AbortSignal): Promise<Obstacle | undefined>;
  /** Ends what it does by itself between notifications, if it does anything, until it is notified again. */
  close?(): void;
}
