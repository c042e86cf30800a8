import type { Plan, Step, Weather } from '../plan.ts';
import type { Class } from '../truth.ts';
import { planOf, type Scenario } from './scenario.ts';
import { answer, get, hang, ok, reset, times } from './steps.ts';

const bad = answer(503);
const slow = answer(200, { afterMillis: 700 });

function weather(...turns: readonly [untilMillis: number, step: Step][]): Weather[] {
  return turns.map(([untilMillis, step]) => ({ untilMillis, step }));
}

const outage = weather([1500, ok], [5200, bad], [20_000, ok]);
const twoOutages = weather([800, ok], [2500, bad], [5000, ok], [6300, bad], [20_000, ok]);
/** Never five failures in a row. */
const hiccups = weather(...times(40, (i): [number, Step] => [(i + 1) * 250, i % 2 === 0 ? ok : bad]));
const resets = weather([1500, ok], [4200, reset], [20_000, ok]);
const hangs = weather([1500, ok], [4600, hang], [20_000, ok]);
const slowness = weather([1500, ok], [4600, slow], [20_000, ok]);
/** It comes back only for a moment: probes succeed, and it fails again. */
const relapses = weather(
  [700, ok],
  [2200, bad],
  [2700, ok],
  [4300, bad],
  [5000, ok],
  [6600, bad],
  [20_000, ok],
);

interface Watched {
  /** node, if it is not said. */
  runtime?: Scenario['runtime'];
  client: string;
  /** What kind of app it is, as it stands in the table. */
  app: string;
  of: 'app' | 'reference';
  name: string;
  weather: readonly Weather[];
  class?: Class;
  plan?: Partial<Plan>;
}

/** Apps that make one call every tenth of a second to a server that has outages. */
export function breakerScenarios(): Scenario[] {
  return watched.map(
    ({ runtime = 'node', client, app, of, name, weather, class: ofClass = 'negative', plan = {} }) => {
      const planned = planOf({
        client,
        scenario: `breaker-${name}`,
        shape: 'paced',
        calls: times(80, (i) => get(`call-${i}`, '/payments')),
        everyMillis: 100,
        retry: { retries: 0, delayMillis: 80 },
        timeoutMillis: 300,
        weather,
        ...plan,
      });
      const { parent, connection, concurrency } = planned;
      return {
        runtime,
        library: client,
        class: ofClass,
        failure: name,
        kind: 'retry',
        conditions: { parent, connection, concurrency, app },
        plan: planned,
        breaker: of,
      };
    },
  );
}

const none = { app: 'none', of: 'reference' } as const;
const own = { app: 'own breaker', of: 'app' } as const;
const aroundRetry: Partial<Plan> = { retry: { retries: 2, delayMillis: 60 } };

const watched: readonly Watched[] = [
  { client: 'fetch', ...none, name: 'outage', weather: outage },
  { client: 'fetch', ...none, name: 'two-outages', weather: twoOutages, plan: { batchMillis: 5000 } },
  { client: 'fetch', ...none, name: 'hiccups', weather: hiccups },
  { client: 'fetch', ...none, name: 'hangs', weather: hangs },
  { client: 'fetch', ...none, name: 'relapses', weather: relapses, plan: { batchMillis: 200 } },
  {
    client: 'axios',
    ...none,
    name: 'outage',
    weather: outage,
    plan: { connection: 'cold', batchMillis: 5000 },
  },
  { client: 'axios', ...none, name: 'resets', weather: resets },
  {
    client: 'axios',
    ...none,
    name: 'two-outages',
    weather: twoOutages,
    class: 'indistinguishable',
    plan: { parent: 'none' },
  },
  {
    client: 'axios',
    ...none,
    name: 'hangs',
    weather: hangs,
    plan: { breaker: { consecutiveFailures: 5, openMillis: 2000 } },
  },
  {
    client: 'got',
    ...none,
    name: 'relapses',
    weather: relapses,
    plan: { breaker: { consecutiveFailures: 3, openMillis: 700 } },
  },

  { client: 'cockatiel-breaker', ...own, name: 'outage', weather: outage },
  { client: 'cockatiel-breaker', ...own, name: 'two-outages', weather: twoOutages },
  { client: 'cockatiel-breaker', ...own, name: 'hangs', weather: hangs },
  { client: 'opossum', ...own, name: 'outage', weather: outage },
  { client: 'opossum', ...own, name: 'relapses', weather: relapses },
  { client: 'opossum', ...own, name: 'hiccups', weather: hiccups },

  {
    client: 'opossum-axios-retry',
    app: 'breaker around retries',
    of: 'app',
    name: 'outage',
    weather: outage,
    class: 'ordinary',
    plan: aroundRetry,
  },
  { client: 'opossum-fallback', app: 'breaker with fallback', of: 'app', name: 'outage', weather: outage },
  {
    client: 'opossum-impatient',
    app: 'time-outs without abort',
    of: 'app',
    name: 'slowness',
    weather: slowness,
    plan: { lingerMillis: 1000 },
  },

  { runtime: 'python', client: 'plain-requests', ...none, name: 'outage', weather: outage },
  {
    runtime: 'python',
    client: 'plain-httpx',
    ...none,
    name: 'relapses',
    weather: relapses,
    plan: { conventions: 'stable' },
  },
  { runtime: 'python', client: 'pybreaker-requests', ...own, name: 'outage', weather: outage },
  {
    runtime: 'python',
    client: 'pybreaker-requests',
    ...own,
    name: 'two-outages',
    weather: twoOutages,
    plan: { conventions: 'stable' },
  },

  { runtime: 'go', client: 'plain', ...none, name: 'two-outages', weather: twoOutages },
  { runtime: 'go', client: 'plain', ...none, name: 'hangs', weather: hangs, plan: { batchMillis: 5000 } },
  { runtime: 'go', client: 'gobreaker', ...own, name: 'outage', weather: outage },
  { runtime: 'go', client: 'gobreaker', ...own, name: 'relapses', weather: relapses },

  { runtime: 'java', client: 'okhttp', ...none, name: 'relapses', weather: relapses },
  { runtime: 'java', client: 'resilience4j-breaker', ...own, name: 'outage', weather: outage },
  { runtime: 'java', client: 'resilience4j-breaker', ...own, name: 'two-outages', weather: twoOutages },
];
