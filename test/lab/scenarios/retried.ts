import { Random } from '../../fuzz/random.ts';
import type { PlannedCall, Step } from '../plan.ts';
import type { Class } from '../truth.ts';
import {
  type Conditions,
  goFactors,
  javaFactors,
  nodeFactors,
  pythonFactors,
  withoutOwnRetries,
} from './factors.ts';
import { pairwise } from './pairwise.ts';
import { planOf, type Scenario } from './scenario.ts';
import { answer, flapping, hang, ok, reset, times } from './steps.ts';

const seed = 7;
/** Calls of a scenario by its concurrency: the more at once, the fewer of them fail, so that recordings stay small. */
const callCounts = { 1: 5, 10: 14, 100: 100 } as const;

export function retriedScenarios(): Scenario[] {
  const dear = ['concurrency', 'delay'] as const;
  return [
    ...pairwise(nodeFactors, seed, dear).map((row, i) => scenarioOf('node', row, i)),
    ...pairwise(pythonFactors, seed, dear).map((row, i) => scenarioOf('python', row, i)),
    ...pairwise(goFactors, seed, dear).map((row, i) => scenarioOf('go', withoutOwnRetries(row), i)),
    ...pairwise(javaFactors, seed, dear).map((row, i) => scenarioOf('java', row, i)),
  ];
}

function scenarioOf(runtime: Scenario['runtime'], row: Conditions, index: number): Scenario {
  const { client, failure, parent, connection, concurrency, url, delay, batchMillis, conventions } = row;
  const retries = delay === 'default' ? 2 : 3;
  const age = conventions === undefined ? {} : { conventions };
  return {
    runtime,
    library: client,
    class: classOf(row),
    failure,
    kind: 'retry',
    conditions: { parent, connection, concurrency, url, delay, batchMillis, ...age },
    plan: planOf({
      client,
      scenario: `${failure}-${parent}-parent-${connection}-${concurrency}-${url}-url-${delay}-delay`,
      calls: callsOf(row, retries, new Random(seed, 1, index)),
      concurrency,
      parent,
      connection,
      retry: delay === 'default' ? { retries } : { retries, delayMillis: 120 },
      timeoutMillis: failure === 'hang' || failure === 'mixed' ? 400 : 2000,
      everyMillis: concurrency === 1 ? 40 : 0,
      ...age,
      batchMillis,
      doorOpensAfterMillis: failure === 'refused' ? doorOpensAfter(runtime, delay) : undefined,
      weather: failure === 'flapping' ? flapping(answer(503), 230, 20_000) : [],
    }),
  };
}

/** While there are retries left. A first request of httpx that keeps no connection takes most of a second itself. */
function doorOpensAfter(runtime: Scenario['runtime'], delay: Conditions['delay']): number {
  if (delay === 'default') return 900;
  return runtime === 'python' ? 600 : 200;
}

/** undici's retries come in whatever trace opened the connection. */
function losesParent({ client }: Conditions): boolean {
  return client.startsWith('undici');
}

function classOf(row: Conditions): Class {
  const isAlone = row.url === 'each' || (row.parent === 'own' && !losesParent(row));
  return isAlone || row.concurrency === 1 ? 'ordinary' : 'interchangeable';
}

function callsOf(row: Conditions, retries: number, random: Random): PlannedCall[] {
  const count = callCounts[row.concurrency];
  return times(count, (i): PlannedCall => {
    const failures = failuresOf(row, i, count, retries, random);
    const bad = times(failures, () => badStep(row.failure, random));
    const isScripted = row.failure !== 'flapping' && row.failure !== 'refused';
    return {
      id: `call-${i}`,
      path: row.url === 'each' ? `/orders/${1000 + i}` : '/orders',
      method: 'GET',
      to: row.failure === 'refused' ? 'door' : 'server',
      script: isScripted ? [...bad, ok] : [],
    };
  });
}

/**
 * Calls that fail for good come in all recordings but those where one such call and the next could not be told apart: there
 * only the last does.
 */
function failuresOf(row: Conditions, i: number, count: number, retries: number, random: Random): number {
  if (row.concurrency === 100) return random.once(4) ? 1 + random.below(2) : 0;
  const isLast = i === count - 1;
  const looksLikeNext = row.concurrency === 1 && row.url === 'same' && row.parent !== 'own';
  if (isLast || (!looksLikeNext && random.once(6))) return retries + 1;
  return random.below(retries + 1);
}

function badStep(failure: Conditions['failure'], random: Random): Step {
  switch (failure) {
    case '429':
      return answer(429, { headers: { 'retry-after': '1' } });
    case 'reset':
      return reset;
    case 'hang':
      return hang;
    case 'slow':
      return answer(503, { afterMillis: 150 + random.below(250) });
    case 'mixed':
      return random.one([answer(503), answer(502), answer(500), reset, hang]);
    default:
      return answer(503);
  }
}
