import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { type Http2Options, Http2Server, type StreamHandler } from '../../src/runtime/http2-server.ts';
import { certificates } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';

/** A frame: RFC 9113, section 6.5. */
const emptySettings = Buffer.of(0, 0, 0, 4, 0, 0, 0, 0, 0);

const any = { host: '127.0.0.1', port: 0 };

const hello: StreamHandler = {
  handle: (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('hello');
  },
  close: () => undefined,
};

async function start(t: TestContext, handler = hello, options: Partial<Http2Options> = {}) {
  const server = new Http2Server('test', any, handler, options);
  if (options.isTls === true) server.show(pemOf('server'));
  await server.start();
  t.after(() => server.stop());
  return server;
}

function pemOf(name: keyof typeof certificates) {
  const { cert, key } = certificates[name];
  return { cert: Buffer.from(cert), key: Buffer.from(key) };
}

function client(t: TestContext, { address }: Http2Server): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${address.port}`);
  session.on('error', () => undefined);
  t.after(() => session.destroy());
  return session;
}

/** @returns the body of the answer */
async function ask(session: ClientHttp2Session): Promise<string> {
  return textOf(session.request({ ':path': '/' }));
}

async function textOf(stream: ClientHttp2Stream): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk as string;
  return text;
}

async function tcp(t: TestContext, { address }: Http2Server): Promise<Socket> {
  const socket = connectTcp(address.port, '127.0.0.1');
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side closes. */
async function rest(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await once(socket, 'close');
  return text;
}

suite('a listener for HTTP/2', () => {
  test('answers many requests at once on one connection', async (t) => {
    const session = client(t, await start(t));
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(session)));
    assert.deepEqual(new Set(answers), new Set(['hello']));
  });

  test('says on which address it listens, and why it cannot', async (t) => {
    const first = await start(t);
    const second = new Http2Server('second', first.address, hello);
    t.after(() => second.stop());
    const refusal = { name: 'ListenFailed', message: /^second: 127\.0\.0\.1:\d+ is taken/ };
    await assert.rejects(second.start(), refusal);
    await second.stop();
    await first.stop();
    await second.start();
    assert.equal(await ask(client(t, second)), 'hello', 'it may be started again');
  });

  test('tells who speaks HTTP/1.1 which port is meant', async (t) => {
    const socket = await tcp(t, await start(t));
    socket.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc');
    assert.match(await rest(socket), /^HTTP\/1\.1 400 [^]*gRPC[^]*4318/);
  });

  test('takes a connection whose first bytes come one by one', async (t) => {
    const socket = await tcp(t, await start(t));
    socket.setNoDelay(true);
    const answered = once(socket, 'data');
    for (const byte of 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    socket.write(emptySettings);
    const [settings] = (await answered) as [Buffer];
    assert.equal(settings[3], 4);
  });

  test('closes a connection that begins like HTTP/2 and is something else', async (t) => {
    const socket = await tcp(t, await start(t));
    socket.write(`PRI ${'x'.repeat(100)}`);
    await rest(socket);
  });

  test('closes a connection that says nothing for too long, with and without TLS', async (t) => {
    for (const isTls of [false, true]) {
      const socket = await tcp(t, await start(t, hello, { isTls, prefaceTimeout: 20 }));
      assert.equal(await rest(socket), '');
    }
  });

  test('lets the client of a quiet connection know before it closes that', async (t) => {
    const server = await start(t, hello, { idleTimeout: 50 });
    const session = client(t, server);
    const goaway = once(session, 'goaway');
    assert.equal(await ask(session), 'hello');
    const [code] = (await goaway) as [number];
    assert.equal(code, 0);
    await once(session, 'close');
    assert.equal(await ask(client(t, server)), 'hello');
  });

  test('closes a quiet connection by itself if its client does not', async (t) => {
    const { address } = await start(t, hello, { idleTimeout: 10, prefaceTimeout: 50 });
    const socket = connectTcp({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
    t.after(() => socket.destroy());
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(emptySettings);
    socket.resume();
    let isReset = false;
    socket.once('error', () => (isReset = true));
    await once(socket, 'end');
    await eventually('nobody to be there any more', () => {
      socket.write(emptySettings);
      return isReset;
    });
  });

  test('closes no connection on which something is under way', async (t) => {
    let answer: (() => void) | undefined;
    const slow: StreamHandler = {
      ...hello,
      handle: (stream, headers) => (answer = () => hello.handle(stream, headers)),
    };
    const server = await start(t, slow, { idleTimeout: 20 });
    const asked = ask(client(t, server));
    const finish = await eventually('the request', () => answer);
    // One that is as old, and quiet.
    await once(client(t, server), 'goaway');
    finish();
    assert.equal(await asked, 'hello');
  });

  test('takes headers of 16 KiB and no more', async (t) => {
    const session = client(t, await start(t));
    const askWith = (bytes: number): ClientHttp2Stream =>
      session.request({ ':path': '/', 'x-long': 'x'.repeat(bytes) });
    assert.equal(await textOf(askWith(15_000)), 'hello');
    const refused = askWith(17_000);
    await assert.rejects(textOf(refused), { code: 'ERR_HTTP2_STREAM_ERROR' });
    assert.equal(refused.rstCode, 11);
    assert.equal(await ask(session), 'hello');
  });

  test('has a bounded number of connections, and lets a new one in', async (t) => {
    let evicted = 0;
    const options = { mostConnections: 3, onEvicted: () => evicted++ };
    const server = await start(t, hello, options);
    const session = client(t, server);
    assert.equal(await ask(session), 'hello');
    const silent = await Promise.all(Array.from({ length: 5 }, () => tcp(t, server)));
    await Promise.race(silent.map(rest));
    assert.equal(await ask(session), 'hello', 'one that was answered stays');
    await eventually('the evictions', () => evicted === 3);
    assert.equal(await ask(client(t, server)), 'hello');
  });

  test('has a bounded number of requests open, on all connections together', async (t) => {
    const held: (() => void)[] = [];
    const slow: StreamHandler = {
      ...hello,
      handle: (stream, headers) => held.push(() => hello.handle(stream, headers)),
    };
    const server = await start(t, slow, { mostStreams: 3 });
    const [first, second] = [client(t, server), client(t, server)];
    const asked = [ask(first), ask(first), ask(second)];
    await eventually('the requests', () => held.length === 3);
    const refused = second.request({ ':path': '/' });
    await assert.rejects(textOf(refused), { code: 'ERR_HTTP2_STREAM_ERROR' });
    assert.equal(refused.rstCode, 7, 'it may be sent again');
    for (const answer of held.splice(0)) answer();
    assert.deepEqual(await Promise.all(asked), ['hello', 'hello', 'hello']);
    const again = ask(second);
    (await eventually('the next request', () => held[0]))();
    assert.equal(await again, 'hello');
  });

  test('lives through connections that are reset in every state', async (t) => {
    const server = await start(t);
    for (const first of ['', 'P', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n']) {
      const socket = await tcp(t, server);
      if (first !== '') socket.write(first);
      socket.resetAndDestroy();
    }
    assert.equal(await ask(client(t, server)), 'hello');
  });
});

test('a listener for HTTP/2 lives through whatever comes over a connection', async (t) => {
  const server = await start(t);
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  /** A frame of any type, with any flags and stream, that is as long as it says, or not. */
  const frame = fc
    .tuple(fc.nat(12), fc.nat(255), fc.nat(5), fc.uint8Array({ maxLength: 40 }), fc.nat(9))
    .map(([type, flags, stream, payload, wrong]) => {
      const head = Buffer.alloc(9);
      head.writeUIntBE(payload.length + (wrong === 0 ? 1 : 0), 0, 3);
      head[3] = type;
      head[4] = flags;
      head.writeUInt32BE(stream, 5);
      return Buffer.concat([head, payload]);
    });
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { maxLength: 12 }),
      fc.uint8Array({ maxLength: 50 }),
      async (frames, rest) => {
        const socket = await tcp(t, server);
        socket.resume();
        socket.write(Buffer.concat([preface, emptySettings, ...frames, rest]));
        socket.end();
        await once(socket, 'close');
      },
    ),
    { seed: 9, numRuns: 300 },
  );
  assert.equal(await ask(client(t, server)), 'hello');
});

suite('a listener for HTTP/2 that stops', () => {
  test('answers what is under way, and says that there is no more', async (t) => {
    let answer: (() => void) | undefined;
    let closed = 0;
    const slow: StreamHandler = {
      handle: (stream, headers) => (answer = () => hello.handle(stream, headers)),
      close: () => closed++,
    };
    const server = await start(t, slow);
    const session = client(t, server);
    const goaway = once(session, 'goaway');
    const asked = ask(session);
    const finish = await eventually('the request', () => answer);
    const from = performance.now();
    const stopped = server.stop();
    await goaway;
    finish();
    assert.equal(await asked, 'hello');
    await stopped;
    assert.ok(performance.now() - from < 500, 'it is not waited for the connection');
    assert.equal(closed, 1);
  });

  test('does not wait for connections that say nothing, and only so long for what does not end', async (t) => {
    const server = await start(t, { ...hello, handle: () => undefined });
    await tcp(t, server);
    const asked = ask(client(t, server)).catch((error: unknown) => error);
    await new Promise(setImmediate);
    const from = performance.now();
    await server.stop();
    assert.ok(performance.now() - from < 2_000);
    await asked;
  });

  test('may be told twice, at the same time too, and without having started', async (t) => {
    const server = await start(t);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await new Http2Server('test', any, hello).stop();
  });
});

suite('a listener for HTTP/2 over TLS', () => {
  const connectTo = async (t: TestContext, { address }: Http2Server, ca: string) => {
    const session = connect(`https://localhost:${address.port}`, { ca });
    t.after(() => session.destroy());
    session.on('error', () => undefined);
    const [failed] = await Promise.race([once(session, 'connect').then(() => []), once(session, 'error')]);
    return { session, failed: failed as NodeJS.ErrnoException | undefined };
  };

  test('shows its certificate, and another one once it has one', async (t) => {
    const server = await start(t, hello, { isTls: true });
    const before = await connectTo(t, server, certificates.server.cert);
    assert.equal(await ask(before.session), 'hello');
    server.show(pemOf('client'));
    assert.equal(await ask(before.session), 'hello', 'a connection that is there goes on');
    const unknown = await connectTo(t, server, certificates.server.cert);
    assert.equal(unknown.failed?.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
    const after = await connectTo(t, server, certificates.client.cert);
    assert.equal(await ask(after.session), 'hello');
  });

  test('speaks nothing but HTTP/2, and does not mind who does not speak TLS', async (t) => {
    const server = await start(t, hello, { isTls: true });
    const plain = await tcp(t, server);
    plain.write('GET / HTTP/1.1\r\n\r\n');
    await rest(plain);
    const { port } = server.address;
    const old = connectTls({
      port,
      host: 'localhost',
      ca: certificates.server.cert,
      ALPNProtocols: ['http/1.1'],
    });
    t.after(() => old.destroy());
    const [error] = (await once(old, 'error')) as [NodeJS.ErrnoException];
    assert.match(error.code ?? '', /NO_APPLICATION_PROTOCOL/);
    const { session } = await connectTo(t, server, certificates.server.cert);
    assert.equal(await ask(session), 'hello');
  });
});
