import type { IssueIncident } from '../alerting/incident.ts';

/** An app's clock is not believed when it is further back than this. */
const longestMillis = 7 * 86_400_000;

/**
 * How long it took until people were told, from the end of the span that failed, in milliseconds. The app's clock says when that was,
 * so it may seem to be in the future: then the time counts from when the alert began.
 */
export function detectionDelayMillis({ issue, startsAt }: IssueIncident, now: number): number {
  // Failures since then are no news, so the last one before it is the one that people are told of.
  const isBelieved = issue.lastSeen <= startsAt && issue.lastSeen >= startsAt - longestMillis;
  return Math.max(0, now - (isBelieved ? issue.lastSeen : startsAt));
}
