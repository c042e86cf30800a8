/** What somebody does to an issue. */
export type IssueAction =
  | { kind: 'acknowledge' }
  | { kind: 'resolve'; inNextVersion: boolean }
  | { kind: 'reopen' }
  /** Until a time, in milliseconds since the Unix epoch, until so many more events, or until it escalates; else for ever. */
  | { kind: 'ignore'; until?: number; moreEvents?: number; untilEscalating?: boolean };

/** A line of an issue's audit trail. */
export interface IssueLogEntry {
  /** Milliseconds since the Unix epoch. */
  at: number;
  /** Name of the token, or who pressed a button: `jane (Slack U024BE7LH)`. */
  by: string;
  action: IssueAction;
}

/** What was asked for cannot be done to this issue. */
export class ActionRefused extends Error {
  override readonly name = 'ActionRefused';
}
