import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { readEnvironment } from '../../../src/config/environment.ts';
import { type Shop, type ShopOptions, startShop } from '../../../src/demo/shop/processes.ts';
import { eventually } from '../../support/eventually.ts';
import { get, isRunning, setFaults } from './driver.ts';
import { OtlpSink } from './otlp-sink.ts';

/** Nothing listens there: the port of discard. */
const nowhere = 'http://127.0.0.1:9';

suite('startShop', { concurrency: 2 }, () => {
  async function start(t: TestContext, options: Partial<ShopOptions> = {}): Promise<Shop> {
    const shop = await startShop({ otlpEndpoint: nowhere, baseEnvironment: readEnvironment(), ...options });
    t.after(() => shop.stop());
    return shop;
  }

  async function startSink(t: TestContext): Promise<{ sink: OtlpSink; otlpEndpoint: string }> {
    const sink = new OtlpSink();
    const otlpEndpoint = await sink.start();
    t.after(() => sink.stop());
    return { sink, otlpEndpoint };
  }

  async function listen(t: TestContext, server: Server): Promise<AddressInfo> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return server.address() as AddressInfo;
  }

  test('sends spans while the shop runs, as the variables have it', async (t) => {
    const { sink, otlpEndpoint } = await startSink(t);
    const variables = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${otlpEndpoint}/v1/traces` };
    const { storefront } = await start(t, { variables, scheduleDelayMillis: 10 });
    assert.equal(await get(`${storefront.url}/checkout?order=1`), 200);
    await eventually('both services are heard of', () =>
      ['storefront', 'payments'].every((name) => sink.spans.some(({ service }) => service === name)),
    );
  });

  test('ends both processes within 5 s each, twice if asked, although nobody takes their spans', async (t) => {
    const shop = await start(t);
    await get(`${shop.storefront.url}/checkout?order=1`);
    const begin = performance.now();
    await Promise.all([shop.stop(), shop.stop()]);
    await shop.stop();
    assert(performance.now() - begin < 10_000);
    assert.deepEqual([isRunning(shop.storefront.pid), isRunning(shop.payments.pid)], [false, false]);
  });

  test('ends by itself within 5 s although many batches wait for a sink that never answers', async (t) => {
    const { port } = await listen(
      t,
      createServer().on('connection', (socket) => socket.resume()),
    );
    const { storefront, payments } = await start(t, {
      otlpEndpoint: `http://127.0.0.1:${port}`,
      variables: { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4' },
    });
    for (let order = 0; order < 5; order++) await get(`${storefront.url}/checkout?order=${order}`);
    const begin = performance.now();
    for (const { pid } of [storefront, payments]) process.kill(pid, 'SIGTERM');
    await eventually('both end', () => !isRunning(storefront.pid) && !isRunning(payments.pid));
    assert(performance.now() - begin < 5_000);
  });

  test('leaves a signal its effect on a program that does not listen to it', async () => {
    const instrument = new URL('../../../src/demo/shop/instrument-json.ts', import.meta.url);
    const program = "process.stdout.write('up'); setInterval(() => {}, 1_000)";
    const child = spawn(process.execPath, ['--import', instrument.href, '--eval', program], { env: {} });
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [null, 'SIGTERM']);
  });

  test('lets a service answer the request that it has, and sends its span, before it ends', async (t) => {
    const { sink, otlpEndpoint } = await startSink(t);
    const shop = await start(t, { otlpEndpoint, scheduleDelayMillis: 60_000 });
    await setFaults(shop.storefront.url, { slowMillis: 300, for: 1 });
    const status = get(`${shop.storefront.url}/products/7`);
    await eventually('the request is being answered', () => isTaken(shop.storefront.url));
    const stopped = shop.stop();
    await eventually('it takes no more', () => refuses(shop.storefront.url));
    await Promise.all([stopped, shop.stop()]);
    assert.equal(await status, 200);
    assert(sink.spans.some(({ name }) => name === 'GET /products/:id'));
  });

  function refuses(serviceUrl: string): Promise<boolean> {
    return get(`${serviceUrl}/faults`).then(
      () => false,
      () => true,
    );
  }

  /** Whether the one request that the fault was for has come. */
  async function isTaken(serviceUrl: string): Promise<boolean> {
    const response = await fetch(`${serviceUrl}/faults`);
    return Object.keys((await response.json()) as object).length === 0;
  }

  test('does not wait for a request that lasts too long', async (t) => {
    const shop = await start(t);
    await setFaults(shop.payments.url, { slowMillis: 60_000, for: 1 });
    const answer = fetch(`${shop.payments.url}/charge`, { method: 'POST' });
    const refused = assert.rejects(answer);
    await eventually('the request is being answered', () => isTaken(shop.payments.url));
    const begin = performance.now();
    await shop.stop();
    assert(performance.now() - begin < 10_000);
    await refused;
  });

  for (const taken of ['payments', 'storefront'] as const)
    test(`says why ${taken} did not start`, async (t) => {
      const { port } = await listen(t, createServer());
      const ports = { storefront: 0, payments: 0, [taken]: port };
      await assert.rejects(start(t, { ports }), (error: Error) => {
        assert.match(error.message, new RegExp(`^${taken} did not start: [^]*EADDRINUSE[^]*${port}`));
        return true;
      });
    });

  test('says that a port is none', async (t) => {
    const ports = { storefront: 0, payments: 70_000 };
    await assert.rejects(start(t, { ports }), /--port 70000 is not a port/);
  });
});
