import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { SlackProcess } from './support/slack.ts';
import { TocsinProcess } from './support/tocsin.ts';

const failures = 31;
const targetMillis = 250;

const slack = new SlackProcess('--no-rate-limits');
let tocsin: TocsinProcess;
before(async () => {
  await slack.start();
  // Each failure is to have a message of its own.
  tocsin = new TocsinProcess(slack.environment, { alerts: { budget: { burst: 4 * failures } } });
  await tocsin.start();
});
after(async () => {
  await tocsin?.stop();
  await slack.stop();
});

/** Sends one failure and returns how long it took from then until Slack was called. */
async function millisUntilTold(number: number): Promise<number> {
  const exceptions = [{ type: `Failure${number}`, message: 'it broke' }];
  const body = traceRequestBytes([
    { id: 1, trace: number, name: 'POST /order', kind: 2, failed: true, exceptions },
  ]);
  const sentAt = performance.timeOrigin + performance.now();
  const response = await fetch(`${tocsin.at.otlp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(body),
  });
  assert.equal(response.status, 200);
  const call = await eventually(
    'Slack to be called',
    async () => (await slack.calls('chat.postMessage'))[number - 1],
  );
  return call.arrivedMillis - sentAt;
}

test(`people are told within ${targetMillis} ms of the arrival of a failing span, at the median`, async () => {
  const taken: number[] = [];
  for (let number = 1; number <= failures; number++) taken.push(await millisUntilTold(number));
  const [first = 0] = taken;
  taken.sort((a, b) => a - b);
  const at = (share: number): string => taken[Math.floor(taken.length * share)]!.toFixed(1);
  process.stdout.write(
    `failing span → Slack call over ${failures} failures: median ${at(0.5)} ms, p95 ${at(0.95)} ms, first ${first.toFixed(1)} ms\n`,
  );
  assert.ok(Number(at(0.5)) <= targetMillis);
});
