import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { apiApp } from '../../src/admin/api-app.ts';
import type { IssueAnswer, PageAnswer, ProblemAnswer } from '../../src/admin/contract.ts';
import { ownerOf, storedToken } from '../../src/admin/token.ts';
import { Secret } from '../../src/config/secret.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { errorEvent } from '../support/builders.ts';
import { TestClock } from '../support/test-clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-admin-'));
after(() => rmSync(directory, { recursive: true }));

suite('the API', () => {
  const clock = new TestClock();
  const store = new SqliteStore(join(directory, 'api.db'));
  const tokens = [
    { name: 'alice', token: new Secret('token-of-alice') },
    { name: 'bob', token: new Secret('token-of-bob') },
  ];
  let changes = 0;
  const unexpected: unknown[] = [];
  const app = apiApp({
    clock,
    issues: store.calls,
    tokens,
    onChanged: () => changes++,
    onUnexpected: (error) => unexpected.push(error),
  });
  const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, app);

  before(async () => {
    await store.start();
    await server.start();
    const events = ['a', 'b', 'c'].map((fingerprint, i) =>
      errorEvent({
        fingerprint,
        service: i === 2 ? 'other' : 'checkout',
        severity: i === 0 ? 'low' : 'high',
        time: clock.now() - i * 1000,
      }),
    );
    await store.calls.record(events, clock.now());
  });
  after(async () => {
    await server.stop();
    await store.stop();
  });

  const call = (
    path: string,
    options: { token?: string | undefined; method?: string } = {},
  ): Promise<Response> => {
    const { token = 'token-of-alice', method = 'GET' } = options;
    const headers = { authorization: `Bearer ${token}` };
    return fetch(`http://127.0.0.1:${server.address.port}${path}`, { method, headers });
  };
  const json = async <T>(path: string, options?: Parameters<typeof call>[1]): Promise<T> =>
    (await (await call(path, options)).json()) as T;

  const withoutRight: [name: string, headers: Record<string, string>][] = [
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer nonsense' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic token-of-alice' }],
  ];
  for (const [name, headers] of withoutRight) {
    test(`answers ${name} with 401, and says what to send`, async () => {
      for (const path of ['/api/issues', '/api/issues/x', '/api/nothing']) {
        const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`, { headers });
        assert.equal(response.status, 401);
        assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/);
        assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
        assert.match(((await response.json()) as ProblemAnswer).detail, /Authorization: Bearer/);
      }
    });
  }

  test('lists issues, the last seen first', async () => {
    const { items, next_cursor } = await json<PageAnswer<IssueAnswer>>('/api/issues');
    assert.equal(next_cursor, null);
    assert.deepEqual(
      items.map(({ service }) => service),
      ['checkout', 'checkout', 'other'],
    );
    assert.partialDeepStrictEqual(items[0], {
      type: 'PaymentError',
      title: 'PaymentError: card 17 was refused',
      count: 1,
      state: 'new',
      severity: 'low',
      first_version: '1.4.2',
      resolved_by: null,
      last_seen: new Date(clock.now()).toISOString(),
      frames: [{ function: 'charge', file: '/app/src/charge.js', line: 10 }],
    });
  });

  test('lists page by page', async () => {
    const first = await json<PageAnswer<IssueAnswer>>('/api/issues?limit=2');
    assert.equal(first.items.length, 2);
    const second = await json<PageAnswer<IssueAnswer>>(`/api/issues?limit=2&cursor=${first.next_cursor}`);
    assert.equal(second.items.length, 1);
    assert.equal(second.next_cursor, null);
  });

  const filters: [query: string, found: number][] = [
    ['severity=high', 2],
    ['severity=low,high', 3],
    ['severity=low&severity=critical', 1],
    ['state=resolved', 0],
    ['state=new&service=other', 1],
    ['service=nobody', 0],
    ['limit=0', 1],
    ['limit=99999', 3],
    ['service=&state=&cursor=', 3],
  ];
  for (const [query, found] of filters) {
    test(`finds ${found} with ${query}`, async () => {
      assert.equal((await json<PageAnswer<IssueAnswer>>(`/api/issues?${query}`)).items.length, found);
    });
  }

  const badQueries: [query: string, says: RegExp][] = [
    ['severity=urgent', /low, medium, high, critical/],
    ['state=open', /new, ongoing/],
    ['limit=many', /limit/],
    ['cursor=nonsense', /cursor/],
  ];
  for (const [query, says] of badQueries) {
    test(`answers ${query} with 400, and says what is allowed`, async () => {
      const response = await call(`/api/issues?${query}`);
      assert.equal(response.status, 400);
      assert.match(((await response.json()) as ProblemAnswer).detail, says);
    });
  }

  test('shows one issue by its id and its short id', async () => {
    const [listed] = (await json<PageAnswer<IssueAnswer>>('/api/issues?limit=1')).items;
    assert.deepEqual(await json(`/api/issues/${listed!.id}`), listed);
    assert.deepEqual(await json(`/api/issues/${listed!.short_id}`), listed);
  });

  test('resolves an issue, says who did, and tells alerting', async () => {
    const [listed] = (await json<PageAnswer<IssueAnswer>>('/api/issues?service=other')).items;
    const before = changes;
    const resolved = await json<IssueAnswer>(`/api/issues/${listed!.id}/resolve`, {
      method: 'POST',
      token: 'token-of-bob',
    });
    assert.partialDeepStrictEqual(resolved, {
      state: 'resolved',
      resolved_by: 'bob',
      resolved_at: new Date(clock.now()).toISOString(),
    });
    assert.equal(changes, before + 1);
  });

  const missing: [method: string, path: string][] = [
    ['GET', '/api/issues/nothing'],
    ['POST', '/api/issues/nothing/resolve'],
    ['GET', '/api/nothing'],
    ['DELETE', '/api/issues'],
    ['GET', '/'],
  ];
  for (const [method, path] of missing) {
    test(`answers ${method} ${path} with 404`, async () => {
      const response = await call(path, { method });
      assert.equal(response.status, 404);
      assert.equal(((await response.json()) as ProblemAnswer).status, 404);
    });
  }

  test('answers a path that cannot be decoded with 400', async () => {
    assert.equal((await call('/api/issues/%E0%A4%A')).status, 400);
    assert.deepEqual(unexpected, []);
  });
});

suite('the admin token', () => {
  test('is made once, can only be read by its owner, and stays the same', () => {
    const { token, path } = storedToken(directory);
    assert.match(token.reveal(), /^[\w-]{32}$/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(storedToken(directory).token.reveal(), token.reveal());
  });

  test('belongs to whom it was given', () => {
    const tokens = [
      { name: 'alice', token: new Secret('a') },
      { name: 'bob', token: new Secret('b') },
    ];
    assert.deepEqual(
      ['a', 'b', 'c', ''].map((candidate) => ownerOf(candidate, tokens)),
      ['alice', 'bob', undefined, undefined],
    );
  });
});
