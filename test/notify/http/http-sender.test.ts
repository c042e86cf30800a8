import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { noProxies } from '../../../src/config/proxies.ts';
import { Secret } from '../../../src/config/secret.ts';
import type { TlsFiles } from '../../../src/config/tls.ts';
import { HttpSender } from '../../../src/notify/http/http-sender.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { temporaryDirectory, write } from '../../config/support.ts';
import { certificates } from '../../support/certificates.ts';
import { ForwardProxy } from '../../support/forward-proxy.ts';

const never = new AbortController().signal;

suite('a request of a receiver', () => {
  const proxy = new ForwardProxy();
  let server: Server;
  let host: string;
  let through: string;
  let requests = 0;
  before(async () => {
    const { cert, key } = certificates.server;
    server = createServer({ cert, key }, (request, response) => {
      requests++;
      request.resume().once('end', () => response.end('taken'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `localhost:${(server.address() as AddressInfo).port}`;
    through = await proxy.start();
  });
  after(async () => {
    await proxy.stop();
    server.closeAllConnections();
    server.close();
  });

  const send = (proxyUrl: string | undefined, tls?: TlsFiles, exceptions = '') => {
    const https = proxyUrl === undefined ? undefined : new Secret(proxyUrl);
    const proxies = { ...noProxies, https, exceptions };
    const sender = new HttpSender({
      clock: systemClock,
      proxies,
      timeoutMillis: 30_000,
      ...(tls && { tls }),
    });
    return () => sender.send({ method: 'POST', url: `https://${host}/x`, body: '{}' }, never);
  };

  test('goes through a tunnel of the proxy by TLS, whose certificate is checked as without it', async (t) => {
    const tls = { ca: write(temporaryDirectory(t), 'ca.pem', certificates.server.cert), cert: '', key: '' };
    const answer = await send(through, tls)();
    assert.deepEqual(answer, { kind: 'answered', status: 200, retryAfterMillis: undefined, body: 'taken' });
    assert.deepEqual(proxy.requests, [host]);
    assert.deepEqual(await send(through)(), { kind: 'unreached', cause: 'tls' });
    assert.equal(requests, 1);
  });

  test('goes past the proxy to an excepted host, whatever the case of its name', async (t) => {
    const tls = { ca: write(temporaryDirectory(t), 'ca.pem', certificates.server.cert), cert: '', key: '' };
    const asked = proxy.requests.length;
    for (const exceptions of ['LOCALHOST', `.example.com, ${host}`, '*'])
      assert.equal((await send('http://127.0.0.1:1', tls, exceptions)()).kind, 'answered', exceptions);
    assert.equal(proxy.requests.length, asked);
  });

  test('says that it could not be sent when the proxy is not there', async () => {
    assert.deepEqual(await send('http://user:hunter2@127.0.0.1:1')(), {
      kind: 'unreached',
      cause: 'connection_refused',
    });
  });

  test('is sent again once a file that was gone is back', async (t) => {
    const directory = temporaryDirectory(t);
    const tls = { ca: write(directory, 'ca.pem', certificates.server.cert), cert: '', key: '' };
    rmSync(tls.ca);
    const again = send(undefined, tls);
    assert.deepEqual(await again(), { kind: 'unreached', cause: 'tls' });
    write(directory, 'ca.pem', certificates.server.cert);
    assert.equal((await again()).kind, 'answered');
  });
});
