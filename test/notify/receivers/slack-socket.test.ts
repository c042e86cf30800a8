import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { noProxies, type Proxies } from '../../../src/config/proxies.ts';
import { Secret } from '../../../src/config/secret.ts';
import type { Fault } from '../../../src/demo/slack/faults.ts';
import { SlackStandIn } from '../../../src/demo/slack/server.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SlackSocket } from '../../../src/notify/receivers/slack-socket.ts';
import { ButtonEvents } from '../../../src/telemetry/button-events.ts';
import type { OwnFailure } from '../../../src/telemetry/own-failure.ts';
import type { CancelTimer } from '../../../src/runtime/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { ForwardProxy } from '../../support/forward-proxy.ts';
import { OtlpBackEnd as ScriptedServer } from '../../support/otlp-back-end.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { TestClock } from '../../support/test-clock.ts';

const appToken = 'xapp-very-secret';
const botToken = 'xoxb-very-secret';

interface Given {
  appToken?: string;
  faults?: readonly Fault[];
  handle?: (payload: unknown) => Promise<void>;
  proxies?: Proxies;
  /** Of the root of the API; that of the stand-in unless given. */
  url?: string;
  isWanted?: () => boolean;
}

/** Knows for how long somebody wants to be left asleep: what was asked for last. */
class NotingClock extends TestClock {
  sleepMillis = 0;

  override after(delayMillis: number, task: () => void): CancelTimer {
    this.sleepMillis = delayMillis;
    return super.after(delayMillis, task);
  }
}

/** A socket that has been started, on a clock that is moved by hand, and the Slack that it is for. */
async function start(t: TestContext, given: Given = {}) {
  const slack = new SlackStandIn({ tokens: [botToken], appTokens: [appToken], rateLimits: 'off' });
  const { url } = await slack.start();
  for (const fault of given.faults ?? []) slack.fail({ ...fault, method: 'apps.connections.open' });
  const clock = new NotingClock();
  const log = new RecordingLog();
  const told: OwnFailure[] = [];
  const handled: unknown[] = [];
  const handle = given.handle ?? (() => Promise.resolve());
  const socket = new SlackSocket(
    ['slack', 'on-call'],
    {
      appToken: new Secret(given.appToken ?? appToken),
      apiUrl: `${given.url ?? url}/api/`,
      timeoutMillis: 5_000,
      proxies: given.proxies ?? noProxies,
    },
    {
      clock,
      random: () => 0,
      events: new ButtonEvents(new MetricRegistry(), log, (failure) => told.push(failure)),
      handle: (payload) => {
        handled.push(payload);
        return handle(payload);
      },
      isWanted: () => Promise.resolve(given.isWanted?.() ?? true),
    },
  );
  await socket.start();
  t.after(async () => {
    await socket.stop();
    await slack.stop();
  });
  const opened = (times: number): Promise<unknown> =>
    eventually(`connection ${times}`, () => slack.sockets.opened === times && log.infos.length > 0);
  const problem = (): Promise<string> => eventually('a problem', () => socket.problem);
  const said = (): string => [...log.infos, ...log.warnings, ...log.errors].join('\n');
  return { slack, socket, clock, log, told, handled, opened, problem, said };
}

/** Has Slack send something, and waits until that was acknowledged. */
function sent(slack: SlackStandIn, type: string, payload: unknown): Promise<void> {
  return new Promise((resolve) => assert.ok(slack.sockets.send(type, payload, resolve)));
}

suite('the socket of Slack', { concurrency: false }, () => {
  test('hears what is pressed, and says so when it is done', async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { slack, opened, handled, socket, log } = await start(t, { handle: () => promise });
    await opened(1);
    assert.equal(socket.problem, undefined);
    assert.match(log.infos.join(), /"receivers":\["slack","on-call"\]/);
    let isAcknowledged = false;
    const acknowledged = sent(slack, 'interactive', { type: 'block_actions' }).then(
      () => (isAcknowledged = true),
    );
    await eventually('it to be heard', () => handled.length === 1);
    assert.deepEqual([handled, isAcknowledged], [[{ type: 'block_actions' }], false]);
    resolve();
    await acknowledged;
    assert.deepEqual(slack.sockets.complaints, []);
  });

  test('acknowledges what is for others without reading it', async (t) => {
    const { slack, opened, handled } = await start(t);
    await opened(1);
    await sent(slack, 'events_api', { event: { type: 'message' } });
    await sent(slack, 'slash_commands', { command: '/x' });
    await sent(slack, 'events_api', {});
    assert.deepEqual(handled, []);
  });

  test('survives whatever it is sent', async (t) => {
    const { slack, opened, handled, said } = await start(t);
    await opened(1);
    for (const text of [
      '',
      'null',
      '7',
      '[]',
      '{}',
      '{"type":7}',
      '{"type":"error"}',
      '{"type":"close"}',
      'rub',
    ])
      slack.sockets.sendRaw(text);
    await sent(slack, 'interactive', {});
    assert.equal(handled.length, 1);
    assert.doesNotMatch(said(), /very-secret/);
  });

  test('is made again when it was cut off, and that is told once', async (t) => {
    const { slack, socket, clock, opened, problem, log, told } = await start(t);
    await opened(1);
    slack.sockets.drop();
    assert.equal(await problem(), 'the connection to Slack was lost');
    assert.match(log.warnings.join(), /buttons in Slack do nothing at the moment/);
    assert.deepEqual(
      told.map(({ kind, subject }) => [kind, subject]),
      [['ButtonsFailing', 'slack, on-call']],
    );
    clock.advance(999);
    assert.equal(slack.sockets.opened, 1);
    clock.advance(1);
    await opened(2);
    await eventually('it to work', () => socket.problem === undefined);
    assert.equal(log.infos.length, 2);
    assert.equal(log.warnings.length, 1);
    await sent(slack, 'interactive', {});
  });

  test('is made again ever more slowly where Slack cannot be reached', async (t) => {
    const { slack, clock, opened, problem, log } = await start(t, {
      faults: [{ kind: 'status', status: 503, times: 4 }],
    });
    assert.equal(await problem(), 'Slack answered HTTP 503');
    const calls = (): number => slack.calls.length;
    for (const [i, pause] of [1_000, 2_000, 4_000, 8_000].entries()) {
      await eventually('the pause', () => clock.sleepMillis === pause);
      assert.equal(calls(), i + 1);
      clock.advance(pause - 1);
      assert.equal(calls(), i + 1);
      clock.advance(1);
    }
    await opened(1);
    assert.equal(log.warnings.length, 1, 'told when it began');
  });

  test('moves to another connection when Slack says so, without being deaf in between', async (t) => {
    const { slack, socket, clock, opened, log } = await start(t);
    await opened(1);
    clock.advance(10_000);
    slack.sockets.disconnect('refresh_requested');
    await eventually('the move', () => {
      clock.advance(0);
      assert.ok(slack.sockets.allConnections > 0, 'there is always one');
      return slack.sockets.opened === 2;
    });
    await sent(slack, 'interactive', {});
    await eventually('the end of the one before', () => {
      clock.advance(1_000);
      return slack.sockets.allConnections === 1;
    });
    assert.equal(socket.problem, undefined);
    assert.deepEqual(log.warnings, []);
    assert.equal(log.infos.length, 1, 'it is no news');
  });

  test('says by the connection before that what came by it is done', async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { slack, clock, opened, handled } = await start(t, { handle: () => promise });
    await opened(1);
    clock.advance(10_000);
    const acknowledged = sent(slack, 'interactive', {});
    await eventually('it to be heard', () => handled.length === 1);
    slack.sockets.disconnect('warning');
    await eventually('the move', () => {
      clock.advance(0);
      return slack.sockets.opened === 2;
    });
    resolve();
    await acknowledged;
  });

  test('is not made while there is nothing to press, and made when there is', async (t) => {
    let isWanted = false;
    const { slack, socket, clock, opened } = await start(t, { isWanted: () => isWanted });
    await eventually('the rest', () => clock.sleepMillis === 60_000);
    await socket.reconsider();
    assert.deepEqual([slack.calls, socket.problem], [[], undefined]);
    isWanted = true;
    await socket.reconsider();
    await opened(1);
    await sent(slack, 'interactive', {});
    await socket.reconsider();
    assert.equal(slack.sockets.opened, 1);
  });

  test('is let go of when there is nothing to press any more, which is no failure', async (t) => {
    let isWanted = true;
    const { slack, socket, clock, opened, log, told } = await start(t, { isWanted: () => isWanted });
    await opened(1);
    isWanted = false;
    await socket.reconsider();
    await eventually('the rest', () => {
      clock.advance(0);
      return clock.sleepMillis === 60_000;
    });
    await eventually('the end', () => {
      clock.advance(1_000);
      return slack.sockets.allConnections === 0;
    });
    assert.deepEqual([log.warnings, told, socket.problem], [[], [], undefined]);
    isWanted = true;
    await socket.reconsider();
    await opened(2);
    await sent(slack, 'interactive', {});
  });

  test('is let go of at once if there is nothing to press any more when it is there', async (t) => {
    let asked = 0;
    const { slack, clock, opened } = await start(t, { isWanted: () => asked++ === 0 });
    await opened(1);
    await eventually('the end', () => {
      clock.advance(1_000);
      return slack.sockets.allConnections === 0;
    });
    assert.equal(slack.sockets.opened, 1);
  });

  test('does not go round and round where Slack moves it again and again', async (t) => {
    const { slack, clock, opened, problem } = await start(t);
    await opened(1);
    slack.sockets.disconnect('warning');
    assert.equal(await problem(), 'Slack ended the connection: warning');
    assert.equal(slack.sockets.opened, 1);
    clock.advance(1_000);
    await opened(2);
  });

  const refusals: [name: string, given: Given, says: RegExp][] = [
    ['a wrong token', { appToken: 'xapp-wrong' }, /invalid_auth\. The app-level token is not valid.*xapp-…/],
    ['the token of the bot', { appToken: botToken }, /not_allowed_token_type\. .*App-Level Tokens/],
    [
      'a token without its scope',
      { faults: [{ kind: 'error', error: 'missing_scope', times: 1 }] },
      /connections:write/,
    ],
    [
      'a workspace that does not want it',
      { faults: [{ kind: 'error', error: 'forbidden_team', times: 1 }] },
      /administrators/,
    ],
  ];
  for (const [name, given, says] of refusals) {
    test(`says how to mend ${name}, once a minute, and goes on without it`, async (t) => {
      const { slack, clock, problem, log, told, said } = await start(t, given);
      assert.match(await problem(), says);
      assert.match(log.errors.join(), says);
      assert.equal(told.length, 1);
      assert.doesNotMatch(said(), /very-secret/);
      await eventually('the pause', () => clock.sleepMillis === 60_000);
      clock.advance(59_999);
      assert.equal(slack.calls.length, 1);
      clock.advance(1);
      await eventually('another try', () => slack.calls.length === 2);
    });
  }

  test('says how to mend that Socket Mode was switched off', async (t) => {
    const { slack, opened, problem } = await start(t);
    await opened(1);
    slack.sockets.disconnect('link_disabled');
    assert.match(await problem(), /link_disabled\. Socket Mode is switched off for the app/);
  });

  test('leaves Slack alone for as long as it asks for', async (t) => {
    const { slack, socket, clock, opened } = await start(t, {
      faults: [{ kind: 'ratelimited', retryAfterSeconds: 70, times: 1 }],
    });
    await eventually('the pause', () => clock.sleepMillis === 70_000);
    clock.advance(69_000);
    assert.deepEqual([slack.calls.length, socket.problem], [1, undefined]);
    clock.advance(1_000);
    await opened(1);
  });

  test('is not waited for: neither at the start nor at the end, when Slack says nothing at all', async (t) => {
    const { slack, socket } = await start(t, { faults: [{ kind: 'hang' }] });
    await eventually('the call', () => slack.calls.length === 1);
    await socket.stop();
    assert.equal(socket.problem, undefined);
  });

  test('takes silence for a failure', async (t) => {
    const { slack, clock, problem } = await start(t, { faults: [{ kind: 'hang' }] });
    await eventually('the call', () => slack.calls.length === 1);
    clock.advance(10_000);
    assert.equal(await problem(), 'Slack opened no connection in time');
  });

  /** What stands where Slack should, and leads to another place. @returns its URL */
  async function leadingTo(t: TestContext, url: string): Promise<string> {
    const server = new ScriptedServer();
    server.otherwise = {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ok: true, url }),
    };
    t.after(() => server.stop());
    return server.start();
  }

  test('lets go of a connection that is never greeted', async (t) => {
    const [first, opened] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
    const silent = createServer((socket) => {
      socket.on('error', () => undefined).on('close', first.resolve);
      // What is not read does not end.
      socket.resume();
      opened.resolve(socket);
    }).listen(0, '127.0.0.1');
    t.after(() => silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const { clock, problem } = await start(t, {
      url: await leadingTo(t, `ws://127.0.0.1:${port}/?ticket=very-secret`),
    });
    await opened.promise;
    clock.advance(10_000);
    assert.equal(await problem(), 'Slack opened no connection in time');
    // In its second try it waits anew.
    clock.advance(1_000);
    await first.promise;
  });

  for (const [name, url] of [
    ['to nobody', 'ws://127.0.0.1:1/?ticket=very-secret'],
    ['to what is no WebSocket', undefined],
    ['nowhere', 'very-secret'],
  ] as const)
    test(`says that it cannot be opened, and not by which URL: it leads ${name}`, async (t) => {
      const plain = new ScriptedServer();
      t.after(() => plain.stop());
      const to = url ?? `ws://${new URL(await plain.start()).host}/?ticket=very-secret`;
      const { problem, said } = await start(t, { url: await leadingTo(t, to) });
      assert.match(await problem(), /^Slack could not be reached|^the connection to Slack was lost/);
      assert.doesNotMatch((await problem()) + said(), /very-secret/);
    });

  test('knows a host that nobody listens at', async (t) => {
    const { problem } = await start(t, { url: 'http://127.0.0.1:1' });
    assert.match(await problem(), /^Slack could not be reached: /);
  });

  test('says that there are others, who hear a part of what is pressed', async (t) => {
    const { slack, opened, log } = await start(t);
    await opened(1);
    assert.deepEqual(log.warnings, []);
    const { log: warned } = await start(t, { url: slack.url });
    await eventually('the warning', () => warned.warnings.length === 1);
    assert.match(warned.warnings[0]!, /"others":1}.*give each Tocsin an app of its own/);
  });

  test('is over when an app has as many as it may', async (t) => {
    const { slack, opened } = await start(t);
    await opened(1);
    const sockets = await Promise.all(
      Array.from({ length: 9 }, async () => {
        const { url } = (await (
          await fetch(`${slack.url}/api/apps.connections.open`, {
            method: 'POST',
            headers: { authorization: `Bearer ${appToken}` },
          })
        ).json()) as { url: string };
        return new WebSocket(url);
      }),
    );
    t.after(() => sockets.forEach((socket) => socket.close()));
    await eventually('ten connections', () => slack.sockets.connections === 10);
    const late = await start(t, { url: slack.url });
    assert.equal(await late.problem(), 'Slack ended the connection: too_many_websockets');
  });

  test('finishes what was pressed before it stops, for a second', async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { slack, socket, opened, handled } = await start(t, { handle: () => promise });
    await opened(1);
    const acknowledged = sent(slack, 'interactive', {});
    await eventually('it to be heard', () => handled.length === 1);
    const stopped = socket.stop();
    resolve();
    await Promise.all([stopped, acknowledged]);
  });

  test('stops within a second whatever is under way', async (t) => {
    const { slack, socket, clock, opened, handled } = await start(t, {
      handle: () => new Promise<void>(() => undefined),
    });
    await opened(1);
    slack.sockets.send('interactive', {}, () => undefined);
    await eventually('it to be heard', () => handled.length === 1);
    const stopped = socket.stop();
    clock.advance(1_000);
    await stopped;
    await socket.stop();
    assert.equal(socket.problem, undefined);
  });

  test('is reached through a proxy', async (t) => {
    const proxy = new ForwardProxy();
    const http = new Secret(await proxy.start());
    t.after(() => proxy.stop());
    const { slack, opened, socket, clock } = await start(t, { proxies: { ...noProxies, http } });
    await opened(1);
    await sent(slack, 'interactive', {});
    assert.ok(proxy.requests.length >= 2, proxy.requests.join());
    await socket.stop();
    clock.advance(1_000);
    // Slack itself does not close it.
    await eventually('nothing to be left of it', () => slack.sockets.allConnections === 0);
  });
});
