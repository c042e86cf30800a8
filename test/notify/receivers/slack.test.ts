import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { Secret } from '../../../src/config/secret.ts';
import { isObject } from '../../../src/demo/slack/block-kit/rules.ts';
import { SlackStandIn } from '../../../src/demo/slack/server.ts';
import { incidentActionNames } from '../../../src/notify/incident-action.ts';
import { SlackReceiver } from '../../../src/notify/receivers/slack.ts';
import { slackBlocks } from '../../../src/notify/receivers/slack-blocks.ts';
import { SlackWebhookReceiver } from '../../../src/notify/receivers/slack-webhook.ts';
import { conformance, type StandIn } from './conformance.ts';
import { incident, message, never, referenceOf, sender, withoutIncident } from './support.ts';

const token = 'xoxb-very-secret-token';
const webhookPath = '/services/T0/B0/webhook-very-secret';

function standIn(): SlackStandIn {
  return new SlackStandIn({
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
}

/** As the suite of all receivers looks at it; what Slack refuses the stand-in refuses as well. */
async function conforming(): Promise<StandIn> {
  const slack = standIn();
  const { url } = await slack.start();
  return {
    url,
    calls: () => slack.calls.length,
    count: () => slack.messages.length,
    active: () => {
      const { text = '', blocks } = slack.messages.at(-1) ?? {};
      const markup = /[<>]/.exec(text) ?? [];
      const active = /"mrkdwn"|"emoji":true|\\u001b|\u202e|"type":"(user|link|channel|broadcast)"/;
      const own = /\{"type":"link","url":"https:\/\/links\.example\/[^"]*","text":"\w+"\}/g;
      return [...markup, ...(active.exec(JSON.stringify(blocks ?? []).replaceAll(own, '')) ?? [])];
    },
    stop: () => slack.stop(),
  };
}

const word = (status: number, error: string) => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body: error,
});
const ok = (fields: object) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(fields),
});
const error = (name: string) => ok({ ok: false, error: name });

conformance('the Slack bot', {
  secret: 'very-secret',
  create: ({ url, timeoutMillis, proxies }) =>
    new SlackReceiver({
      name: 'slack',
      token: new Secret(token),
      channel: '#alerts',
      apiUrl: `${url}/api/`,
      timeoutMillis,
      proxies,
      buttons: true,
    }),
  taken: ok({ ok: true, channel: 'C1', ts: '1.1' }),
  fallsBack: true,
  readsAll: true,
  answers: [
    ['broken JSON', { headers: { 'content-type': 'application/json' }, body: '{"ok":true,"ch' }, 'failed'],
    [
      'a page instead of JSON',
      { headers: { 'content-type': 'text/html' }, body: '<h1>Sorry</h1>' },
      'failed',
    ],
    ['an error of Slack’s own', error('internal_error'), 'failed'],
    ['an error that nobody has heard of', error('brand_new_error'), 'failed'],
    ['a wrong token', error('invalid_auth'), 'refused'],
    ['a channel that is not there', error('channel_not_found'), 'refused'],
    ['a channel that is not there any more', error('channel_not_found'), 'gone', 'edit'],
    ['a channel that it has left', error('not_in_channel'), 'gone', 'edit'],
    ['an archived channel', error('is_archived'), 'gone', 'edit'],
    ['a deleted message', error('message_not_found'), 'gone', 'edit'],
    ['a message that is too old', error('edit_window_closed'), 'gone', 'edit'],
    ['a layout that is not taken', error('invalid_blocks'), 'rejected'],
    ['a message that is too long', error('msg_too_long'), 'rejected'],
  ],
  startStandIn: conforming,
});

conformance('the Slack webhook', {
  secret: 'very-secret',
  create: ({ url, timeoutMillis, proxies }) =>
    new SlackWebhookReceiver(
      { name: 'hook', url: new Secret(`${url}${webhookPath}`) },
      sender({ timeoutMillis, proxies }),
    ),
  taken: word(200, 'ok'),
  fallsBack: true,
  answers: [
    ['a webhook that was removed', word(404, 'no_service'), 'refused'],
    ['a page that is not there', word(404, '<h1>Not found</h1>'), 'refused'],
    ['a wrong URL', word(403, 'invalid_token'), 'refused'],
    ['an archived channel', word(410, 'channel_is_archived'), 'refused'],
    ['a layout that is not taken', word(400, 'invalid_blocks'), 'rejected'],
    ['a body that is too large', word(413, 'request entity too large'), 'rejected'],
    ['an error that nobody has heard of', word(400, 'brand_new_error'), 'failed'],
  ],
  startStandIn: conforming,
});

suite('the Slack receivers', () => {
  const slack = standIn();
  let url: string;
  const receiver = (
    given: { token?: string; channel?: string; timeoutMillis?: number; buttons?: boolean } = {},
  ): SlackReceiver =>
    new SlackReceiver({
      name: 'slack',
      token: new Secret(given.token ?? token),
      channel: given.channel ?? '#alerts',
      apiUrl: `${url}/api/`,
      timeoutMillis: given.timeoutMillis ?? 30_000,
      buttons: given.buttons ?? false,
    });
  const webhook = (path = webhookPath): SlackWebhookReceiver =>
    new SlackWebhookReceiver({ name: 'hook', url: new Secret(`${url}${path}`) }, sender());

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
    const reference = referenceOf(posted);
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

  const labels = (): unknown[] => {
    const block = slack.messages.at(-1)!.blocks.find((each) => isObject(each) && each['type'] === 'actions');
    if (block === undefined) return [];
    const { elements } = block as {
      elements: { text: { text: string }; value: string; action_id: string }[];
    };
    assert.ok(elements.every(({ value }) => value === incident().key));
    return elements.map(({ text }) => text.text);
  };

  test('have a button for each thing that can be done, until nothing can', async () => {
    const subject = receiver({ buttons: true });
    const posted = await subject.notify(message({ actions: incidentActionNames }), undefined, never);
    assert.deepEqual(labels(), ['Acknowledge', 'Resolve', 'Silence 1 h', 'Ignore']);
    const reference = referenceOf(posted);
    await subject.notify(message({ actions: ['resolve'] }), reference, never);
    assert.deepEqual(labels(), ['Resolve']);
    for (const none of [
      message({ actions: [] }),
      message(),
      withoutIncident(message({ actions: ['resolve'] })),
    ]) {
      assert.equal((await subject.notify(none, reference, never)).kind, 'delivered');
      assert.deepEqual(labels(), []);
    }
  });

  test('have no buttons where nobody would hear of them', async () => {
    for (const subject of [receiver(), webhook()]) {
      await subject.notify(message({ actions: incidentActionNames }), undefined, never);
      assert.deepEqual(labels(), []);
    }
  });
  const isBack = { text: 'It is back.', isLoud: true };
  const said = `${message().summary}\nIt is back.`;

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
    const loud = message({ news: [isBack] });
    assert.equal((await subject.notify(loud, reference, never)).kind, 'delivered');
    assert.deepEqual(
      slack.messages
        .slice(count)
        .map(({ text, thread_ts, reply_broadcast }) => [text, thread_ts, reply_broadcast]),
      [
        ['Resolved by &lt;!channel&gt; &amp; co.\nSwallowed.', reference?.['ts'], false],
        [said, reference?.['ts'], true],
      ],
    );
  });

  test('are asked again for the news that Slack did not take', async () => {
    const subject = receiver();
    const posted = await subject.notify(message(), undefined, never);
    const reference = posted.kind === 'delivered' ? posted.reference : undefined;
    slack.fail({ kind: 'status', status: 500, method: 'chat.postMessage', times: 1 });
    const news = message({ news: [isBack] });
    assert.equal((await subject.notify(news, reference, never)).kind, 'failed');
    assert.equal((await subject.notify(news, reference, never)).kind, 'delivered');
    assert.equal(slack.messages.at(-1)?.text, said);
  });

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
        [[said, undefined]],
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

  test('say that a message is gone when it was deleted, or may not be edited any more', async () => {
    const subject = receiver();
    const posted = await subject.notify(message(), undefined, never);
    const reference = referenceOf(posted);
    slack.fail({ kind: 'error', error: 'edit_window_closed', times: 1 });
    assert.equal((await subject.notify(message(), reference, never)).kind, 'gone');
    assert.ok(slack.deleteMessage('alerts', reference?.['ts'] ?? ''));
    assert.equal((await subject.notify(message(), reference, never)).kind, 'gone');
  });

  test('fall back to plain text when the layout is not taken', async () => {
    slack.fail({ kind: 'error', error: 'invalid_blocks', times: 1 });
    assert.equal((await receiver().notify(message(), undefined, never)).kind, 'delivered');
    assert.match(slack.messages.at(-1)?.text ?? '', /PaymentError/);
  });

  test('say news in a message of its own where there is no thread, but not what the state says already', async () => {
    await webhook().notify(message({ news: [isBack] }), undefined, never);
    assert.match(JSON.stringify(slack.messages.at(-1)?.blocks), /It is back\./);
    const resolved = { text: 'Resolved by alice.', isLoud: false };
    await webhook().notify(message({ state: 'ended', news: [resolved] }), undefined, never);
    assert.doesNotMatch(JSON.stringify(slack.messages.at(-1)?.blocks), /Resolved by alice/);
  });

  test('let no text look like one of their own lines', () => {
    const facts = [{ name: 'Likely cause', value: 'x\nSeverity: low\u2028State: resolved' }];
    const blocks = JSON.stringify(slackBlocks(message({ facts, title: 'a\nb', frames: ['c\nd'] })));
    assert.match(blocks, /x Severity: low State: resolved/);
    assert.doesNotMatch(blocks, /\\n|\u2028/);
  });

  test('show what is to be copied as code, and the id by itself', () => {
    const fact = { name: 'Support code', value: 'TOC-1BVPA68P', isToCopy: true };
    const blocks = JSON.stringify(slackBlocks(message({ facts: [fact] })));
    assert.match(blocks, /"text":"TOC-1BVPA68P","style":\{"code":true\}/);
    assert.match(blocks, /"text":"CHECKOUT-Y5CXKA","emoji":false/);
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
