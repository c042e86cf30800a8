import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { HarnessInput, HarnessNotes, PlannedCall } from '../plan.ts';
import { notSent, Rejected, type Send } from './client.ts';
import { loadClient } from './clients/index.ts';
import { notes } from './notes.ts';
import { aroundAll, aroundOne } from './parents.ts';
import { flush } from './telemetry.ts';
import { versionOf } from './versions.ts';

const input = JSON.parse(await text(process.stdin)) as HarnessInput;
const { calls, parent, places } = input;
const client = await loadClient(input.client);
const send = await client.open({
  retries: input.retry.retries,
  delayMillis: input.retry.delayMillis,
  timeoutMillis: input.timeoutMillis,
  keepAlive: input.connection !== 'cold',
  breaker: input.breaker,
});

/** So that connections are open and code is compiled when the calls begin. */
async function warmUp(send: Send): Promise<void> {
  const one = async (_: unknown, i: number): Promise<void> => {
    await send({ id: `warm-up-${i}`, url: `${places[target]}/ready`, method: 'GET' });
  };
  const target = input.client === 'grpc-js' ? 'grpc' : 'server';
  await Promise.all(Array.from({ length: Math.min(input.concurrency, 10) }, one));
}

async function make({ id, path, method, to }: PlannedCall): Promise<void> {
  const start = Date.now();
  const outcome = (ok: boolean, rejected = false) =>
    notes.calls.push({ id, start, end: Date.now(), ok, ...(rejected && { rejected }) });
  try {
    const status = await aroundOne(parent, () => send({ id, url: `${places[to]}${path}`, method }));
    outcome(true, status === notSent);
  } catch (error) {
    outcome(false, error instanceof Rejected);
  }
}

async function worker(left: PlannedCall[]): Promise<void> {
  for (let call = left.shift(); call !== undefined; call = left.shift()) {
    await make(call);
    if (input.everyMillis > 0) await delay(input.everyMillis);
  }
}

async function byWorkers(): Promise<void> {
  const left = [...calls];
  await Promise.all(Array.from({ length: input.concurrency }, () => worker(left)));
}

async function paced(): Promise<void> {
  const made: Promise<void>[] = [];
  for (const call of calls) {
    made.push(make(call));
    await delay(input.everyMillis);
  }
  await Promise.all(made);
}

if (input.connection === 'warm') await warmUp(send);
process.stdout.write('{"begun":true}\n');
await aroundAll(parent, input.shape === 'paced' ? paced : byWorkers);
await delay(input.lingerMillis);
await flush();
const told: HarnessNotes = {
  versions: Object.fromEntries(['node', ...client.packages].map((name) => [name, versionOf(name)])),
  attempts: notes.attempts,
  retries: notes.retries,
  calls: notes.calls,
  transitions: notes.transitions,
};
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit(0));
