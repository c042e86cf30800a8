import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { scrape, whileScraping } from '../../../bench/machine/scraper.ts';

async function withServer(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
  } finally {
    server.close();
  }
}

suite('a scrape', () => {
  test('asks for the text format, compressed', async () => {
    await withServer(
      ({ headers }, response) => {
        assert.equal(headers.accept, 'text/plain;version=0.0.4');
        assert.equal(headers['accept-encoding'], 'gzip');
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('up 1\n'));
      },
      async (url) => assert.equal(await scrape(url), 'up 1\n'),
    );
  });

  test('that is refused is an error, as is one that is cut off', async () => {
    await withServer(
      (_, response) => response.writeHead(503).end('busy'),
      (url) => assert.rejects(scrape(url), /answered 503/),
    );
    await withServer(
      (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).write(gzipSync('up 1\n').subarray(0, 12));
        setImmediate(() => response.destroy());
      },
      (url) => assert.rejects(scrape(url)),
    );
  });

  test('is made again and again while something runs, and not afterwards', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
    let scrapes = 0;
    const asked = (): void => void scrapes++;
    await withServer(
      (_, response) => {
        asked();
        response.end('up 1\n');
      },
      async (url) => {
        const answer = await whileScraping(url, () => {
          for (let second = 0; second < 10; second++) context.mock.timers.tick(1_000);
          return Promise.resolve('done');
        });
        assert.equal(answer, 'done');
        assert.equal(scrapes, 2);
        context.mock.timers.tick(60_000);
        assert.equal(scrapes, 2);
      },
    );
  });

  test('that fails makes what ran meanwhile count for nothing', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
    await withServer(
      (_, response) => response.writeHead(500).end(),
      async (url) => {
        const running = whileScraping(url, () => {
          context.mock.timers.tick(3_000);
          return Promise.resolve();
        });
        await assert.rejects(running, /answered 500/);
      },
    );
  });
});
