import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { eventually } from '../support/eventually.ts';

const mostConnections = 5;

async function fixture(t: TestContext) {
  let evicted = 0;
  const server = new HttpServer(
    'test',
    { host: '127.0.0.1', port: 0 },
    (_request, response) => void response.end('hello'),
    { mostConnections, onEvicted: () => evicted++ },
  );
  await server.start();
  t.after(() => server.stop());
  const { port } = server.address;
  const open = async (text = ''): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(text);
    return socket;
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  /** @returns whether it went by the connection of the request before */
  const ask = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', agent }, (response) => {
        response.resume().on('end', () => resolve(request.reusedSocket));
      });
      request.on('error', reject).end();
    });
  return { open, ask, evicted: () => evicted };
}

suite('a listener with as many connections as it may have', () => {
  const crowds: [name: string, text: string][] = [
    ['say nothing', ''],
    ['send half of their headers', 'POST / HTTP/1.1\r\nhost: x\r\n'],
  ];
  for (const [name, text] of crowds) {
    test(`closes those first that ${name}, and keeps the one that was answered`, async (t) => {
      const { open, ask, evicted } = await fixture(t);
      assert.equal(await ask(), false);
      const crowd: Socket[] = [];
      for (let i = 0; i < 20; i++) crowd.push(await open(text));
      await eventually('the crowd to be bounded', () => evicted() === 20 - (mostConnections - 1));
      assert.equal(await ask(), true);
      await eventually('the oldest to be closed', () => crowd[0]!.closed);
      assert.equal(crowd.at(-1)!.closed, false);
    });
  }

  test('lets a new one in when all were answered: the quietest goes', async (t) => {
    const { open, ask, evicted } = await fixture(t);
    const crowd: Socket[] = [];
    for (let i = 0; i < mostConnections; i++) {
      const socket = await open('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      await new Promise((resolve) => socket.once('data', resolve));
      crowd.push(socket);
    }
    assert.equal(await ask(), false);
    assert.equal(evicted(), 1);
    await eventually('the first to be closed', () => crowd[0]!.closed);
    assert.equal(await ask(), true);
  });

  test('counts those no more that went by themselves', async (t) => {
    const { open, ask, evicted } = await fixture(t);
    for (let i = 0; i < 20; i++) {
      const socket = await open();
      socket.destroy();
      await ask();
    }
    assert.ok(evicted() < 5, `${evicted()}`);
  });
});
