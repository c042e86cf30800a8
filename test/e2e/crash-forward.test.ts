import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { decodeTraceRequest } from '../support/otlp-reference.ts';
import { TocsinProcess } from './support/tocsin.ts';

/** `KILLS=50 npm run e2e` for a long run. */
const kills = Number(process.env['KILLS'] ?? 6);
const spansPerRequest = 20;

const backEnd = new OtlpBackEnd();
let tocsin: TocsinProcess;
before(async () => {
  const endpoint = await backEnd.start();
  tocsin = new TocsinProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  await tocsin.start();
});
after(async () => {
  await tocsin?.stop();
  await backEnd.stop();
});

/** The traces in what the back end was sent. */
function arrived(): Map<number, number> {
  const spans = new Map<number, number>();
  for (const { body } of backEnd.received) {
    for (const { scopeSpans = [] } of decodeTraceRequest(body).resourceSpans ?? []) {
      for (const { traceId } of scopeSpans.flatMap((scope) => scope.spans ?? [])) {
        const trace = Buffer.from(traceId!).readUInt32BE(12);
        spans.set(trace, (spans.get(trace) ?? 0) + 1);
      }
    }
  }
  return spans;
}

test(`killed ${kills} times while the back end comes and goes, it has forwarded every span that it took; the ledger closes`, {
  timeout: 60_000 + kills * 6_000,
}, async () => {
  const taken: number[] = [];
  let next = 0;
  const state = { over: false };
  const sender = async (): Promise<void> => {
    while (!state.over) {
      const trace = ++next;
      const specs = Array.from({ length: spansPerRequest }, (_, i) => ({ id: i + 1, trace, name: 'work' }));
      const body = new Uint8Array(traceRequestBytes(specs));
      // As SDKs do: the same again until it is answered.
      while (!(await tocsin.takes(body))) await delay(10);
      taken.push(trace);
      await delay(2);
    }
  };
  const senders = [sender(), sender(), sender()];
  for (let kill = 0; kill < kills; kill++) {
    backEnd.otherwise = kill % 2 === 0 ? { status: 503 } : {};
    await delay(150 + 77 * (kill % 5));
    await tocsin.stop('SIGKILL');
    await tocsin.start();
  }
  backEnd.otherwise = {};
  await delay(300);
  state.over = true;
  await Promise.all(senders);

  const complete = (): boolean => {
    const spans = arrived();
    return taken.every((trace) => (spans.get(trace) ?? 0) >= spansPerRequest);
  };
  await eventually('every span that was taken to arrive', complete, 60_000);
  const sum = (fate: string): Promise<number> => tocsin.sum('tocsin_ledger_total', { signal: 'spans', fate });
  await eventually('the ledger to close', async () => {
    const fates = ['forwarded', 'dropped', 'sampled_out', 'unrouted', 'rejected', 'duplicate', 'lost'];
    const counts = await Promise.all(fates.map(sum));
    const pending = await tocsin.sum('tocsin_ledger_pending', { signal: 'spans' });
    return (
      (await sum('received')) === counts.reduce((total, count) => total + count) + pending && pending === 0
    );
  });
  assert.equal(await sum('lost'), 0);
  const spans = arrived();
  const twice = taken.filter((trace) => spans.get(trace)! > spansPerRequest).length;
  process.stdout.write(
    `${kills} × kill -9, the back end coming and going: ${taken.length} requests taken, all forwarded, ${twice} of them more than once\n`,
  );
});
