import assert from 'node:assert/strict';
import { Agent, type IncomingMessage, request as httpRequest, type RequestListener } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { certificates } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';

const hello: RequestListener = (_request, response) => void response.end('hello');

async function start(t: TestContext, handler: RequestListener): Promise<HttpServer> {
  const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, handler);
  await server.start();
  t.after(() => server.stop());
  return server;
}

/** A client that keeps its connections, as SDKs do. */
function keepingClient(t: TestContext, port: number) {
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const ask = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end();
    });
  return { agent, ask };
}

suite('a listener that stops', () => {
  test('answers what is under way, and asks that client to close its connection', async (t) => {
    let answer: (() => void) | undefined;
    const server = await start(t, (_request, response) => {
      answer = () => void response.end('hello');
    });
    const { agent, ask } = keepingClient(t, server.address.port);
    const asked = ask();
    const finish = await eventually('the request', () => answer);
    const from = performance.now();
    const stopped = server.stop();
    finish();
    assert.equal((await asked).headers['connection'], 'close');
    await stopped;
    assert.ok(performance.now() - from < 500, 'it is not waited for the connection');
    assert.deepEqual(Object.keys(agent.freeSockets), []);
  });

  test('loses no request of a client that keeps its connection', async (t) => {
    // Stopped while one request follows another: the one that comes just then is answered, and the next finds nobody.
    for (let round = 0; round < 20; round++) {
      const server = await start(t, hello);
      const { ask } = keepingClient(t, server.address.port);
      await ask();
      await ask();
      const last = ask();
      // Written before the listener stops, and not read yet.
      await new Promise((resolve) => process.nextTick(resolve));
      const stopped = server.stop();
      const outcome = await last.then(
        ({ headers }) => headers['connection'],
        (error: NodeJS.ErrnoException) => error.code,
      );
      assert.equal(outcome, 'close');
      await stopped;
    }
  });

  test('has every answer ask for that from when it is told to', async (t) => {
    const server = await start(t, hello);
    const { agent, ask } = keepingClient(t, server.address.port);
    assert.equal((await ask()).headers['connection'], 'keep-alive');
    server.closeAfterAnswers();
    assert.equal((await ask()).headers['connection'], 'close');
    assert.equal((await ask()).headers['connection'], 'close', 'it still listens');
    assert.deepEqual(Object.keys(agent.freeSockets), []);
  });

  test('does not wait for connections that say nothing, and only so long for half a request', async (t) => {
    const server = await start(t, hello);
    const silent = connect(server.address.port, '127.0.0.1');
    const half = connect(server.address.port, '127.0.0.1');
    for (const socket of [silent, half]) {
      socket.on('error', () => undefined);
      t.after(() => socket.destroy());
      await new Promise((resolve) => socket.once('connect', resolve));
    }
    half.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab');
    const from = performance.now();
    await server.stop();
    assert.ok(performance.now() - from < 2_000);
  });

  test('may be told twice, at the same time too, and without having started', async (t) => {
    const server = await start(t, hello);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await new HttpServer('test', { host: '127.0.0.1', port: 0 }, hello).stop();
  });
});

test('a listener cuts off a request that does not come to an end', async (t) => {
  const timeouts = { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 10 };
  const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, hello, timeouts);
  await server.start();
  t.after(() => server.stop());
  const socket = connect(server.address.port, '127.0.0.1', () => socket.write('GET / HT'));
  t.after(() => socket.destroy());
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  await new Promise((resolve) => socket.once('close', resolve));
  assert.match(received, /^HTTP\/1\.1 408 /);
});

suite('a listener with TLS', () => {
  const pemOf = (name: keyof typeof certificates) => {
    const { cert, key } = certificates[name];
    return { cert: Buffer.from(cert), key: Buffer.from(key) };
  };

  const startTls = async (t: TestContext, mostConnections?: number) => {
    const options = { isTls: true, ...(mostConnections !== undefined && { mostConnections }) };
    const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, hello, options);
    server.show(pemOf('server'));
    await server.start();
    t.after(() => server.stop());
    return server;
  };

  const get = (
    { address }: HttpServer,
    ca: string,
    agent?: HttpsAgent,
  ): Promise<number | string | undefined> =>
    new Promise((resolve) => {
      const options = { port: address.port, host: 'localhost', ca, agent: agent ?? false } as const;
      httpsGet(options, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      }).once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });

  test('shows its certificate, and another one once it has one', async (t) => {
    const server = await startTls(t);
    assert.equal(await get(server, certificates.server.cert), 200);
    server.show(pemOf('client'));
    assert.equal(await get(server, certificates.server.cert), 'DEPTH_ZERO_SELF_SIGNED_CERT');
    assert.equal(await get(server, certificates.client.cert), 200);
  });

  test('keeps the connections that it has answered on, of as many as it may have', async (t) => {
    const server = await startTls(t, 3);
    const agent = new HttpsAgent({ keepAlive: true });
    t.after(() => agent.destroy());
    assert.equal(await get(server, certificates.server.cert, agent), 200);
    const [kept] = Object.values(agent.freeSockets).flat();
    const silent = Array.from({ length: 4 }, () => connect(server.address.port, '127.0.0.1'));
    for (const socket of silent) {
      socket.on('error', () => undefined);
      t.after(() => socket.destroy());
    }
    await Promise.race(silent.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    assert.equal(await get(server, certificates.server.cert, agent), 200);
    assert.equal(Object.values(agent.freeSockets).flat()[0], kept, 'it is still open');
  });
});
