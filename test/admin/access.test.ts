import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FailedAttempts } from '../../src/admin/access/failed-attempts.ts';
import { Sessions } from '../../src/admin/access/sessions.ts';
import type { ProblemAnswer } from '../../src/admin/contract.ts';
import { ownerOf } from '../../src/admin/token.ts';
import { Secret } from '../../src/config/secret.ts';
import { errorEvent } from '../support/builders.ts';
import { TestClock } from '../support/test-clock.ts';
import { aliceToken, type Answer, bobToken, TestApi } from './support.ts';

const detailOf = ({ body }: Answer): string => (JSON.parse(body) as ProblemAnswer).detail;

suite('the API without the right token', () => {
  const api = new TestApi();

  const withoutRight: [name: string, headers: Record<string, string>][] = [
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer nonsense' }],
    ['a token that is right but for its end', { authorization: `Bearer ${aliceToken}x` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${aliceToken}` }],
    ['two tokens', { authorization: `Bearer ${aliceToken} ${aliceToken}` }],
    ['a token as a cookie', { cookie: `tocsin_session=${aliceToken}` }],
    ['a session that never was', { cookie: 'tocsin_session=; tocsin_session=x' }],
    ['cookies that are none', { cookie: ';;=;tocsin_session;\u00ff' }],
  ];
  for (const [name, headers] of withoutRight) {
    test(`answers ${name} with 401, says what to send, and gives nothing away`, async () => {
      for (const path of ['/api', '/api/issues', '/api/issues/x', '/api/nothing', '/api/openapi.json']) {
        api.clock.advance(10_000);
        const answer = await api.ask(path, { token: undefined, headers });
        assert.equal(answer.status, 401, path);
        assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/);
        assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
        assert.match(detailOf(answer), /Authorization: Bearer TOKEN/);
      }
    });
  }

  const aroundIt = [
    '//api/issues',
    '/%61pi/issues',
    '/api%2fissues',
    '/./api/issues',
    '/x/../api/issues',
    '/API/issues',
  ];
  for (const path of aroundIt) {
    test(`has nothing at ${path}`, async () => {
      const { status } = await api.ask(path, { token: undefined });
      assert.ok(status === 404 || status === 401, `${status}`);
      assert.notEqual((await api.ask(path)).status, 200);
    });
  }

  test('lets no token be guessed: after 10 wrong ones in a minute the address waits', async () => {
    api.clock.advance(60_000);
    const session = await api.login();
    for (let i = 0; i < 10; i++) {
      api.clock.advance(1_000);
      const path = i % 2 === 0 ? '/api/issues' : `/login?token=guess${i}`;
      assert.equal((await api.ask(path, { token: i % 2 === 0 ? `guess${i}` : undefined })).status, 401);
    }
    for (const [path, token] of [
      ['/api/issues', 'guess'],
      ['/api/issues', aliceToken],
      [`/login?token=${aliceToken}`, undefined],
    ] as const) {
      const limited = await api.ask(path, { token });
      assert.equal(limited.status, 429);
      assert.equal(limited.headers['retry-after'], '51');
      assert.match(detailOf(limited), /try again in 51 s/);
    }
    const cookie = { cookie: session };
    assert.equal((await api.ask('/api/issues', { token: undefined, headers: cookie })).status, 200);
    assert.equal((await api.ask('/api/issues', { token: undefined })).status, 401, 'no token is no guess');
    api.clock.advance(51_000);
    assert.equal((await api.ask('/api/issues')).status, 200);
    assert.ok(api.codes.includes(429) && api.codes.includes(401) && api.codes.includes(200));
  });
});

suite('failed attempts', () => {
  const failTimes = (attempts: FailedAttempts, address: string, times: number): void => {
    for (let i = 0; i < times; i++) attempts.add(address);
  };

  test('make their address wait, and no other', () => {
    const attempts = new FailedAttempts(new TestClock());
    failTimes(attempts, 'a', 9);
    assert.equal(attempts.pauseOf('a'), 0);
    failTimes(attempts, 'a', 1);
    assert.deepEqual([attempts.pauseOf('a'), attempts.pauseOf('b')], [60_000, 0]);
  });

  test('count within any minute, not within the minutes of a clock', () => {
    const clock = new TestClock();
    const attempts = new FailedAttempts(clock);
    failTimes(attempts, 'a', 5);
    clock.advance(59_000);
    failTimes(attempts, 'a', 5);
    assert.equal(attempts.pauseOf('a'), 1_000);
    clock.advance(1_000);
    assert.equal(attempts.pauseOf('a'), 0);
    failTimes(attempts, 'a', 5);
    assert.equal(attempts.pauseOf('a'), 59_000);
  });

  test('are remembered of a bounded number of addresses, those that failed last', () => {
    const attempts = new FailedAttempts(new TestClock());
    failTimes(attempts, 'first', 10);
    for (let i = 0; i < 999; i++) attempts.add(`address ${i}`);
    assert.equal(attempts.addressCount, 1000);
    attempts.add('first');
    for (let i = 0; i < 5000; i++) failTimes(attempts, `other ${i}`, 1);
    assert.equal(attempts.addressCount, 1000);
    assert.equal(attempts.pauseOf('first'), 0);
  });
});

suite('sessions', () => {
  test('are bounded in number: the oldest ends', () => {
    const sessions = new Sessions(new TestClock());
    const ids = Array.from({ length: 3000 }, () => sessions.begin('alice'));
    assert.equal(sessions.count, 1000);
    assert.equal(new Set(ids).size, 3000);
    assert.equal(sessions.ownerOf(ids[0]!), undefined);
    assert.equal(sessions.ownerOf(ids.at(-1)!), 'alice');
  });

  test('last twelve hours, however the clock is set', () => {
    const clock = new TestClock();
    const sessions = new Sessions(clock);
    const id = sessions.begin('alice');
    clock.setWall(-86_400_000);
    clock.advance(12 * 3_600_000 - 1);
    assert.equal(sessions.ownerOf(id), 'alice');
    clock.advance(1);
    assert.equal(sessions.ownerOf(id), undefined);
    assert.equal(sessions.count, 0);
  });
});

suite('a browser', () => {
  const api = new TestApi({ hosts: ['tocsin.example'] });
  const browse = (path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> =>
    api.ask(path, { token: undefined, headers, method });
  const resolvePath = async (): Promise<string> => {
    await api.store.record([errorEvent()], 0);
    const { items } = await api.store.listIssues({ limit: 1 });
    return `/api/issues/${items[0]!.id}/resolve`;
  };

  test('logs in with the link, which does not stay in the address bar', async () => {
    const { status, headers, body } = await browse(`/login?token=${bobToken}`, {});
    assert.deepEqual([status, headers['location']], [303, '/']);
    const [cookie] = headers['set-cookie']!;
    assert.match(cookie!, /^tocsin_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.ok(!`${cookie}${body}`.includes(bobToken));
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    const session = { cookie: `other=1; ${cookie!.split(';')[0]}` };
    assert.equal((await browse('/api/issues', session)).status, 200);
    assert.match((await browse('/', session)).body, /logged in as bob/);
  });

  test('is told how to log in when it has not', async () => {
    for (const headers of [{}, { cookie: 'tocsin_session=nonsense' }] as Record<string, string>[]) {
      const { status, body } = await browse('/', headers);
      assert.equal(status, 200);
      assert.match(body, /not logged in/);
      assert.match(body, /href="\/api\/openapi\.json"/);
      assert.doesNotMatch(body, /Log out|<script/);
    }
  });

  const wrongLogins: [query: string, status: number][] = [
    ['?token=wrong', 401],
    ['?token=', 400],
    ['', 400],
    ['?tokn=x', 400],
    [`?token=${aliceToken}&token=${aliceToken}`, 400],
  ];
  for (const [query, status] of wrongLogins) {
    test(`is given no session by /login${query.slice(0, 16)}`, async () => {
      const answer = await browse(`/login${query}`, {});
      assert.equal(answer.status, status);
      assert.equal(answer.headers['set-cookie'], undefined);
    });
  }

  test('cannot be made to use up the tries of its address by a page of another site', async () => {
    for (let i = 0; i < 20; i++) {
      for (const [site, dest] of [
        ['cross-site', 'image'],
        ['cross-site', 'iframe'],
        ['same-site', 'empty'],
      ] as const) {
        const headers = { 'sec-fetch-site': site, 'sec-fetch-dest': dest };
        assert.equal((await browse(`/login?token=guess${i}`, headers)).status, 403);
      }
    }
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' };
    assert.equal((await browse(`/login?token=${aliceToken}`, link)).status, 303);
  });

  test('acts as who logged in, by requests from its own page', async () => {
    const headers = {
      cookie: await api.login(bobToken),
      origin: api.origin,
      'sec-fetch-site': 'same-origin',
    };
    const { status, body } = await browse(await resolvePath(), headers, 'POST');
    assert.equal(status, 200);
    assert.match(body, /"resolved_by":"bob"/);
  });

  test('may come through a proxy that speaks HTTPS for a known host', async () => {
    const headers = { cookie: await api.login(), host: 'tocsin.example', origin: 'https://tocsin.example' };
    assert.equal((await browse(await resolvePath(), headers, 'POST')).status, 200);
  });

  const foreign: [name: string, headers: Record<string, string>][] = [
    ['no Origin', {}],
    ['Origin: null', { origin: 'null' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['our host by HTTPS, which we do not speak', { origin: 'https://SELF' }],
    ['an origin that begins as ours', { origin: 'http://SELF.evil.example' }],
    ['an empty Origin', { origin: '' }],
  ];
  for (const [name, headers] of foreign) {
    test(`may change nothing with its session and ${name}`, async () => {
      const cookie = await api.login();
      const origin = headers['origin']?.replace('SELF', `127.0.0.1:${api.port}`);
      const sent = { cookie, ...(origin === undefined ? {} : { origin }) };
      for (const path of [await resolvePath(), '/logout']) {
        const answer = await browse(path, sent, 'POST');
        assert.equal(answer.status, 403, path);
        assert.match(detailOf(answer), /sent by another page/);
      }
      assert.equal((await browse('/api/issues', { cookie })).status, 200, 'still logged in');
    });
  }

  test('may change nothing from another page with a token either', async () => {
    for (const origin of ['null', 'http://evil.example']) {
      const answer = await api.ask(await resolvePath(), { method: 'POST', headers: { origin } });
      assert.equal(answer.status, 403);
    }
    assert.equal((await api.ask(await resolvePath(), { method: 'POST' })).status, 200);
  });

  test('is refused when another site sends its session along', async () => {
    const headers = { cookie: await api.login(), 'sec-fetch-site': 'cross-site' };
    assert.equal((await browse('/api/issues', headers)).status, 403);
    const { status, body } = await browse('/', headers);
    assert.equal(status, 200);
    assert.match(body, /not logged in/);
  });

  test('that logs out cannot use its cookie again', async () => {
    const cookie = await api.login();
    const { status, headers } = await browse('/logout', { cookie, origin: api.origin }, 'POST');
    assert.deepEqual([status, headers['location']], [303, '/']);
    assert.match(headers['set-cookie']![0]!, /^tocsin_session=; Max-Age=0; Path=\/; HttpOnly/);
    assert.equal((await browse('/api/issues', { cookie })).status, 401);
    const again = await browse('/logout', { cookie, origin: api.origin }, 'POST');
    assert.equal(again.status, 303);
  });

  test('that logs in again has one session, the new one', async () => {
    const cookie = await api.login();
    const { headers } = await browse(`/login?token=${aliceToken}`, { cookie });
    assert.equal((await browse('/api/issues', { cookie })).status, 401);
    const renewed = headers['set-cookie']![0]!.split(';')[0]!;
    assert.equal((await browse('/api/issues', { cookie: renewed })).status, 200);
  });

  test('that logged in twelve hours ago has to again', async () => {
    const cookie = await api.login();
    api.clock.advance(12 * 3_600_000);
    assert.equal((await browse('/api/issues', { cookie })).status, 401);
  });

  test('shows each answer as it is, to nobody else, without scripts', async () => {
    for (const [path, token] of [
      ['/', undefined],
      ['/api/issues', aliceToken],
      ['/api/issues', undefined],
      ['/nothing', undefined],
      ['/api/issues?limit=x', aliceToken],
    ] as const) {
      const { headers } = await api.ask(path, { token });
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'none'; .*frame-ancestors 'none'/,
      );
      assert.doesNotMatch(String(headers['content-security-policy']), /script|unsafe/);
      assert.partialDeepStrictEqual(headers, {
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });
});

test('a token belongs to whom it was given', () => {
  const tokens = [
    { name: 'alice', token: new Secret('a') },
    { name: 'bob', token: new Secret('b') },
  ];
  assert.deepEqual(
    ['a', 'b', 'c', '', 'ab'].map((candidate) => ownerOf(candidate, tokens)),
    ['alice', 'bob', undefined, undefined, undefined],
  );
});
