/** What people can do about an incident where they are told of it, in the order in which it is offered. */
export const incidentActionNames = ['acknowledge', 'resolve', 'silence', 'ignore'] as const;
export type IncidentActionName = (typeof incidentActionNames)[number];

/** What somebody wants done about an incident. */
export interface IncidentAction {
  name: IncidentActionName;
  incidentKey: string;
  /** Who wants it, as it is to stand in the audit trail. */
  by: string;
}

/** What came of it; the reasons are for whoever wanted it. */
export type ActionOutcome =
  | { kind: 'done' }
  /** There is nothing left to do: somebody was faster, say. */
  | { kind: 'already'; reason: string }
  /** No such incident is here, or not any more. */
  | { kind: 'unknown' }
  | { kind: 'refused'; reason: string }
  /** It was not done, or it is not known whether it was. */
  | { kind: 'failed' };

/** Does it. Never throws. */
export type ActOnIncident = (action: IncidentAction) => Promise<ActionOutcome>;
