/** How bad each failure of Tocsin itself is, and what part of it failed. */
const kinds = {
  /** Senders are asked to send again; what they sent is told when it works again. */
  StoreFailed: { component: 'store', severity: 'high' },
  /** For a moment, as far as is known. */
  StoreSlow: { component: 'store', severity: 'medium' },
  StoreReplaced: { component: 'store', severity: 'high' },
  JournalFailed: { component: 'journal', severity: 'high' },
  JournalBodyLost: { component: 'journal', severity: 'high' },
  JournalFull: { component: 'journal', severity: 'medium' },
  // Most often since the store fails, which is told by itself; else nobody could be told of it anyway.
  AlertingFailed: { component: 'alerting', severity: 'medium' },
  DispatchFailed: { component: 'notify', severity: 'medium' },
  /** For a moment, as far as is known. */
  ReceiverFailing: { component: 'notify', severity: 'medium' },
  ReceiverDead: { component: 'notify', severity: 'high' },
  ReceiverRefused: { component: 'notify', severity: 'high' },
  MessageRejected: { component: 'notify', severity: 'high' },
  /** People are told all the same, so that it can be told to them. */
  ButtonsFailing: { component: 'buttons', severity: 'medium' },
  /** A bug. */
  RequestFailed: { component: 'intake', severity: 'high' },
  AdminFailed: { component: 'admin', severity: 'medium' },
  Crash: { component: 'process', severity: 'critical' },
  ForwardFailing: { component: 'forward', severity: 'medium' },
  ForwardRefused: { component: 'forward', severity: 'high' },
  ForwardRejected: { component: 'forward', severity: 'medium' },
  ForwardGaveUp: { component: 'forward', severity: 'high' },
  ForwardOverflowed: { component: 'forward', severity: 'high' },
  ForwardTooLarge: { component: 'forward', severity: 'high' },
  ForwardAbandoned: { component: 'forward', severity: 'medium' },
  /** The disk is full, or cannot be written. */
  SpoolFailed: { component: 'forward', severity: 'high' },
  SpoolOverflowed: { component: 'forward', severity: 'high' },
  SpoolDamaged: { component: 'forward', severity: 'high' },
  ForwardToItself: { component: 'forward', severity: 'high' },
  ConfigurationRefused: { component: 'configuration', severity: 'high' },
  FailOpen: { component: 'start', severity: 'high' },
} as const;

export type OwnFailureKind = keyof typeof kinds;

/** Something of Tocsin's own that failed: it becomes an error event like those of apps. */
export interface OwnFailure {
  kind: OwnFailureKind;
  /** For people. */
  message: string;
  /** What tells it from others of its kind: the receiver, the signal. */
  subject?: string;
  /** What was thrown, if anything was. */
  error?: unknown;
  details?: Readonly<Record<string, string | number>>;
}

/** Is told of a failure when it begins, by whoever writes the line of the log; never throws. */
export type TellOwnFailure = (failure: OwnFailure) => void;

/** Where nobody keeps them: a replay is about what an app did. */
export const untold: TellOwnFailure = () => undefined;

export function ownFailureFacts(kind: OwnFailureKind): (typeof kinds)[OwnFailureKind] {
  return kinds[kind];
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
