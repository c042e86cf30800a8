import type { HarnessNotes, NotedAttempt } from '../plan.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { LoggedRpc } from '../server/failing-grpc.ts';
import type { LoggedRequest } from '../server/failing-server.ts';
import type { Attempt, TrueCall } from '../truth.ts';
import { disagreements } from './disagreements.ts';
import type { RecordedSpan } from './spans.ts';

/** Three witnesses of the same calls: the library's own hooks, the spans as they were made, and the server. */
export interface Evidence {
  scenario: Scenario;
  notes: HarnessNotes;
  log: readonly LoggedRequest[];
  rpcs: readonly LoggedRpc[];
  spans: readonly RecordedSpan[];
}

/** The witnesses do not agree: there is no truth to be had, and the recording is not kept. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** @throws Mismatch */
export function trueCalls(evidence: Evidence): TrueCall[] {
  const { scenario, notes, log, rpcs } = evidence;
  const attempts = Map.groupBy(notes.attempts, ({ call }) => call);
  const logged = Map.groupBy(log, ({ call }) => call);
  const recorded = new Set(evidence.spans.map(({ spanId }) => spanId));
  const warmUps = [...attempts.keys()].filter((id) => id.startsWith('warm-up'));
  const outcomes = new Map(notes.calls.map((call) => [call.id, call]));
  const problems: string[] = [];
  const calls = [...warmUps, ...scenario.plan.calls.map(({ id }) => id)].map((id): TrueCall => {
    const begun = attempts.get(id) ?? [];
    const served = logged.get(id) ?? [];
    const noted = scenario.witness === 'server' ? seenByServer(begun, served) : begun;
    const said = (notes.retries[id] ?? 0) + 1;
    const rpcCount = rpcs.filter(({ call }) => call === id).length;
    const outcome = outcomes.get(id);
    problems.push(
      ...disagreements({ id, said, noted, logged: served, rpcCount, outcome }, scenario, recorded),
    );
    return {
      id,
      kind: id.startsWith('warm-up') ? 'retry' : scenario.kind,
      ok: outcome?.ok ?? true,
      ...(outcome?.rejected === true && { rejected: true }),
      attempts: attemptsOf(noted, recorded, Math.max(rpcCount, served.length), scenario),
    };
  });
  const { class: planned } = scenario;
  const isRetried = planned !== 'negative' && planned !== 'indistinguishable';
  if (isRetried && calls.every(({ attempts }) => attempts.length < 2)) problems.push('nothing was retried');
  if (problems.length > 0) throw new Mismatch(problems.slice(0, 12).join('\n'));
  return calls;
}

/**
 * Of a client that has one span for all attempts of a call, it stands for the first; of one whose spans are not all exported,
 * the others are absent where they were.
 */
function attemptsOf(
  noted: readonly NotedAttempt[],
  recorded: ReadonlySet<string>,
  count: number,
  { absent }: Scenario,
): Attempt[] {
  if (absent === undefined) return noted.map(({ traceId, spanId }) => ({ traceId, spanId }));
  return Array.from({ length: Math.max(count, noted.length) }, (_, i) => {
    const attempt = noted[i];
    if (attempt === undefined || !recorded.has(attempt.spanId)) return { absent };
    return { traceId: attempt.traceId, spanId: attempt.spanId };
  });
}

/** Of the spans that were begun, those that the server was told of. */
function seenByServer(begun: readonly NotedAttempt[], logged: readonly LoggedRequest[]): NotedAttempt[] {
  const told = new Set(logged.map(({ spanId }) => spanId));
  return begun.filter(({ spanId }) => told.has(spanId));
}
