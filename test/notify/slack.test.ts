import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { Secret } from '../../src/config/secret.ts';
import { SlackStandIn } from '../../src/demo/slack/server.ts';
import type { Message } from '../../src/notify/message.ts';
import type { Outcome } from '../../src/notify/receiver.ts';
import { SlackReceiver } from '../../src/notify/receivers/slack.ts';
import { SlackWebhookReceiver } from '../../src/notify/receivers/slack-webhook.ts';

const token = 'xoxb-very-secret-token';
const webhookPath = '/services/T0/B0/webhook-very-secret';

function message(given: Partial<Message> = {}): Message {
  return {
    state: 'firing',
    severity: 'high',
    summary: '[HIGH] checkout: PaymentError in POST /charge: card refused',
    title: 'PaymentError in POST /charge',
    detail: 'card refused',
    facts: [
      { name: 'Service', value: 'checkout (production)' },
      { name: 'First seen', value: { at: Date.UTC(2026, 0, 2) } },
    ],
    news: [],
    links: [],
    frames: ['charge (/app/src/charge.js:10)'],
    footer: 'CHECKOUT-ABC123 · NewIssue',
    ...given,
  };
}

suite('the Slack receivers', () => {
  const slack = new SlackStandIn({
    tokens: [token],
    channels: [
      { name: 'alerts' },
      { name: 'other' },
      { name: 'old', isArchived: true },
      { name: 'closed', isMember: false },
    ],
    webhook: { path: webhookPath, channel: 'alerts' },
    rateLimits: 'off',
  });
  let url: string;
  const never = new AbortController().signal;
  const receiver = (
    given: { token?: string; channel?: string; timeoutMillis?: number } = {},
  ): SlackReceiver =>
    new SlackReceiver({
      name: 'slack',
      token: new Secret(given.token ?? token),
      channel: given.channel ?? '#alerts',
      apiUrl: `${url}/api/`,
      timeoutMillis: given.timeoutMillis ?? 2000,
    });
  const webhook = (path = webhookPath): SlackWebhookReceiver =>
    new SlackWebhookReceiver({ name: 'hook', url: new Secret(`${url}${path}`), timeoutMillis: 2000 });

  before(async () => {
    ({ url } = await slack.start());
  });
  after(() => slack.stop());
  beforeEach(() => slack.clearFaults());

  test('post a message, and edit that same message', async () => {
    const subject = receiver();
    const posted = await subject.notify(message(), undefined, never);
    assert.equal(posted.kind, 'delivered');
    const count = slack.messages.length;
    const reference = posted.kind === 'delivered' ? posted.reference : undefined;
    const edited = await subject.notify(message({ state: 'ended', summary: 'ended' }), reference, never);
    assert.deepEqual(edited, { kind: 'delivered', reference });
    assert.equal(slack.messages.length, count);
    assert.equal(slack.messages.at(-1)?.edits.length, 1);
    assert.equal(slack.messages.at(-1)?.text, 'ended');
  });

  test('show links that fit, and none that would be cut', async () => {
    const links = [
      { text: 'Trace', url: 'https://tempo.example/trace/abc' },
      { text: 'Logs', url: `https://logs.example/${'x'.repeat(3000)}` },
      { text: 'Runbook', url: 'https://wiki.example/' },
    ];
    for (const subject of [receiver(), webhook()])
      assert.equal((await subject.notify(message({ links }), undefined, never)).kind, 'delivered');
    for (const { blocks } of slack.messages.slice(-2)) {
      const text = JSON.stringify(blocks);
      assert.ok(text.includes('"url":"https://tempo.example/trace/abc","text":"Trace"'), text);
      assert.ok(text.includes('wiki.example') && !text.includes('logs.example'));
    }
  });

  test('say in the thread of a message what is news, and in the channel what is to be heard', async () => {
    const subject = receiver();
    const posted = await subject.notify(message(), undefined, never);
    const reference = posted.kind === 'delivered' ? posted.reference : undefined;
    const count = slack.messages.length;
    const news = [
      { text: 'Resolved by <!channel> & co.', isLoud: false },
      { text: 'Swallowed.', isLoud: false },
    ];
    assert.equal((await subject.notify(message({ news }), reference, never)).kind, 'delivered');
    const loud = message({ news: [{ text: 'It is back.', isLoud: true }] });
    assert.equal((await subject.notify(loud, reference, never)).kind, 'delivered');
    assert.deepEqual(
      slack.messages
        .slice(count)
        .map(({ text, thread_ts, reply_broadcast }) => [text, thread_ts, reply_broadcast]),
      [
        ['Resolved by &lt;!channel&gt; &amp; co.\nSwallowed.', reference?.['ts'], false],
        ['It is back.', reference?.['ts'], true],
      ],
    );
  });

  test('are asked again for the news that Slack did not take', async () => {
    const subject = receiver();
    const posted = await subject.notify(message(), undefined, never);
    const reference = posted.kind === 'delivered' ? posted.reference : undefined;
    slack.fail({ kind: 'status', status: 500, method: 'chat.postMessage', times: 1 });
    const news = message({ news: [{ text: 'It is back.', isLoud: true }] });
    assert.equal((await subject.notify(news, reference, never)).kind, 'failed');
    assert.equal((await subject.notify(news, reference, never)).kind, 'delivered');
    assert.equal(slack.messages.at(-1)?.text, 'It is back.');
  });

  const isBack = { text: 'It is back.', isLoud: true };
  for (const error of [
    'restricted_action_non_threadable_channel',
    'cannot_reply_to_message',
    'thread_not_found',
  ]) {
    test(`say what is to be heard in the channel where the thread is closed: ${error}`, async () => {
      const subject = receiver();
      const posted = await subject.notify(message(), undefined, never);
      const reference = posted.kind === 'delivered' ? posted.reference : undefined;
      const count = slack.messages.length;
      slack.fail({ kind: 'error', error, method: 'chat.postMessage', times: 1 });
      assert.deepEqual(await subject.notify(message({ news: [isBack] }), reference, never), posted);
      assert.deepEqual(
        slack.messages.slice(count).map(({ text, thread_ts }) => [text, thread_ts]),
        [['It is back.', undefined]],
      );
      slack.fail({ kind: 'error', error, method: 'chat.postMessage', times: 1 });
      const quiet = message({ news: [{ text: 'Resolved.', isLoud: false }] });
      assert.deepEqual(await subject.notify(quiet, reference, never), posted);
      assert.equal(slack.messages.length, count + 1);
    });
  }

  test('leave the layout of a message as it is when its news is not taken', async () => {
    const subject = receiver();
    const posted = await subject.notify(message(), undefined, never);
    const reference = posted.kind === 'delivered' ? posted.reference : undefined;
    const shown = slack.messages.at(-1)!;
    slack.fail({ kind: 'error', error: 'msg_too_long', method: 'chat.postMessage', times: 2 });
    assert.equal((await subject.notify(message({ news: [isBack] }), reference, never)).kind, 'delivered');
    assert.ok(shown.blocks.length > 0);
    assert.equal(shown.edits.length, 1);
  });

  test('tell that an incident is back where people look now', async () => {
    const posted = await receiver({ channel: '#other' }).notify(message(), undefined, never);
    const reference = posted.kind === 'delivered' ? posted.reference : undefined;
    const subject = receiver();
    assert.equal((await subject.notify(message({ news: [isBack] }), reference, never)).kind, 'gone');
    const ended = message({ state: 'ended', news: [{ text: 'Resolved.', isLoud: false }] });
    assert.equal(
      (await subject.notify(ended, reference, never)).kind,
      'delivered',
      'the message that there is',
    );
    const { to: _, ...older } = reference!;
    assert.equal((await subject.notify(message({ news: [isBack] }), older, never)).kind, 'delivered');
  });

  test('find out whether a token is good without posting', async () => {
    const count = slack.messages.length;
    assert.equal(await receiver().verify(never), undefined);
    const obstacle = await receiver({ token: 'xoxb-wrong' }).verify(never);
    assert.equal(obstacle?.kind, 'refused');
    assert.equal(slack.messages.length, count);
  });

  const setUps: [name: string, given: { token?: string; channel?: string }, remedy: RegExp][] = [
    ['a wrong token', { token: 'xoxb-wrong' }, /OAuth/],
    ['a channel that is not there', { channel: '#nowhere' }, /SLACK_CHANNEL/],
    ['a channel without the bot', { channel: '#closed' }, /invite/],
    ['an archived channel', { channel: '#old' }, /archived/],
  ];
  for (const [name, given, remedy] of setUps) {
    test(`say how to mend ${name}`, async () => {
      const outcome = await receiver(given).notify(message(), undefined, never);
      assert.equal(outcome.kind, 'refused');
      assert.match(outcome.kind === 'refused' ? outcome.remedy : '', remedy);
    });
  }

  test('pass on how long Slack wants to be left alone', async () => {
    slack.fail({ kind: 'ratelimited', retryAfterSeconds: 7, times: 2 });
    const expected: Outcome = { kind: 'throttled', retryAfterMillis: 7000 };
    assert.deepEqual(await receiver().notify(message(), undefined, never), expected);
    assert.deepEqual(await webhook().notify(message(), undefined, never), expected);
  });

  const passing: [name: string, fault: Parameters<SlackStandIn['fail']>[0]][] = [
    ['HTTP 500', { kind: 'status', status: 500 }],
    ['a closed connection', { kind: 'close' }],
    ['silence', { kind: 'hang' }],
    ['broken JSON', { kind: 'broken_json' }],
    ['an HTML page', { kind: 'html' }],
    ['an error of Slack’s own', { kind: 'error', error: 'internal_error' }],
    ['an error that nobody has heard of', { kind: 'error', error: 'brand_new_error' }],
  ];
  for (const [name, fault] of passing) {
    test(`take ${name} for a failure that may pass, and try only once`, async () => {
      slack.fail(fault);
      const calls = slack.calls.length;
      const outcome = await receiver({ timeoutMillis: 300 }).notify(message(), undefined, never);
      assert.equal(outcome.kind, 'failed', JSON.stringify(outcome));
      assert.equal(slack.calls.length, calls + 1);
    });
  }

  test('say that a message is gone when it was deleted, or may not be edited any more', async () => {
    const subject = receiver();
    const posted = await subject.notify(message(), undefined, never);
    const reference = posted.kind === 'delivered' ? posted.reference : undefined;
    slack.fail({ kind: 'error', error: 'edit_window_closed', times: 1 });
    assert.equal((await subject.notify(message(), reference, never)).kind, 'gone');
    assert.ok(slack.deleteMessage('alerts', reference?.['ts'] ?? ''));
    assert.equal((await subject.notify(message(), reference, never)).kind, 'gone');
  });

  for (const error of ['channel_not_found', 'not_in_channel', 'is_archived']) {
    test(`say that a message is gone when its channel is: ${error}`, async () => {
      const subject = receiver();
      const posted = await subject.notify(message(), undefined, never);
      slack.fail({ kind: 'error', error, times: 2 });
      const reference = posted.kind === 'delivered' ? posted.reference : undefined;
      assert.equal((await subject.notify(message(), reference, never)).kind, 'gone');
      assert.equal((await subject.notify(message(), undefined, never)).kind, 'refused');
    });
  }

  test('fall back to plain text when the layout is not taken', async () => {
    slack.fail({ kind: 'error', error: 'invalid_blocks', times: 1 });
    assert.equal((await receiver().notify(message(), undefined, never)).kind, 'delivered');
    assert.match(slack.messages.at(-1)?.text ?? '', /PaymentError/);
  });

  const long = 'x'.repeat(50_000);
  const hostile =
    '<!channel> *b* _i_ `c` <https://evil.example|click> :bomb: & <@U1> \u001b[31m\u0000 \u202e';
  const contents: [name: string, given: Partial<Message>][] = [
    [
      'texts far beyond every limit',
      {
        title: long,
        detail: long,
        summary: long,
        frames: Array<string>(50).fill(long).slice(0, 3),
        footer: long,
        facts: Array.from({ length: 10 }, () => ({ name: 'Fact', value: long })),
      },
    ],
    [
      'long texts of characters that are escaped',
      { title: '&'.repeat(5000), detail: '<'.repeat(50_000), summary: '&'.repeat(5000) },
    ],
    [
      'empty texts',
      { title: '', detail: '', summary: '', frames: [], footer: '', facts: [{ name: 'Fact', value: '' }] },
    ],
    [
      'blanks and control characters alone',
      { title: ' \u0000 ', detail: '\n\n', summary: '\u0007', footer: '\t' },
    ],
    [
      'emoji cut in the middle',
      { title: '😀'.repeat(500), detail: '😀'.repeat(5000), summary: '😀'.repeat(5000) },
    ],
    [
      'hostile text',
      {
        title: hostile,
        detail: hostile,
        summary: hostile,
        frames: [hostile],
        footer: hostile,
        facts: [{ name: 'Fact', value: hostile }],
      },
    ],
    ['times that no calendar holds', { facts: [{ name: 'First seen', value: { at: 0 } }] }],
  ];
  for (const [name, given] of contents) {
    test(`lay out ${name} so that Slack takes it at the first try`, async () => {
      const calls = slack.calls.length;
      assert.equal((await receiver().notify(message(given), undefined, never)).kind, 'delivered');
      assert.equal((await webhook().notify(message(given), undefined, never)).kind, 'delivered');
      assert.equal(slack.calls.length, calls + 2);
    });
  }

  test('let no text from an app be markup, a link or a mention', async () => {
    await receiver().notify(
      message({ title: hostile, detail: hostile, summary: hostile, footer: hostile }),
      undefined,
      never,
    );
    const { text, blocks } = slack.messages.at(-1)!;
    assert.doesNotMatch(text, /[<>]/);
    assert.doesNotMatch(JSON.stringify(blocks), /"mrkdwn"|"emoji":true|\\u001b|\u202e/);
  });

  test('say no secret, whatever goes wrong', async () => {
    const said: unknown[] = [];
    for (const [, fault] of passing) {
      slack.fail({ ...fault, times: 2 });
      said.push(await receiver({ timeoutMillis: 200 }).notify(message(), undefined, never));
      slack.clearFaults();
    }
    said.push(await webhook('/services/T0/B0/other-very-secret').notify(message(), undefined, never));
    const dead = new SlackWebhookReceiver({
      name: 'x',
      url: new Secret('http://127.0.0.1:1/very-secret'),
      timeoutMillis: 500,
    });
    said.push(await dead.notify(message(), undefined, never));
    assert.doesNotMatch(JSON.stringify(said), /very-secret/);
    assert.doesNotMatch(JSON.stringify(receiver()), /very-secret/);
  });

  test('give up at once when they are to stop', async () => {
    slack.fail({ kind: 'hang' });
    const stop = new AbortController();
    const pending = receiver({ timeoutMillis: 60_000 }).notify(message(), undefined, stop.signal);
    stop.abort();
    assert.equal((await pending).kind, 'failed');
  });

  test('post to a webhook, and say when it is not one any more', async () => {
    const count = slack.messages.length;
    assert.deepEqual(await webhook().notify(message(), undefined, never), {
      kind: 'delivered',
      reference: undefined,
    });
    assert.equal(slack.messages.length, count + 1);
    assert.equal((await webhook('/services/T0/B0/gone').notify(message(), undefined, never)).kind, 'refused');
  });
});
