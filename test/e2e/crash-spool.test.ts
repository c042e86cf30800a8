import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd, type Received } from '../support/otlp-back-end.ts';
import { canMount, fillUp } from './support/small-disk.ts';
import { closes } from '../support/ledger-accounts.ts';
import { arrivedAt, ledgerToClose, Senders, spanLedger } from './support/forwarded.ts';
import { type Configured, runsImage, TocsinProcess } from './support/tocsin.ts';

/** `KILLS=50 npm run e2e` for a long run. */
const kills = Number(process.env['KILLS'] ?? 6);
const spansPerRequest = 20;

/** A back end that is down until it is told to work, and what it took. */
class Outage {
  readonly backEnd = new OtlpBackEnd();
  private readonly taken: Received[] = [];
  isOver = false;

  async start(): Promise<string> {
    let number = 0;
    this.backEnd.otherwise = (received) => {
      if (!this.isOver) return number++ % 3 === 2 ? { instead: 'reset' } : { status: 503 };
      this.taken.push(received);
      return {};
    };
    return this.backEnd.start();
  }

  get arrived(): Map<number, number> {
    return arrivedAt({ received: this.taken });
  }
}

async function start(t: TestContext, configured: Configured = {}, options: { diskMebibytes?: number } = {}) {
  const outage = new Outage();
  const endpoint = await outage.start();
  const tocsin = new TocsinProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, configured, options);
  t.after(async () => {
    await tocsin.stop();
    await outage.backEnd.stop();
  });
  await tocsin.start();
  const spool = join(tocsin.dataDirectory, 'spool', 'default');
  const onDisk = (): Promise<number> => tocsin.sum('tocsin_forward_spool_requests');
  return { outage, tocsin, spool, onDisk };
}

suite('an outage of the back end', () => {
  test(`with ${kills} × kill -9 in it loses nothing that was taken; the ledger closes in each process, and over all`, {
    timeout: 90_000 + kills * 6_000,
  }, async (t) => {
    const { outage, tocsin, spool, onDisk } = await start(t);
    const senders = new Senders(tocsin, spansPerRequest);
    for (let kill = 0; kill < kills; kill++) {
      await eventually('something to be on disk', async () => (await onDisk()) > 0, 20_000);
      await delay(200 + 177 * (kill % 5));
      await tocsin.stop('SIGKILL');
      await tocsin.start();
    }
    await eventually('something to be on disk', async () => (await onDisk()) > 0, 20_000);
    await delay(1_200);
    await senders.stop();
    assert.ok(await eventually('the ledger to close', async () => closes(await spanLedger(tocsin))));
    const during = await spanLedger(tocsin);
    assert.ok(during.pending > 0 && during.forwarded === 0, JSON.stringify(during));
    await tocsin.stop('SIGKILL');
    await tocsin.start();
    const after = await spanLedger(tocsin);
    assert.ok(closes(after) && after.pending === after.received, JSON.stringify(after));

    const { taken } = senders;
    assert.equal(outage.arrived.size, 0);
    outage.isOver = true;
    const complete = (): boolean => {
      const { arrived } = outage;
      return taken.every((trace) => (arrived.get(trace) ?? 0) >= spansPerRequest);
    };
    await eventually('every span that was taken to arrive', complete, 60_000);
    const { lost } = await ledgerToClose(tocsin);
    assert.equal(lost, 0);
    assert.equal(await tocsin.sum('tocsin_forward_spool_damaged_total'), 0);
    await eventually('the spool to be empty', () => readdirSync(spool).length === 0);
    const { signals } = (await tocsin.api('/api/ledger')) as { signals: { spans: Record<string, number> } };
    assert.ok(closes(signals.spans), JSON.stringify(signals.spans));
    const { arrived } = outage;
    const twice = taken.filter((trace) => arrived.get(trace)! > spansPerRequest).length;
    process.stdout.write(
      `an outage with ${kills + 1} × kill -9: ${taken.length} requests taken, all forwarded afterwards, ${twice} of them more than once\n`,
    );
  });

  test('that is longer than a run goes on in the next: a stop keeps what waits, and is quick', async (t) => {
    const { outage, tocsin } = await start(t);
    const senders = new Senders(tocsin, spansPerRequest);
    await delay(1_000);
    await senders.stop();
    const before = await spanLedger(tocsin);
    const began = performance.now();
    assert.deepEqual(await tocsin.stop(), { code: 0, signal: null });
    assert.ok(performance.now() - began < 6_000);
    assert.equal(readdirSync(join(tocsin.dataDirectory, 'journal')).length, 0, 'all of it is in the spool');
    await tocsin.start();
    const after = await spanLedger(tocsin);
    assert.equal(after.received, before.pending);
    outage.isOver = true;
    const { forwarded, lost } = await ledgerToClose(tocsin);
    assert.deepEqual([forwarded, lost], [before.pending, 0]);
    const { arrived } = outage;
    assert.deepEqual(
      senders.taken.filter((trace) => arrived.get(trace) !== spansPerRequest),
      [],
      'each of them once',
    );
  });

  test('on a disk that is full leaves what waits in memory, says so, and goes to disk when there is room', async (t) => {
    if (runsImage || !canMount()) return t.skip('a file system of its own cannot be mounted here');
    const { outage, tocsin } = await start(t, {}, { diskMebibytes: 8 });
    const filler = join(tocsin.visibleData, 'filler');
    fillUp(filler);
    const senders = new Senders(tocsin, spansPerRequest, 1);
    await eventually('health to say so', async () => {
      const { forward } = (await tocsin.health()).components;
      return /the spool cannot be used \(ENOSPC\)/.test(forward.detail ?? '');
    });
    assert.ok(tocsin.log.some((line) => /the spool cannot be used: .*in memory alone/.test(line)));
    assert.equal(await tocsin.sum('tocsin_forward_spooled_items_total'), 0);
    rmSync(filler);
    await eventually('it to go to disk', async () => {
      return (await tocsin.sum('tocsin_forward_spooled_items_total')) > 0;
    });
    await senders.stop();
    outage.isOver = true;
    const { lost } = await ledgerToClose(tocsin);
    assert.equal(lost, 0);
    const { arrived } = outage;
    assert.ok(senders.taken.every((trace) => arrived.get(trace) === spansPerRequest));
  });
});
