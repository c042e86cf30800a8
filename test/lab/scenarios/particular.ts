import { Random } from '../../fuzz/random.ts';
import type { Plan, PlannedCall } from '../plan.ts';
import type { Class } from '../truth.ts';
import { planOf, type Scenario } from './scenario.ts';
import { answer, get, hang, ok, reset, times } from './steps.ts';

interface Particular {
  /** node, if it is not said. */
  runtime?: Scenario['runtime'];
  client: string;
  name: string;
  class: Class;
  failure: string;
  calls: readonly PlannedCall[];
  plan?: Partial<Plan>;
  absent?: string;
  witness?: 'server';
}

/** Scenarios that only some clients have. */
export function particularScenarios(): Scenario[] {
  return particulars.map(
    ({ runtime = 'node', client, name, class: ofClass, failure, calls, plan = {}, absent, witness }) => {
      const planned = planOf({ client, scenario: name, calls, ...plan });
      const { parent, connection, concurrency, processes } = planned;
      return {
        runtime,
        library: client,
        class: ofClass,
        failure,
        kind: 'retry',
        conditions: { parent, connection, concurrency, ...(processes > 1 && { processes }) },
        plan: planned,
        ...(absent !== undefined && { absent }),
        ...(witness !== undefined && { witness }),
      };
    },
  );
}

const random = new Random(11, 0, 0);
const failing = (path: (i: number) => string, bad = answer(503), to: PlannedCall['to'] = 'server') =>
  times(10, (i): PlannedCall => {
    const failures = i === 9 ? 4 : random.below(4);
    return { ...get(`call-${i}`, path(i), ...times(failures, () => bad), ok), to };
  });

const oneUrl = (): string => '/orders';
const ownUrl = (i: number): string => `/orders/${i}`;

/** Each is a call of its own, as for the lines of a file; the app does not care that they fail. */
const loop = times(8, (i) => get(`item-${i}`, '/prices', answer(503)));
const loopThatRecovers = times(12, (i) => get(`item-${i}`, '/prices', i % 4 < 2 ? answer(503) : ok));

/** All to one URL, each of which ends well: the next can be told from its retries. */
const recovering = times(12, (i) =>
  get(`call-${i}`, '/orders', ...times((i * 7) % 4, () => answer(503)), ok),
);

const inLoop: Partial<Plan> = { parent: 'shared', retry: { retries: 0 }, everyMillis: 60 };
const queue = (bad = answer(503)) => failing(() => '/', bad);
const oneSpanOfRequests = 'urllib3 retries within the span of the first attempt';
/** That leave no span are few, since it is their number that would be measured. */
const few = times(5, (i) => get(`call-${i}`, ownUrl(i), ...times(i % 3, () => answer(503)), ok));
/** In failsafe-go's transport for net/http; otelhttp ends a span when the body of its answer is read or closed. */
const bodyLeftOpen = 'the body of an answer that is retried stays open, and with it the span';
const throughDoor = times(12, (i): PlannedCall => ({ ...get(`call-${i}`, ownUrl(i)), to: 'door' }));
/** OkHttp does so by itself, once, and the agent marks the request as a resend. */
const toldToRetry = times(6, (i) =>
  get(`call-${i}`, ownUrl(i), ...times(i % 2, () => answer(503, { headers: { 'retry-after': '0' } })), ok),
);
const oneSpan = 'one span for all attempts of a call of gRPC';

const particulars: readonly Particular[] = [
  { client: 'axios', name: 'loop', class: 'indistinguishable', failure: '503', calls: loop, plan: inLoop },
  { client: 'fetch', name: 'loop', class: 'indistinguishable', failure: '503', calls: loop, plan: inLoop },
  { client: 'got', name: 'loop', class: 'indistinguishable', failure: '503', calls: loop, plan: inLoop },
  {
    client: 'fetch',
    name: 'loop-that-recovers',
    class: 'indistinguishable',
    failure: '503',
    calls: loopThatRecovers,
    plan: inLoop,
  },
  {
    client: 'axios',
    name: 'loop-without-parent',
    class: 'indistinguishable',
    failure: '503',
    calls: loop,
    plan: { ...inLoop, parent: 'none' },
  },

  {
    client: 'p-retry-spans',
    name: 'attempt-spans',
    class: 'ordinary',
    failure: '503',
    calls: failing(ownUrl),
  },
  {
    client: 'p-retry-spans',
    name: 'attempt-spans-at-once',
    class: 'ordinary',
    failure: '503',
    calls: failing(oneUrl),
    plan: { concurrency: 10 },
  },
  {
    client: 'p-retry-spans',
    name: 'attempt-spans-reset',
    class: 'ordinary',
    failure: 'reset',
    calls: failing(oneUrl, reset),
    plan: { batchMillis: 200 },
  },

  {
    client: 'p-retry-race',
    name: 'timeout-without-abort',
    class: 'hidden',
    failure: 'timeout',
    calls: times(8, (i) =>
      get(`call-${i}`, ownUrl(i), ...times(1 + (i % 2), () => answer(200, { afterMillis: 900 })), ok),
    ),
    plan: { timeoutMillis: 250, lingerMillis: 1200 },
  },

  {
    client: 'cockatiel-axios-retry',
    name: 'nested',
    class: 'ordinary',
    failure: '503',
    calls: times(6, (i) =>
      get(`call-${i}`, ownUrl(i), ...times([8, 9, 4, 0, 3, 7][i]!, () => answer(503)), ok),
    ),
    plan: { retry: { retries: 2, delayMillis: 60 } },
  },
  {
    client: 'cockatiel-axios-retry',
    name: 'nested-at-once',
    class: 'ordinary',
    failure: '503',
    calls: times(10, (i) => get(`call-${i}`, '/orders', ...times(i, () => answer(503)), ok)),
    plan: { retry: { retries: 2, delayMillis: 60 }, concurrency: 10 },
  },

  { client: 'aws-sdk', name: '503', class: 'ordinary', failure: '503', calls: queue() },
  {
    client: 'aws-sdk',
    name: '503-at-once',
    class: 'ordinary',
    failure: '503',
    calls: queue(),
    plan: { concurrency: 10, parent: 'none' },
  },
  {
    client: 'aws-sdk',
    name: 'reset',
    class: 'ordinary',
    failure: 'reset',
    calls: queue(reset),
    plan: { connection: 'cold', parent: 'shared' },
  },
  {
    client: 'aws-sdk',
    name: '429',
    class: 'ordinary',
    failure: '429',
    calls: queue(answer(429)),
    plan: { batchMillis: 5000 },
  },

  {
    client: 'grpc-js',
    name: 'unavailable',
    class: 'ordinary',
    failure: '503',
    calls: failing(ownUrl, answer(503), 'grpc'),
    absent: oneSpan,
  },

  {
    client: 'node-fetch',
    name: 'post',
    class: 'ordinary',
    failure: '503',
    calls: failing(ownUrl).map(posted),
    plan: { connection: 'cold' },
  },
  {
    client: 'p-retry',
    name: 'post-at-once',
    class: 'ordinary',
    failure: '503',
    calls: failing(oneUrl).map(posted),
    plan: { concurrency: 10 },
  },

  {
    client: 'undici-agent',
    name: 'kept-connection',
    class: 'ordinary',
    failure: '503',
    calls: failing(ownUrl),
    plan: { connection: 'kept' },
  },
  {
    client: 'undici-interceptor',
    name: 'kept-connection',
    class: 'ordinary',
    failure: '503',
    calls: failing(ownUrl),
    plan: { connection: 'kept', batchMillis: 300 },
  },
  {
    client: 'undici-agent',
    name: 'kept-connections-at-once',
    class: 'ordinary',
    failure: '503',
    calls: failing(ownUrl),
    plan: { connection: 'kept', concurrency: 5 },
  },
  {
    client: 'undici-interceptor',
    name: 'kept-connections-one-url',
    class: 'interchangeable',
    failure: '503',
    calls: failing(oneUrl),
    plan: { connection: 'kept', concurrency: 5 },
  },

  {
    client: 'axios-retry',
    name: 'two-processes',
    class: 'ordinary',
    failure: '503',
    calls: failing(oneUrl),
    plan: { processes: 2, connection: 'kept', parent: 'own' },
  },
  {
    client: 'p-retry',
    name: 'two-processes-without-parents',
    class: 'ordinary',
    failure: '503',
    calls: recovering,
    plan: { processes: 2, connection: 'kept', parent: 'none', everyMillis: 30 },
  },

  {
    client: 'axios-retry-doubled',
    name: 'two-spans-each',
    class: 'ordinary',
    failure: '503',
    calls: failing(ownUrl),
    plan: { connection: 'kept' },
    witness: 'server',
  },

  {
    runtime: 'python',
    client: 'requests-retry',
    name: '503',
    class: 'ordinary',
    failure: '503',
    calls: few,
    absent: oneSpanOfRequests,
    plan: { connection: 'kept' },
  },
  {
    runtime: 'python',
    client: 'urllib3-retry',
    name: '503',
    class: 'ordinary',
    failure: '503',
    calls: few,
    absent: oneSpanOfRequests,
    plan: { connection: 'kept' },
  },

  {
    runtime: 'go',
    client: 'failsafe',
    name: '503',
    class: 'ordinary',
    failure: '503',
    calls: few,
    absent: bodyLeftOpen,
    plan: { connection: 'kept' },
  },
  {
    runtime: 'go',
    client: 'failsafe',
    name: 'reset',
    class: 'ordinary',
    failure: 'reset',
    calls: failing(ownUrl, reset),
    plan: { connection: 'cold' },
  },
  {
    runtime: 'go',
    client: 'failsafe',
    name: 'hang',
    class: 'ordinary',
    failure: 'hang',
    calls: failing(oneUrl, hang),
    plan: { connection: 'cold', concurrency: 10, timeoutMillis: 300 },
  },
  {
    runtime: 'go',
    client: 'failsafe',
    name: 'refused',
    class: 'ordinary',
    failure: 'refused',
    calls: throughDoor,
    plan: {
      connection: 'kept',
      parent: 'none',
      concurrency: 10,
      doorOpensAfterMillis: 200,
      batchMillis: 300,
    },
  },

  {
    runtime: 'java',
    client: 'okhttp',
    name: 'told-to-retry-at-once',
    class: 'ordinary',
    failure: '503',
    calls: toldToRetry,
    plan: { connection: 'kept' },
  },
];

function posted(call: PlannedCall): PlannedCall {
  return { ...call, method: 'POST' };
}
