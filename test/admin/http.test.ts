import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { errorEvent } from '../support/builders.ts';
import { aliceToken, TestApi } from './support.ts';

const bearer = `authorization: Bearer ${aliceToken}\r\n`;

suite('the host that a request is for', () => {
  const api = new TestApi({ hosts: ['tocsin.example', '[fd00::1]'] });

  const hosts: [host: string, status: number][] = [
    ['127.0.0.1', 200],
    ['127.8.9.10:8080', 200],
    ['localhost', 200],
    ['LocalHost.:65535', 200],
    ['[::1]:4320', 200],
    ['tocsin.example', 200],
    ['Tocsin.Example:443', 200],
    ['[fd00::1]', 200],
    ['localhost:', 200],
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['127.evil.example', 421],
    ['xtocsin.example', 421],
    ['169.254.169.254', 421],
    ['[::ffff:a00:1]', 421],
    ['127.1', 421],
    ['0x7f.1', 421],
    ['localhost:65536', 400],
    ['localhost:x', 400],
    ['localhost:-1', 400],
    ['a@localhost', 400],
    ['localhost/evil.example', 400],
    ['localhost, evil.example', 400],
    ['[::1', 400],
    ['', 400],
    ['a'.repeat(300), 400],
  ];
  for (const [host, status] of hosts) {
    test(`${host.slice(0, 30) || 'none'} is answered ${status}`, async () => {
      for (const path of ['/', '/api/issues', '/login?token=x']) {
        const answer = await api.raw(
          `HEAD ${path} HTTP/1.1\r\nhost: ${host}\r\n${bearer}connection: close\r\n\r\n`,
        );
        const wanted = path.startsWith('/login') && status === 200 ? 405 : status;
        assert.match(answer, new RegExp(`^HTTP/1\\.1 ${wanted} `), path);
      }
    });
  }

  test('is that of a target in absolute form, whatever the header says', async () => {
    const ask = (target: string, host: string): Promise<string> =>
      api.raw(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\n${bearer}connection: close\r\n\r\n`);
    assert.match(await ask('http://localhost/api/issues?limit=1', 'evil.example'), /^HTTP\/1\.1 200 /);
    assert.match(await ask('http://evil.example/api/issues', 'localhost'), /^HTTP\/1\.1 421 /);
    assert.match(await ask('http://[::bad/api/issues', 'localhost'), /^HTTP\/1\.1 4\d\d /);
    assert.match(await ask('http:///api/issues', 'localhost'), /^HTTP\/1\.1 400 /);
    assert.match(await ask('ftp://localhost/api/issues', 'localhost'), /^HTTP\/1\.1 400 /);
  });

  test('is asked for: without a Host header nothing is answered', async () => {
    assert.match(await api.raw(`GET /api/issues HTTP/1.0\r\n${bearer}\r\n`), /^HTTP\/1\.1 400 /);
    assert.match(
      await api.raw(`GET /api/issues HTTP/1.1\r\n${bearer}connection: close\r\n\r\n`),
      /^HTTP\/1\.1 400 /,
    );
  });

  test('is looked at before the token is', async () => {
    for (let i = 0; i < 20; i++) {
      const { status } = await api.ask('/api/issues', {
        token: `wrong${i}`,
        headers: { host: 'evil.example' },
      });
      assert.equal(status, 421);
    }
    assert.equal((await api.ask('/api/issues')).status, 200);
  });

  test('can be no host at all for OPTIONS *', async () => {
    const answer = await api.raw(
      `OPTIONS * HTTP/1.1\r\nhost: localhost\r\n${bearer}connection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 [24]\d\d /);
  });
});

suite('a body', () => {
  const api = new TestApi();
  const path = async (): Promise<string> => {
    await api.store.record([errorEvent()], 0);
    return `/api/issues/${(await api.store.listIssues({ limit: 1 })).items[0]!.id}/resolve`;
  };
  const json = { 'content-type': 'application/json' };

  const bodies: [name: string, headers: Record<string, string>, body: string | Buffer, status: number][] = [
    ['none', {}, '', 200],
    ['none, with a content type', json, '', 200],
    ['an empty object', json, '{}', 200],
    ['an empty object in UTF-8', { 'content-type': 'application/json; charset=utf-8' }, '{}', 200],
    ['keys that are not known', json, '{"by": "x"}', 400],
    ['JSON that is none', json, '{', 400],
    ['JSON that is no object', json, '[]', 400],
    ['JSON that is a scalar', json, '1', 400],
    ['__proto__', json, '{"__proto__": {"x": 1}}', 400],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1', 415],
    ['text', { 'content-type': 'text/plain' }, '{}', 415],
    ['no content type', {}, '{}', 415],
    ['compression', { ...json, 'content-encoding': 'gzip' }, '{}', 415],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }, '{}', 415],
    ['just the most', json, `{${' '.repeat(64 * 1024 - 2)}}`, 200],
    ['one byte more', json, `{${' '.repeat(64 * 1024 - 1)}}`, 413],
    ['10 MB', json, Buffer.alloc(10_000_000, ' '), 413],
  ];
  for (const [name, headers, body, status] of bodies) {
    test(`with ${name} is answered ${status}`, async () => {
      const length = { 'content-length': String(body.length) };
      const answer = await api.ask(await path(), {
        method: 'POST',
        headers: { ...headers, ...length },
        body,
      });
      assert.equal(answer.status, status, answer.body);
      if (status !== 200)
        assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
    });
  }

  test('of 10 MB in chunks is answered 413 too', async () => {
    const headers = { ...json, 'transfer-encoding': 'chunked' };
    const body = Buffer.alloc(10_000_000, ' ');
    assert.equal((await api.ask(await path(), { method: 'POST', headers, body })).status, 413);
  });

  test('of somebody without a token is not read', async () => {
    const headers = { ...json, 'content-length': '10000000' };
    const request = { method: 'POST', headers, body: Buffer.alloc(10_000_000), token: undefined };
    assert.equal((await api.ask(await path(), request)).status, 401);
  });

  test('of GET is not read', async () => {
    const headers = { 'content-length': '3' };
    assert.equal((await api.ask('/api/issues', { headers, body: 'abc' })).status, 200);
    const large = { headers: { 'content-length': '70000' }, body: 'x'.repeat(70_000) };
    assert.equal((await api.ask('/api/issues', large)).status, 413);
  });
});

suite('a listener', () => {
  const api = new TestApi({
    timeouts: { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 },
  });

  test('waits for headers, and for bodies, only so long', async () => {
    assert.match(await api.raw('GET /api/issues HTTP/1.1\r\nhost: loc'), /^HTTP\/1\.1 408 /);
    const half = `POST /api/issues/x/resolve HTTP/1.1\r\nhost: localhost\r\n${bearer}content-type: application/json\r\ncontent-length: 9\r\n\r\n{`;
    assert.match(await api.raw(half), /^HTTP\/1\.1 408 /);
  });

  test('takes headers of no more than 16 KiB, and no nonsense', async () => {
    const long = `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`;
    assert.match(await api.raw(long), /^HTTP\/1\.1 431 /);
    assert.match(await api.raw('nonsense\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await api.raw('GET / HTTP/1.1\r\nhost: localhost\r\nx y: 1\r\n\r\n'), /^HTTP\/1\.1 400 /);
  });
});
