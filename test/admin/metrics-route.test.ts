import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { after, suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { publicApp } from '../../src/admin/public-app.ts';
import { exposition } from '../../src/metrics/exposition.ts';
import type { ExpositionFormat } from '../../src/metrics/exposition-format.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { eventually } from '../support/eventually.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';

const registry = new MetricRegistry();
const counter = registry.counter({ name: 'a_total', help: 'A.', labels: ['x'] });
for (let i = 0; i < 20_000; i++) counter.series([String(i).padStart(50, '0')]);

let pieces = 0;
let broken = false;
/** While it is not settled, expositions do not begin. */
let gate = Promise.resolve();
const unexpected: unknown[] = [];
async function* metrics(format: ExpositionFormat): AsyncGenerator<string> {
  await gate;
  for await (const piece of exposition(registry, 'own 1\n', format)) {
    pieces++;
    yield piece;
    if (broken) throw new Error('broken');
  }
}
const server = new HttpServer(
  'metrics',
  { host: '127.0.0.1', port: 0 },
  publicApp({
    metrics,
    health: () => Promise.reject(new Error('nobody asks')),
    ready: () => true,
    onUnexpected: (error) => void unexpected.push(error),
  }),
);
await server.start();
after(() => server.stop());

/** Without what fetch does by itself: it asks for gzip and takes it off. */
function scrape(headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { host, port } = server.address;
  return new Promise((resolve, reject) => {
    get({ host, port, path: '/metrics', headers, agent: false }, resolve).on('error', reject);
  });
}

async function turns(count: number): Promise<undefined> {
  for (let i = 0; i < count; i++) await turn();
}

async function body(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const openMetrics = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';

suite('a scrape', () => {
  test('is answered in the text format, if nothing else is asked for', async () => {
    const response = await scrape();
    assert.equal(response.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(response.headers['content-encoding'], undefined);
    assert.equal(response.headers.vary, 'Accept, Accept-Encoding');
    const text = (await body(response)).toString();
    assert.ok(text.startsWith('# HELP a_total A.\n') && text.endsWith('own 1\n'));
  });

  test('is answered in OpenMetrics, if that is liked better', async () => {
    const response = await scrape({ accept: openMetrics });
    assert.equal(
      response.headers['content-type'],
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    const families = judgeOpenMetrics((await body(response)).toString().replace('own 1\n', ''));
    assert.equal(families.get('a')!.samples.length, 40_000);
  });

  test('is zipped for who takes that, and is the same', async () => {
    const response = await scrape({ 'accept-encoding': 'gzip' });
    assert.equal(response.headers['content-encoding'], 'gzip');
    const zipped = await body(response);
    const plain = await body(await scrape());
    assert.ok(zipped.length < plain.length / 5);
    assert.ok(gunzipSync(zipped).equals(plain));
  });

  test('is made no faster than it is taken', async () => {
    pieces = 0;
    const response = await scrape();
    response.pause();
    let before = -1;
    await eventually('the exposition to wait', async () => {
      const stood = before === pieces;
      before = pieces;
      await turns(50);
      return stood && pieces > 0;
    });
    const waiting = pieces;
    await body(response);
    assert.ok(pieces >= waiting);
  });

  test('that is broken off is nobody’s mistake', async () => {
    const response = await scrape();
    response.destroy();
    const next = await scrape();
    await body(next);
    assert.deepEqual(unexpected, []);
  });

  test('that fails in the middle is seen to have failed', async () => {
    broken = true;
    const response = await scrape();
    await assert.rejects(body(response), /aborted/);
    broken = false;
    assert.match(String(unexpected.splice(0)), /^Error: broken$/);
    assert.equal((await scrape()).statusCode, 200);
  });

  test('is refused while very many are under way, and not when they are done', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const waiting = Array.from({ length: 32 }, () => scrape());
    const refused = await eventually('a refusal', async () => {
      const late = scrape();
      const response = await Promise.race([late, turns(200)]);
      // One that waits, too, is one of those under way.
      if (response === undefined) waiting.push(late);
      return response;
    });
    assert.equal(refused.statusCode, 503);
    assert.equal(refused.headers['retry-after'], '1');
    assert.match((await body(refused)).toString(), /32 scrapes are under way/);
    open();
    gate = Promise.resolve();
    for (const response of await Promise.all(waiting)) await body(response);
    assert.equal((await scrape()).statusCode, 200);
    assert.deepEqual(unexpected, []);
  });

  test('may ask for the head alone', async () => {
    const { host, port } = server.address;
    const response = await fetch(`http://${host}:${port}/metrics`, { method: 'HEAD' });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '');
  });
});
