import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { temporaryDirectory, write } from '../config/support.ts';
import { certificates } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { setUp } from './support.ts';

const { server: own, client } = certificates;

/** A back end that only talks to who shows the client's certificate, and notes who did. */
async function start(t: TestContext): Promise<{ endpoint: string; seen: boolean[] }> {
  const seen: boolean[] = [];
  const options = {
    cert: own.cert,
    key: own.key,
    ca: client.cert,
    requestCert: true,
    rejectUnauthorized: false,
  };
  const server: Server = createServer(options, (request, response) => {
    seen.push((request.socket as TLSSocket).authorized);
    request.resume().once('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return { endpoint: `https://localhost:${(server.address() as AddressInfo).port}`, seen };
}

suite('the forwarder, over TLS', () => {
  test('trusts the certificate it is told to, and shows its own', async (t) => {
    const directory = temporaryDirectory(t);
    const tls = {
      ca: write(directory, 'ca.pem', own.cert),
      cert: write(directory, 'cert.pem', client.cert),
      key: write(directory, 'key.pem', client.key),
    };
    const { endpoint, seen } = await start(t);
    const { offer, allSettled, fates } = await setUp(t, { endpoint, tls });
    offer(1);
    await allSettled(1);
    assert.deepEqual(fates(), ['forwarded']);
    assert.deepEqual(seen, [true]);
  });

  test('sends nothing to a back end that it does not know, and says what to do', async (t) => {
    const { endpoint, seen } = await start(t);
    const { offer, requests, log, settled } = await setUp(t, { endpoint });
    offer(1);
    await eventually('the end of the try', () => requests('tls') === 1);
    assert.match(log.warnings[0]!, /forward\.tls\.ca/);
    assert.deepEqual(seen, []);
    assert.equal(settled.length, 0);
  });

  test('knows a back end that does not speak it', async (t) => {
    const { url, offer, requests } = await setUp(t);
    assert.ok(url.startsWith('http:'));
    const plain = await setUp(t, { endpoint: url.replace('http:', 'https:') });
    plain.offer(1);
    await eventually('the end of the try', () => plain.requests('tls') === 1);
    offer(1);
    await eventually('the answer to the other', () => requests('200') === 1);
  });
});
