import type { CallOutcome, NotedAttempt } from '../plan.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { LoggedRequest } from '../server/failing-server.ts';

/** What each witness says of one call. */
export interface Testimony {
  id: string;
  /** The library: how many attempts it made. */
  said: number;
  /** The instrumentation: the spans that it began. */
  noted: readonly NotedAttempt[];
  /** The server. */
  logged: readonly LoggedRequest[];
  /** Of gRPC, whose client has no hook: only the server can count. */
  rpcCount: number;
  outcome: CallOutcome | undefined;
}

/** One line for each thing in which they differ. */
export function disagreements(
  testimony: Testimony,
  scenario: Scenario,
  recorded: ReadonlySet<string>,
): string[] {
  const found = testimony.rpcCount > 0 ? [] : [...differences(testimony, scenario, recorded)];
  return found.map((what) => `${testimony.id}: ${what}`);
}

function* differences(
  { id, said, noted, logged, outcome }: Testimony,
  { plan, kind, absent }: Scenario,
  recorded: ReadonlySet<string>,
): Generator<string> {
  if (absent !== undefined) {
    if (logged.length !== said) yield `the library made ${said} attempts, the server saw ${logged.length}`;
    return;
  }
  const expected = outcome?.rejected === true ? 0 : said;
  if (kind === 'retry' && noted.length !== expected)
    yield `the library made ${expected} attempts, ${noted.length} spans were begun`;
  const isRefusing = plan.calls.find((call) => call.id === id)?.to === 'door';
  if (!isRefusing && logged.length !== noted.length)
    yield `${noted.length} spans were begun, the server saw ${logged.length} requests`;
  const begun = new Set(noted.map(({ spanId }) => spanId));
  for (const { spanId } of logged)
    if (spanId === undefined || !begun.has(spanId)) yield `the server saw a request of ${spanId}`;
  for (const { spanId } of noted) if (!recorded.has(spanId)) yield `${spanId} was not exported`;
}
