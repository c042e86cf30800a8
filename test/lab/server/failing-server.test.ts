import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { answer, hang, ok, reset } from '../scenarios/steps.ts';
import { FailingServer } from './failing-server.ts';

suite('the server that fails', () => {
  const server = new FailingServer();
  let url = '';
  before(async () => {
    url = await server.start();
  });
  after(() => server.stop());
  beforeEach(() => {
    server.log.length = 0;
  });

  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  function send(call: string, path = '/', to = url): Promise<Response> {
    return fetch(`${to}${path}`, { headers: { 'x-call-id': call, traceparent }, redirect: 'manual' });
  }

  test('does one step of a script for each request of its call, and then the last one for ever', async () => {
    server.script('a', [answer(503), answer(429, { headers: { 'retry-after': '1' } }), ok]);
    const answers = [await send('a'), await send('a', '/other'), await send('a'), await send('a')];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 429, 200, 200],
    );
    assert.equal(answers[1]!.headers.get('retry-after'), '1');
  });

  test('keeps the calls apart, whatever their URLs', async () => {
    server.script('b', [answer(503), ok]);
    server.script('c', [answer(500), ok]);
    const answers = [await send('b'), await send('c'), await send('b'), await send('c')];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 500, 200, 200],
    );
  });

  test('writes down which span each request was of, and how it ended', async () => {
    server.script('d', [answer(503), ok]);
    await send('d');
    await send('d');
    assert.deepEqual(
      server.log.map(({ call, order, traceId, spanId, status }) => [call, order, traceId, spanId, status]),
      [1, 2].map((order) => [
        'd',
        order,
        '0af7651916cd43dd8448eb211c80319c',
        'b7ad6b7169203331',
        order === 1 ? 503 : 200,
      ]),
    );
    for (const { start, end } of server.log) assert.ok(end! >= start);
  });

  test('resets a connection', async () => {
    server.script('e', [reset]);
    await assert.rejects(send('e'), ({ cause }: Error) => (cause as { code?: string }).code === 'ECONNRESET');
    assert.equal(server.log[0]!.status, 'reset');
  });

  test('hangs until the client has gone', async () => {
    server.script('f', [hang]);
    const gone = new AbortController();
    const sent = fetch(url, { headers: { 'x-call-id': 'f' }, signal: gone.signal });
    while (server.log.length === 0) await new Promise(setImmediate);
    assert.equal(server.log[0]!.status, undefined);
    gone.abort();
    await assert.rejects(sent, { name: 'AbortError' });
    while (server.log[0]!.status === undefined) await new Promise(setImmediate);
    assert.equal(server.log[0]!.status, 'aborted');
  });

  test('has weather for calls without a script, from the first of them on', async () => {
    server.turn([{ untilMillis: Infinity, step: answer(502) }]);
    assert.equal((await send('g')).status, 502);
    server.turn([]);
    assert.equal((await send('g')).status, 200);
  });

  test('has a door that refuses until it is opened', async () => {
    await assert.rejects(
      send('h', '/', server.door.url),
      ({ cause }: Error) => (cause as { code?: string }).code === 'ECONNREFUSED',
    );
    assert.deepEqual(server.log, []);
    await server.door.open();
    assert.equal((await send('h', '/', server.door.url)).status, 200);
    assert.equal(server.log.length, 1);
  });
});
