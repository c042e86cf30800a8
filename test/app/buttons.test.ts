import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import type { HealthAnswer, IssueAnswer, PageAnswer } from '../../src/admin/contract.ts';
import { compose } from '../../src/app/composition/compose.ts';
import { createReceivers, slackAppsFor } from '../../src/app/composition/create-receivers.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { Secret } from '../../src/config/secret.ts';
import type { RecordedMessage, RecordedPress } from '../../src/demo/slack/history.ts';
import { SlackStandIn } from '../../src/demo/slack/server.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { temporaryDirectory } from '../config/support.ts';
import { eventually, whileTimePasses } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';
import { sendSpans, takenPort } from './support.ts';

const token = 'xoxb-bot-of-the-test';
const appToken = 'xapp-app-of-the-test';
const signingSecret = 'signing-secret-of-the-test';
const free = '127.0.0.1:0';

/** Tocsin as it is composed, and a Slack whose buttons are pressed. */
async function start(
  t: TestContext,
  slackOf: object,
  given: {
    appTokens?: readonly string[];
    buttonsListen?: string;
    failOpen?: boolean;
    dryRun?: boolean;
  } = {},
) {
  const clock = new TestClock();
  const slack = new SlackStandIn({
    tokens: [token],
    appTokens: given.appTokens ?? [appToken],
    channels: [{ name: 'alerts' }, { name: 'on-call' }],
    rateLimits: 'off',
    now: () => clock.now(),
  });
  const { url } = await slack.start();
  const receiver = (name: string, channel: string) => ({
    name,
    slack: { token, channel, api_url: `${url}/api/`, ...slackOf },
  });
  const configured = (dryRun: boolean) =>
    configurationSchema.parse({
      intake: { http: { listen: free }, grpc: { listen: free } },
      metrics: { listen: free },
      admin: { listen: free },
      alerts: {
        dry_run: dryRun,
        buttons: { listen: given.buttonsListen ?? free },
        receivers: [receiver('slack', '#alerts'), receiver('on-call', '#on-call')],
      },
    });
  const configuration = configured(given.dryRun ?? false);
  const log = new RecordingLog();
  const directory = temporaryDirectory(t);
  const tocsin = compose(configuration, {
    clock,
    log,
    store: new SqliteStore(join(directory, 'tocsin.db')),
    receivers: createReceivers(configuration, {}, clock),
    slackApps: slackAppsFor(configuration, {}),
    tokens: [{ name: 'tester', token: new Secret('token') }],
    journalDirectory: undefined,
    processMetrics: () => Promise.resolve(''),
    random: () => 0,
    failOpen: given.failOpen ?? false,
  });
  t.after(async () => {
    await whileTimePasses(clock, tocsin.stop());
    await slack.stop();
  });
  await tocsin.start();
  const { otlpHttp, metrics, admin, buttons } = tocsin.addresses();
  const at = ({ port }: { port: number }): string => `http://127.0.0.1:${port}`;
  if (buttons !== undefined) slack.requestsOfPresses = { url: `${at(buttons)}/slack/actions`, signingSecret };
  const json = async (path: string): Promise<unknown> =>
    (await fetch(`${at(admin)}${path}`, { headers: { authorization: 'Bearer token' } })).json();
  /** Of the app, or of Tocsin itself. */
  const issue = async (isOwn = false): Promise<IssueAnswer> => {
    const { items } = (await json('/api/issues')) as PageAnswer<IssueAnswer>;
    return items.find(({ service }) => (service === 'tocsin') === isOwn)!;
  };
  return {
    slack,
    clock,
    log,
    issue,
    setDryRun: (isOn: boolean): void => tocsin.reconfigure(configured(isOn)),
    api: async <Answer>(path: string): Promise<Answer> => (await json(path)) as Answer,
    history: async () =>
      (await json(`/api/issues/${(await issue()).id}/history`)) as { items: { by: string }[] },
    health: async () => (await (await fetch(`${at(metrics)}/health`)).json()) as HealthAnswer,
    metrics: async () => (await fetch(`${at(metrics)}/metrics`)).text(),
    fail: (trace = 1) =>
      whileTimePasses(
        clock,
        sendSpans(at(otlpHttp), {
          trace,
          id: 1,
          name: 'POST /order',
          kind: 2,
          failed: true,
          exceptions: [{ type: 'CardError', message: 'refused' }],
        }),
      ),
    /** The message in a channel, once it looks like this. */
    message: (pattern: RegExp, channelName = 'alerts'): Promise<RecordedMessage> =>
      eventually(`a message like ${pattern}`, () => {
        clock.advance(500);
        return slack.messages.find(
          (each) =>
            each.channelName === channelName &&
            each.thread_ts === undefined &&
            pattern.test(each.text + JSON.stringify(each.blocks)),
        );
      }),
    press: ({ ts, channelName }: RecordedMessage, action: string): Promise<RecordedPress | undefined> =>
      whileTimePasses(
        clock,
        slack.press({
          channel: channelName,
          ts,
          action_id: `tocsin_${action}`,
          user: { id: 'U024BE7LH', name: 'jane' },
        }),
      ),
  };
}

function labels({ blocks }: RecordedMessage): string[] {
  const block = blocks.find((each) => (each as { type: string }).type === 'actions');
  const { elements = [] } = (block ?? {}) as { elements?: { text: { text: string } }[] };
  return elements.map(({ text }) => text.text);
}

suite('the buttons of Slack', () => {
  for (const [name, given] of [
    ['Socket Mode', { app_token: appToken }],
    ['signed requests', { signing_secret: signingSecret }],
  ] as const) {
    test(`change the issue and the message, in the name of who pressed them, by ${name}`, async (t) => {
      const { slack, fail, message, press, issue, history, metrics } = await start(t, given);
      if (name === 'Socket Mode')
        await eventually('the one connection of both receivers', () => slack.sockets.connections === 1);
      await fail();
      const posted = await message(/CardError/);
      assert.deepEqual(labels(posted), ['Acknowledge', 'Resolve', 'Silence 1 h', 'Ignore']);

      assert.equal((await press(posted, 'acknowledge'))?.outcome, 'acknowledged');
      const { acknowledged_by } = await issue();
      assert.equal(acknowledged_by, 'jane (Slack U024BE7LH)');
      for (const channel of ['alerts', 'on-call'])
        assert.deepEqual(labels(await message(/acknowledged by jane \(Slack U024BE7LH\)/, channel)), [
          'Resolve',
          'Silence 1 h',
          'Ignore',
        ]);

      assert.equal((await press(posted, 'resolve'))?.outcome, 'acknowledged');
      assert.equal((await issue()).state, 'resolved');
      assert.deepEqual(labels(await message(/\[RESOLVED] /)), []);
      assert.deepEqual(
        (await history()).items.map(({ by }) => by),
        ['jane (Slack U024BE7LH)', 'jane (Slack U024BE7LH)'],
      );
      const text = await metrics();
      assert.match(text, /tocsin_button_presses_total\{action="resolve",outcome="done"} 1\n/);
      assert.deepEqual(slack.ephemerals, []);
      assert.deepEqual(slack.sockets.complaints, []);
    });
  }

  test('silence the alert for an hour, and no longer', async (t) => {
    const { clock, slack, fail, message, press, api } = await start(t, { app_token: appToken });
    await eventually('the connection', () => slack.sockets.connections === 1);
    await fail();
    const posted = await message(/CardError/);
    await press(posted, 'silence');
    const [silence] =
      await api<{ createdBy: string; comment: string; startsAt: string; endsAt: string }[]>(
        '/api/v2/silences',
      );
    const { createdBy, comment, startsAt, endsAt } = silence!;
    assert.deepEqual([createdBy, comment], ['jane (Slack U024BE7LH)', 'by a button']);
    assert.equal(Date.parse(endsAt) - Date.parse(startsAt), 3_600_000);
    const [alert] = await api<{ status: { state: string } }[]>('/api/v2/alerts');
    assert.equal(alert?.status.state, 'suppressed');
    clock.advance(3_600_001);
    const [after] = await api<{ status: { state: string } }[]>('/api/v2/silences');
    assert.equal(after?.status.state, 'expired');
  });

  test('are answered to whoever pressed them too late, and nobody else', async (t) => {
    const { slack, fail, message, press, history } = await start(t, { app_token: appToken });
    await eventually('the connection', () => slack.sockets.connections === 1);
    await fail();
    const [here, there] = [await message(/CardError/), await message(/CardError/, 'on-call')];
    // The message there does not say so yet.
    slack.fail({ kind: 'status', status: 500, method: 'chat.update' });
    await press(here, 'ignore');
    assert.equal((await press(there, 'resolve'))?.outcome, 'acknowledged');
    const answer = await eventually('the answer', () => slack.ephemerals[0]);
    assert.equal(answer.user, 'U024BE7LH');
    assert.equal(answer.channel, there.channel);
    assert.match(answer.text, /^Nothing was done: \S+ is ignored already\.$/);
    assert.equal((await history()).items.length, 1);
  });

  test('are no part of the health of Tocsin until they fail, and then of that of their receivers', async (t) => {
    const { slack, fail, message, press, health, log } = await start(
      t,
      { app_token: 'xapp-wrong' },
      { appTokens: [appToken] },
    );
    const receivers = await eventually('the problem', async () => {
      const { components } = await health();
      return components.receivers.status === 'degraded' && components.receivers;
    });
    assert.equal(receivers.receivers.length, 2);
    for (const { problem } of receivers.receivers)
      assert.match(
        problem ?? '',
        /^its buttons do nothing: Slack answered invalid_auth\. The app-level token/,
      );
    assert.match(log.errors.join(), /buttons in Slack do nothing until this is mended/);
    // People are told all the same.
    await fail();
    assert.equal((await press(await message(/CardError/), 'resolve'))?.outcome, 'nowhere');
    assert.deepEqual(slack.ephemerals, []);
  });

  test('are not there, and nothing listens, without a way to hear of them', async (t) => {
    const { slack, fail, message } = await start(t, {});
    await fail();
    assert.deepEqual(labels(await message(/CardError/)), []);
    assert.equal(slack.requestsOfPresses, undefined);
    assert.deepEqual(
      slack.calls.filter(({ method }) => method === 'apps.connections.open'),
      [],
    );
  });

  test('connect to nobody in a dry run, in which nothing has any, until it is over', async (t) => {
    const { slack, clock, fail, message, press, api, setDryRun } = await start(
      t,
      { app_token: appToken },
      { dryRun: true },
    );
    await fail();
    await eventually('what would have been sent', async () => {
      clock.advance(500);
      const { items } = await api<PageAnswer<unknown>>('/api/alerts/report');
      return items.length > 0;
    });
    assert.deepEqual(slack.calls, []);
    setDryRun(false);
    await eventually('the connection', () => slack.sockets.connections === 1);
    assert.equal((await press(await message(/CardError/), 'resolve'))?.outcome, 'acknowledged');
  });

  test('of messages that people have go on working in a dry run', async (t) => {
    const { slack, clock, fail, message, press, issue, setDryRun } = await start(t, { app_token: appToken });
    await eventually('the connection', () => slack.sockets.connections === 1);
    await fail();
    const posted = await message(/CardError/);
    setDryRun(true);
    slack.sockets.drop();
    await eventually('another connection', () => {
      clock.advance(500);
      return slack.sockets.opened >= 2 && slack.sockets.connections === 1;
    });
    assert.equal((await press(posted, 'resolve'))?.outcome, 'acknowledged');
    assert.equal((await issue()).state, 'resolved');
  });

  test('have an issue of their own when they fail', async (t) => {
    const { issue } = await start(t, { app_token: 'xapp-wrong' });
    const found = await eventually('the issue', () => issue(true));
    assert.partialDeepStrictEqual(found, { service: 'tocsin', type: 'ButtonsFailing', severity: 'medium' });
    assert.doesNotMatch(JSON.stringify(found), /xapp-wrong|of-the-test/);
  });

  test('are left out with --fail-open where their port is taken, which is told', async (t) => {
    const { address } = await takenPort(t);
    const given = { signing_secret: signingSecret };
    const { health, log, message, fail } = await start(t, given, { buttonsListen: address, failOpen: true });
    assert.match(log.errors.join(), /NOT LISTENING: listener for buttons: .* is taken/);
    const { components } = await health();
    assert.equal((components as Record<string, { status: string }>)['buttons_listener']?.status, 'degraded');
    await fail();
    await message(/CardError/);
  });

  test('keep Tocsin from starting where their port is taken, and says which that is', async (t) => {
    const { address } = await takenPort(t);
    await assert.rejects(
      start(t, { signing_secret: signingSecret }, { buttonsListen: address }),
      /listener for buttons: .* is taken/,
    );
  });
});
