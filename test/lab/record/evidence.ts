import type { HarnessNotes, NotedAttempt } from '../plan.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { LoggedRpc } from '../server/failing-grpc.ts';
import type { LoggedRequest } from '../server/failing-server.ts';
import type { Attempt, TrueCall } from '../truth.ts';
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
    const noted = scenario.witness === 'server' ? seenByServer(begun, logged.get(id) ?? []) : begun;
    const said = (notes.retries[id] ?? 0) + 1;
    const outcome = outcomes.get(id);
    const kind = id.startsWith('warm-up') ? 'retry' : scenario.kind;
    const rpcCount = rpcs.filter(({ call }) => call === id).length;
    const count = Math.max(rpcCount, logged.get(id)?.length ?? 0);
    if (scenario.absent !== undefined && rpcCount === 0) {
      if (said !== count) problems.push(`${id}: the library made ${said} attempts, the server saw ${count}`);
    } else if (rpcCount === 0) {
      const about = { id, said, noted, logged: logged.get(id) ?? [], recorded };
      problems.push(...disagreements(about, scenario, outcome?.rejected === true, kind === 'retry'));
    }
    return {
      id,
      kind,
      ok: outcome?.ok ?? true,
      ...(outcome?.rejected === true && { rejected: true }),
      attempts: attemptsOf(noted, count, scenario),
    };
  });
  const { class: planned } = scenario;
  const isRetried = planned !== 'negative' && planned !== 'indistinguishable';
  if (isRetried && calls.every(({ attempts }) => attempts.length < 2)) problems.push('nothing was retried');
  if (problems.length > 0) throw new Mismatch(problems.slice(0, 12).join('\n'));
  return calls;
}

/** Of a client that has one span for all attempts of a call, it stands for the first. */
function attemptsOf(noted: readonly NotedAttempt[], count: number, { absent }: Scenario): Attempt[] {
  const seen = noted.map(({ traceId, spanId }) => ({ traceId, spanId }));
  if (absent === undefined) return seen;
  return [...seen, ...Array.from({ length: Math.max(count - seen.length, 0) }, () => ({ absent }))];
}

/** Of the spans that were begun, those that the server was told of. */
function seenByServer(begun: readonly NotedAttempt[], logged: readonly LoggedRequest[]): NotedAttempt[] {
  const told = new Set(logged.map(({ spanId }) => spanId));
  return begun.filter(({ spanId }) => told.has(spanId));
}

interface About {
  id: string;
  said: number;
  noted: readonly NotedAttempt[];
  logged: readonly LoggedRequest[];
  recorded: ReadonlySet<string>;
}

function disagreements(
  { id, said, noted, logged, recorded }: About,
  { plan }: Scenario,
  isRejected: boolean,
  isRetried: boolean,
): string[] {
  const problems: string[] = [];
  const unlike = (what: string): void => void problems.push(`${id}: ${what}`);
  const expected = isRejected ? 0 : said;
  if (isRetried && noted.length !== expected)
    unlike(`the library made ${expected} attempts, ${noted.length} spans were begun`);
  const notedIds = new Set(noted.map(({ spanId }) => spanId));
  const isRefusing = plan.calls.find((call) => call.id === id)?.to === 'door';
  if (!isRefusing && logged.length !== noted.length)
    unlike(`${noted.length} spans were begun, the server saw ${logged.length} requests`);
  for (const { spanId } of logged)
    if (spanId === undefined || !notedIds.has(spanId)) unlike(`the server saw a request of ${spanId}`);
  for (const { spanId } of noted) if (!recorded.has(spanId)) unlike(`${spanId} was not exported`);
  return problems;
}
