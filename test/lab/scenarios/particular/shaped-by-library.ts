import type { PlannedCall } from '../../plan.ts';
import { answer, get, hang, ok, reset, times } from '../steps.ts';
import { failing, oneUrl, ownUrl, type Particular } from './particular.ts';

/** Of the AWS SDK, all calls go to one path. */
const queue = (bad = answer(503)): PlannedCall[] => failing(() => '/', bad);

const throughDoor = times(12, (i): PlannedCall => ({ ...get(`call-${i}`, ownUrl(i)), to: 'door' }));

/** OkHttp does so by itself, once, and the agent marks the request as a resend. */
const atOnce = answer(503, { headers: { 'retry-after': '0' } });
const toldToRetry = times(6, (i) => get(`call-${i}`, ownUrl(i), ...times(i % 2, () => atOnce), ok));

const kept = { connection: 'kept' } as const;

/** What a library or its instrumentation makes of retries. */
export const shapedByLibrary: readonly Particular[] = [
  { client: 'aws-sdk', name: '503', calls: queue() },
  { client: 'aws-sdk', name: '503-at-once', calls: queue(), plan: { concurrency: 10, parent: 'none' } },
  {
    client: 'aws-sdk',
    name: 'reset',
    failure: 'reset',
    calls: queue(reset),
    plan: { connection: 'cold', parent: 'shared' },
  },
  { client: 'aws-sdk', name: '429', failure: '429', calls: queue(answer(429)), plan: { batchMillis: 5000 } },

  { client: 'undici-agent', name: 'kept-connection', calls: failing(ownUrl), plan: kept },
  {
    client: 'undici-interceptor',
    name: 'kept-connection',
    calls: failing(ownUrl),
    plan: { ...kept, batchMillis: 300 },
  },
  {
    client: 'undici-agent',
    name: 'kept-connections-at-once',
    calls: failing(ownUrl),
    plan: { ...kept, concurrency: 5 },
  },
  {
    client: 'undici-interceptor',
    name: 'kept-connections-one-url',
    class: 'interchangeable',
    calls: failing(oneUrl),
    plan: { ...kept, concurrency: 5 },
  },
  {
    client: 'axios-retry-doubled',
    name: 'two-spans-each',
    calls: failing(ownUrl),
    plan: kept,
    witness: 'server',
  },

  {
    runtime: 'go',
    client: 'failsafe',
    name: 'reset',
    failure: 'reset',
    calls: failing(ownUrl, reset),
    plan: { connection: 'cold' },
  },
  {
    runtime: 'go',
    client: 'failsafe',
    name: 'hang',
    failure: 'hang',
    calls: failing(oneUrl, hang),
    plan: { connection: 'cold', concurrency: 10, timeoutMillis: 300 },
  },
  {
    runtime: 'go',
    client: 'failsafe',
    name: 'refused',
    failure: 'refused',
    calls: throughDoor,
    plan: { ...kept, parent: 'none', concurrency: 10, doorOpensAfterMillis: 200, batchMillis: 300 },
  },
  { runtime: 'java', client: 'okhttp', name: 'told-to-retry-at-once', calls: toldToRetry, plan: kept },
];
