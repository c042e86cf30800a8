import { answer, get, ok, reset, times } from '../steps.ts';
import { failing, oneUrl, ownUrl, type Particular, posted } from './particular.ts';

/** All to one URL, each of which ends well: the next can be told from its retries. */
const recovering = times(12, (i) => get(`call-${i}`, oneUrl(), ...times((i * 7) % 4, () => answer(503)), ok));

const slow = answer(200, { afterMillis: 900 });
const givenUp = times(8, (i) => get(`call-${i}`, ownUrl(i), ...times(1 + (i % 2), () => slow), ok));

/** Of the inner retries, each has three attempts; of the outer ones, each has three of those. */
const nested = [8, 9, 4, 0, 3, 7].map((failures, i) =>
  get(`call-${i}`, ownUrl(i), ...times(failures, () => answer(503)), ok),
);
const nestedToOne = times(10, (i) => get(`call-${i}`, oneUrl(), ...times(i, () => answer(503)), ok));
const threeTimesThree = { retry: { retries: 2, delayMillis: 60 } } as const;

const twoProcesses = { processes: 2, connection: 'kept' } as const;

/** What an app does around its client. */
export const shapedByApp: readonly Particular[] = [
  { client: 'p-retry-spans', name: 'attempt-spans', calls: failing(ownUrl) },
  {
    client: 'p-retry-spans',
    name: 'attempt-spans-at-once',
    calls: failing(oneUrl),
    plan: { concurrency: 10 },
  },
  {
    client: 'p-retry-spans',
    name: 'attempt-spans-reset',
    failure: 'reset',
    calls: failing(oneUrl, reset),
    plan: { batchMillis: 200 },
  },
  {
    client: 'p-retry-race',
    name: 'timeout-without-abort',
    class: 'hidden',
    failure: 'timeout',
    calls: givenUp,
    plan: { timeoutMillis: 250, lingerMillis: 1200 },
  },
  { client: 'cockatiel-axios-retry', name: 'nested', calls: nested, plan: threeTimesThree },
  {
    client: 'cockatiel-axios-retry',
    name: 'nested-at-once',
    calls: nestedToOne,
    plan: { ...threeTimesThree, concurrency: 10 },
  },
  { client: 'node-fetch', name: 'post', calls: failing(ownUrl).map(posted), plan: { connection: 'cold' } },
  { client: 'p-retry', name: 'post-at-once', calls: failing(oneUrl).map(posted), plan: { concurrency: 10 } },
  { client: 'axios-retry', name: 'two-processes', calls: failing(oneUrl), plan: twoProcesses },
  {
    client: 'p-retry',
    name: 'two-processes-without-parents',
    calls: recovering,
    plan: { ...twoProcesses, parent: 'none', everyMillis: 30 },
  },
];
