import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { buttonsApp } from '../../src/admin/buttons-app.ts';
import { Secret } from '../../src/config/secret.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { slackSignature } from '../../src/notify/receivers/slack-signature.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { ButtonEvents } from '../../src/telemetry/button-events.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { sampleOf } from '../support/samples.ts';
import { TestClock } from '../support/test-clock.ts';

const secret = new Secret('signing-secret-of-the-app');
const path = '/slack/actions';

interface Sent {
  body?: string;
  secret?: Secret;
  /** Milliseconds since the Unix epoch; now, unless given. */
  at?: number;
  headers?: Record<string, string>;
}

async function start(t: TestContext, handle: (payload: unknown) => Promise<void> = () => Promise.resolve()) {
  const clock = new TestClock();
  const registry = new MetricRegistry();
  const log = new RecordingLog();
  const handled: unknown[] = [];
  const app = (each: Secret, name: string) => ({
    secret: each,
    handle: (payload: unknown) => {
      handled.push(name, payload);
      return handle(payload);
    },
  });
  const apps = [app(new Secret('another-app-of-the-same'), 'other'), app(secret, 'app')];
  const events = new ButtonEvents(registry, log);
  const listen = { host: '127.0.0.1', port: 0 };
  const server = new HttpServer('buttons', listen, buttonsApp({ clock, apps, events }));
  await server.start();
  t.after(() => server.stop());
  const url = `http://127.0.0.1:${server.address.port}`;
  const send = (given: Sent = {}, at = path): Promise<Response> => {
    const { body = form({}) } = given;
    const timestamp = String(Math.floor((given.at ?? clock.now()) / 1000));
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': slackSignature(given.secret ?? secret, timestamp, body),
      ...given.headers,
    };
    return fetch(`${url}${at}`, { method: 'POST', headers, body });
  };
  const count = (code: number) => sampleOf(registry, `tocsin_button_requests_total{code="${code}"}`);
  return { clock, log, registry, handled, send, count, url, port: server.address.port };
}

function form(payload: unknown): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

suite('what Slack sends by requests', () => {
  test('is handled as that of the app whose secret signed it, and answered when that is done', async (t) => {
    const { send, handled, count } = await start(t);
    const answer = await send({ body: form({ type: 'block_actions', n: 'é😀&=+%' }) });
    assert.deepEqual([answer.status, await answer.text()], [200, '']);
    assert.deepEqual(handled, ['app', { type: 'block_actions', n: 'é😀&=+%' }]);
    assert.equal(answer.headers.get('x-powered-by'), null);
    assert.equal(count(200), 1);
  });

  test('is taken however large a message is that it is about', async (t) => {
    const { send, handled } = await start(t);
    const blocks = '\u{1F600}'.repeat(6_600);
    // As Slack may write it: each unit of a character escaped, and the backslash once more.
    const escaped = JSON.stringify({ blocks }).replaceAll(/[^\0-\x7f]/g, (unit) => escapeUnits(unit));
    const body = new URLSearchParams({ payload: escaped }).toString();
    assert.ok(body.length > 100_000, String(body.length));
    assert.equal((await send({ body })).status, 200);
    assert.deepEqual(handled[1], { blocks });
  });

  test('is taken once', async (t) => {
    const { send, handled, clock, registry } = await start(t);
    const at = clock.now();
    for (let i = 0; i < 3; i++) assert.equal((await send({ at })).status, 200);
    assert.equal(handled.length, 2);
    assert.equal(sampleOf(registry, 'tocsin_button_presses_total{action="",outcome="repeated"}'), 2);
  });

  for (const [name, body] of [
    ['nothing', ''],
    ['no payload', 'text=x'],
    ['JSON that breaks off', 'payload=%7B'],
    ['what is no form', '{"type":"block_actions"}'],
  ] as const)
    test(`is passed on as nothing if it is signed and has ${name}`, async (t) => {
      const { send, handled } = await start(t);
      assert.equal((await send({ body })).status, 200);
      assert.deepEqual(handled, ['app', undefined]);
    });

  test('is refused unless it is signed by an app that is known, at this time', async (t) => {
    const { send, handled, count, clock } = await start(t);
    clock.advance(600_000);
    const others: Sent[] = [
      { secret: new Secret('of another app') },
      { headers: { 'x-slack-signature': '' } },
      { headers: { 'x-slack-request-timestamp': '0' } },
      { at: clock.now() - 301_000 },
      { at: clock.now() + 302_000 },
    ];
    for (const given of others) {
      const answer = await send(given);
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    }
    assert.deepEqual(handled, []);
    assert.equal(count(401), others.length);
  });

  test('tells people that the clock may be wrong, once', async (t) => {
    const { send, log, clock } = await start(t);
    clock.advance(3_600_000);
    const late = { at: clock.now() - 1_800_000 };
    for (let i = 0; i < 3; i++) await send(late);
    assert.equal(log.warnings.length, 1);
    assert.match(log.warnings[0]!, /"seconds":1800.*is the clock of this machine right/);
    await send();
    await send(late);
    assert.equal(log.warnings.length, 2, 'and again after it was right');
  });

  test('is told to wait after ten wrong signatures a minute, but what is right is taken all the same', async (t) => {
    const { send, clock, count, handled } = await start(t);
    const wrong = { secret: new Secret('guessed') };
    for (let i = 0; i < 10; i++) assert.equal((await send(wrong)).status, 401);
    const answer = await send(wrong);
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '60']);
    assert.equal(count(429), 1);
    assert.equal((await send()).status, 200);
    assert.equal(handled.length, 2);
    clock.advance(60_000);
    assert.equal((await send(wrong)).status, 401);
  });

  test('is refused if it is larger than any message', async (t) => {
    const { send, handled } = await start(t);
    const answer = await send({ body: 'x'.repeat(256 * 1024 + 1) });
    assert.equal(answer.status, 413);
    assert.equal((await send({ headers: { 'content-encoding': 'gzip' } })).status, 415);
    assert.deepEqual(handled, []);
  });

  test('has nothing else beside it', async (t) => {
    const { url, send } = await start(t);
    for (const at of [
      '/',
      '/metrics',
      '/health',
      '/api/issues',
      '/login',
      '/slack',
      '/SLACK/ACTIONS',
      `${path}/x`,
    ])
      for (const method of ['GET', 'POST'])
        assert.equal((await fetch(`${url}${at}`, { method })).status, 404, `${method} ${at}`);
    const answer = await fetch(`${url}${path}`);
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST']);
    assert.equal((await send({}, `${path}?x=1`)).status, 200);
  });

  test('is nothing that keeps others out when it is never sent whole', async (t) => {
    const { port, send } = await start(t);
    const half = connect(port, '127.0.0.1');
    t.after(() => half.destroy());
    half.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx`);
    assert.equal((await send()).status, 200);
  });
});

function escapeUnits(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
