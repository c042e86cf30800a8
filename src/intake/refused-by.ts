import { MalformedOtlp } from '../otlp/malformed.ts';
import { StoreUnavailable } from '../pipeline/failures/event-recorder.ts';
import type { Events } from '../telemetry/events.ts';
import { Refused } from './answer.ts';
import { JournalStalled } from './reception.ts';

/** What a request is answered that failed like this. What is a mistake of our own is logged, and not shown. */
export function refusedBy(error: unknown, events: Pick<Events, 'requestFailed'>): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof MalformedOtlp) return new Refused('malformed', error.reason, error.field);
  if (error instanceof StoreUnavailable || error instanceof JournalStalled)
    return new Refused('overloaded', `${error.message}; send again`);
  events.requestFailed(error);
  return new Refused('internal', 'something is wrong in here; it has been logged');
}
