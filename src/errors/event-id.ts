import { hash } from 'node:crypto';

export interface FailureIdentity {
  service: string;
  environment: string;
  /** Hex; empty where the failure was in no span. */
  traceId: string;
  spanId: string;
  type: string;
  message: string;
  timeMillis: number;
  /** What tells it from others of which all that is the same; empty if nothing does. */
  detail?: string;
}

export interface EventIds {
  id: string;
  /** The id of the same failure as another signal may tell of it, where that is another one. */
  otherId: string | undefined;
}

/** Of one exception a span event and a log record tell with times of their own, which are apart by less than the margin. */
const periodMillis = 1024;
const marginMillis = 128;

/**
 * The same failure, sent again or told of by another signal, has the same id: 32 hex digits. Service and environment are part of it,
 * since two services that share a span id (some senders write both ends of a call as one) have one issue each.
 *
 * The first 12 are the period in which it happened; milliseconds since the Unix epoch. What is stored one after the other then stands
 * side by side in the index by id, where ids that are all over it would each have a page of it written. Near the end of a period the
 * other signal may fall into the next one.
 */
export function eventIds(failure: FailureIdentity): EventIds {
  const { traceId, spanId, timeMillis, detail = '' } = failure;
  const name = hash('sha256', `${traceId}${spanId}${detail}:${textsOf(failure)}`).slice(0, 20);
  const period = Math.floor(timeMillis / periodMillis) * periodMillis;
  const neighbour = spanId === '' ? undefined : neighbourOf(period, timeMillis);
  return {
    id: idIn(period, name),
    otherId: neighbour === undefined ? undefined : idIn(neighbour, name),
  };
}

/** With their lengths, so that no two groups of texts run together. */
function textsOf({ service, environment, type, message }: FailureIdentity): string {
  return `${service.length}:${service}${environment.length}:${environment}${type.length}:${type}${message}`;
}

function idIn(period: number, name: string): string {
  return Math.max(0, period).toString(16).padStart(12, '0') + name;
}

function neighbourOf(period: number, timeMillis: number): number | undefined {
  const into = timeMillis - period;
  if (into < marginMillis) return period - periodMillis;
  return into >= periodMillis - marginMillis ? period + periodMillis : undefined;
}
