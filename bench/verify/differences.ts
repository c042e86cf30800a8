import type { LoadResult } from '../load/protocol.ts';
import { type CallCount, sumOf } from '../payload/calls.ts';
import type { ExposedCall } from './exposed-calls.ts';

/** What a subject must have counted. */
export interface Due {
  calls: readonly CallCount[];
  healthChecks: number;
  /**
   * Requests that were not answered 200. Their spans may have been counted all the same, by who refused them late or whose answer got
   * lost: then there may be more of everything.
   */
  refused: number;
}

export interface Counted {
  calls: ReadonlyMap<string, ExposedCall>;
  /** Spans dropped as health checks; undefined if it does not say. */
  dropped: number | undefined;
}

/** All that a subject was sent together. */
export function dueOf(sent: readonly LoadResult[]): Due {
  const sum = (of: (one: LoadResult) => number): number => sent.reduce((total, one) => total + of(one), 0);
  return {
    calls: sumOf(sent.map(({ calls }) => ({ of: calls, times: 1 }))),
    healthChecks: sum(({ healthChecks }) => healthChecks),
    refused: sum(({ failures }) => Object.values(failures).reduce((total, count) => total + count, 0)),
  };
}

/** What a subject counted otherwise than it was sent; empty if all is right. */
export function differences({ calls, healthChecks, refused }: Due, counted: Counted): string[] {
  const isRight = (found: number, due: number): boolean => (refused === 0 ? found === due : found >= due);
  const found: string[] = [];
  const { dropped = healthChecks } = counted;
  if (!isRight(dropped, healthChecks)) found.push(`${dropped} spans were dropped, not ${healthChecks}`);
  for (const due of calls) {
    const call = counted.calls.get(due.operation);
    const name = due.operation.replaceAll('\n', ' ');
    if (!isRight(call?.calls ?? 0, due.calls))
      found.push(`${call?.calls ?? 0} calls of ${name} were counted, not ${due.calls}`);
    else if (call?.buckets?.some((count, bucket) => !isRight(count, due.buckets[bucket]!)))
      found.push(`durations of ${name} are ${call.buckets.join(' ')}, not ${due.buckets.join(' ')}`);
  }
  const known = new Set(calls.map(({ operation }) => operation));
  for (const [operation, call] of counted.calls)
    if (!known.has(operation) && call.calls > 0 && refused === 0)
      found.push(`${call.calls} calls of ${operation.replaceAll('\n', ' ')} were counted that nobody made`);
  return found;
}
