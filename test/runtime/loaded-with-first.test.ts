import assert from 'node:assert/strict';
import { type RequestListener, request as httpRequest } from 'node:http';
import { suite, type TestContext, test } from 'node:test';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { loadedWithFirst } from '../../src/runtime/loaded-with-first.ts';
import { eventually } from '../support/eventually.ts';

/** A listener whose handler is loaded when that is told to end. */
async function setUp(t: TestContext) {
  const loads: PromiseWithResolvers<RequestListener>[] = [];
  const failures: unknown[] = [];
  const load = (): Promise<RequestListener> => {
    const one = Promise.withResolvers<RequestListener>();
    loads.push(one);
    return one.promise;
  };
  const handle = loadedWithFirst(load, (error) => failures.push(error));
  let came = 0;
  let gone = 0;
  const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, (request, response) => {
    came++;
    response.on('close', () => gone++);
    handle(request, response);
  });
  await server.start();
  t.after(() => server.stop());
  const post = (text: string) =>
    fetch(`http://127.0.0.1:${server.address.port}`, { method: 'POST', body: text });
  return { server, loads, failures, post, came: () => came, gone: () => gone };
}

const echo: RequestListener = (request, response) => void request.pipe(response);

suite('what is loaded with the first request', () => {
  test('is loaded once, and answers all that came meanwhile, with what they sent', async (t) => {
    const { loads, post, came } = await setUp(t);
    const answers = Promise.all([post('one'), post('two')]);
    await eventually('both to come', () => came() === 2);
    assert.equal(loads.length, 1);
    loads[0]!.resolve(echo);
    const texts = await Promise.all((await answers).map((answer) => answer.text()));
    assert.deepEqual(texts, ['one', 'two']);
    assert.equal(await (await post('three')).text(), 'three');
    assert.equal(loads.length, 1);
  });

  test('is not given requests of those who have gone away meanwhile', async (t) => {
    const { server, loads, post, came, gone } = await setUp(t);
    const { port } = server.address;
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST' });
    request.on('error', () => undefined).end();
    await eventually('it to come', () => came() === 1);
    request.destroy();
    await eventually('it to go', () => gone() === 1);
    let handled = 0;
    loads[0]!.resolve((...args) => {
      handled++;
      echo(...args);
    });
    assert.equal(await (await post('next')).text(), 'next');
    assert.equal(handled, 1);
  });

  test('is told of and answered 500 where it cannot be loaded', async (t) => {
    const { loads, failures, post, came } = await setUp(t);
    const answer = post('one');
    await eventually('it to come', () => came() === 1);
    loads[0]!.reject(new Error('of the test'));
    assert.equal((await answer).status, 500);
    assert.equal(failures.length, 1);
  });
});
