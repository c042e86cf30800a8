import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { arrivedAt, ledgerToClose, Senders } from './support/forwarded.ts';
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

test(`killed ${kills} times while the back end comes and goes, it has forwarded every span that it took; the ledger closes`, {
  timeout: 60_000 + kills * 6_000,
}, async () => {
  const senders = new Senders(tocsin, spansPerRequest);
  const { taken } = senders;
  for (let kill = 0; kill < kills; kill++) {
    backEnd.otherwise = kill % 2 === 0 ? { status: 503 } : {};
    await delay(150 + 77 * (kill % 5));
    await tocsin.stop('SIGKILL');
    await tocsin.start();
  }
  backEnd.otherwise = {};
  await delay(300);
  await senders.stop();

  const complete = (): boolean => {
    const spans = arrivedAt(backEnd);
    return taken.every((trace) => (spans.get(trace) ?? 0) >= spansPerRequest);
  };
  await eventually('every span that was taken to arrive', complete, 60_000);
  const { lost } = await ledgerToClose(tocsin);
  assert.equal(lost, 0);
  const spans = arrivedAt(backEnd);
  const twice = taken.filter((trace) => spans.get(trace)! > spansPerRequest).length;
  process.stdout.write(
    `${kills} × kill -9, the back end coming and going: ${taken.length} requests taken, all forwarded, ${twice} of them more than once\n`,
  );
});
