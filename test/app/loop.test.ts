import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test, type TestContext } from 'node:test';
import { compose } from '../../src/app/composition/compose.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';
import { metricOf } from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-loop-'));
after(() => rmSync(directory, { recursive: true }));
let stores = 0;

/** Ports that were free a moment ago, all at the same time. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A whole Tocsin that forwards to another port of this machine. */
async function start(t: TestContext, port: number, next: number) {
  const listen = '127.0.0.1:0';
  const log = new RecordingLog();
  const tocsin = compose(
    configurationSchema.parse({
      intake: { http: { listen: `127.0.0.1:${port}` }, grpc: { listen: '' } },
      metrics: { listen },
      admin: { listen },
      forward: { endpoint: `http://127.0.0.1:${next}` },
    }),
    {
      clock: new TestClock(),
      log,
      store: new SqliteStore(join(directory, `${++stores}.db`)),
      receivers: [],
      tokens: [],
      journalDirectory: undefined,
      processMetrics: () => Promise.resolve(''),
      random: () => 0,
    },
  );
  await tocsin.start();
  t.after(() => tocsin.stop());
  const { metrics } = tocsin.addresses();
  const spans = (fate: string): Promise<number> =>
    metricOf(`http://127.0.0.1:${metrics.port}`, `tocsin_ledger_total{signal="spans",fate="${fate}"}`);
  return {
    log,
    spans,
    sums: async (): Promise<number[]> => Promise.all(['received', 'forwarded', 'lost'].map(spans)),
    refused: () =>
      metricOf(
        `http://127.0.0.1:${metrics.port}`,
        'tocsin_intake_requests_total{signal="traces",protocol="http/protobuf",code="508"}',
      ),
    send: async (trace: number): Promise<void> => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: new Uint8Array(traceRequestBytes([{ id: 1, trace }])),
      });
      assert.equal(response.status, 200);
    },
  };
}

suite('Tocsins that forward to each other', () => {
  for (const size of [2, 3]) {
    test(`in a ring of ${size}: nothing goes round twice, it is told, and what each took is accounted for`, async (t) => {
      const ports = await freePorts(size);
      const ring = await Promise.all(ports.map((port, i) => start(t, port, ports[(i + 1) % size]!)));
      const [first, last] = [ring[0]!, ring.at(-1)!];
      await first.send(1);
      await eventually('it to come back to where it came from', async () => (await last.spans('lost')) === 1);
      assert.match(last.log.errors.join(), /HTTP 508 \(the endpoint leads back to Tocsin itself/);
      assert.equal(await first.refused(), 1);
      const each = 40;
      for (let i = 0; i < each; i++)
        await Promise.all(ring.map((tocsin, at) => tocsin.send(2 + at + i * size)));
      // What comes to one of them goes on to the end of the chain, and not back to its beginning.
      await eventually('all to be settled', async () => (await last.spans('lost')) === 1 + size * each);
      for (const [at, tocsin] of ring.entries()) {
        const received = 1 + (at + 1) * each;
        const isLast = tocsin === last;
        assert.deepEqual(await tocsin.sums(), [received, isLast ? 0 : received, isLast ? received : 0]);
      }
    });
  }

  test('one behind the other take what the one before sends', async (t) => {
    const ports = await freePorts(3);
    const nowhere = ports[2]!;
    const second = await start(t, ports[1]!, nowhere);
    const first = await start(t, ports[0]!, ports[1]!);
    for (let trace = 1; trace <= 5; trace++) await first.send(trace);
    await eventually('all to arrive', async () => (await second.spans('received')) === 5);
    assert.deepEqual(await first.sums(), [5, 5, 0]);
  });
});
