import type { ClientCall } from './client-call.ts';
import type { Place } from './place.ts';

/** The calls that were read from one request. The objects are those of requests before it, as they are many. */
export class RequestCalls {
  private readonly calls: ClientCall[] = [];
  /** Hashes of spans in the request that calls were made in. */
  readonly parents: number[] = [];
  /** By resource, spans of work that it was asked for. */
  readonly work: number[] = [];
  /** How many requests had been counted when it was read. */
  readAfter = 0;
  length = 0;

  clear(): void {
    this.length = 0;
    this.parents.length = 0;
    this.work.length = 0;
  }

  worked(resource: number): void {
    this.work[resource] = (this.work[resource] ?? 0) + 1;
  }

  at(i: number): ClientCall {
    return this.calls[i]!;
  }

  /** One to be written over; it counts once `length` is raised. */
  next(place: Place): ClientCall {
    return (this.calls[this.length] ??= newCall(place));
  }
}

function newCall(place: Place): ClientCall {
  return {
    place,
    operation: 0,
    method: 0,
    outcome: 0,
    reason: undefined,
    weight: 1,
    startMillis: 0,
    endMillis: 0,
    isMarked: false,
    parentHash: 0,
    idEnd: 0,
    instance: 0,
  };
}
