import type { Plan } from '../plan.ts';
import type { CallKind, Class } from '../truth.ts';

/** A recording that is to be made: what the harness is told, and what only the judge knows. */
export interface Scenario {
  runtime: 'node' | 'python' | 'go' | 'java';
  /** As it stands in the table; one library may have several clients in the harness. */
  library: string;
  class: Class;
  failure: string;
  kind: CallKind;
  conditions: Readonly<Record<string, string | number>>;
  plan: Plan;
  /** Whose transitions are the truth, if the recording is one of a breaker. */
  breaker?: 'app' | 'reference';
  /** Why the spans cannot show the attempts, if the class is `hidden` or attempts leave none. */
  absent?: string;
  /** Where one request makes several spans, the one that the server was told of is the attempt. */
  witness?: 'server';
}

const plain: Plan = {
  client: '',
  scenario: '',
  shape: 'calls',
  calls: [],
  concurrency: 1,
  parent: 'own',
  processes: 1,
  connection: 'warm',
  retry: { retries: 3, delayMillis: 100 },
  timeoutMillis: 2000,
  everyMillis: 0,
  breaker: { consecutiveFailures: 5, openMillis: 1000 },
  conventions: 'old',
  batchMillis: 1000,
  lingerMillis: 0,
  doorOpensAfterMillis: undefined,
  weather: [],
};

/** What is not said is plain: three retries after 100 ms, each call in its own request, one after the other. */
export function planOf(given: Partial<Plan> & Pick<Plan, 'client' | 'scenario' | 'calls'>): Plan {
  return { ...plain, ...given };
}
