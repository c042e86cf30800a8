import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlackStandInOptions } from '../../../src/demo/slack/server.ts';
import { context, divider, header, mrkdwn, times } from './block-kit/builders.ts';
import { type Answered, onlyMessage, otherToken, type Rig, startSlack, token } from './support.ts';

const channels: SlackStandInOptions['channels'] = [
  { name: '#alerts', id: 'CALERTS' },
  { name: 'private', isMember: false },
  { name: 'old', id: 'COLD', isArchived: true },
];
const webhook = { path: '/services/T1/B1/x', channel: 'alerts' };

const form = 'application/x-www-form-urlencoded';
const bearer = { authorization: `Bearer ${token}` };

function posted(body: string, headers: Readonly<Record<string, string>>): RequestInit {
  return { method: 'POST', body, headers };
}

/** A body that fetch gives no content type of its own. */
function untyped(body: string): RequestInit {
  return { method: 'POST', body: new TextEncoder().encode(body), headers: bearer };
}

const asForm = (fields: Record<string, string>, headers = {}) =>
  posted(new URLSearchParams(fields).toString(), { 'content-type': form, ...headers });
const typed = (type: string, body: string) => posted(body, { 'content-type': type, ...bearer });

/** Name, method, request, and Slack's answer: `ok` or its error. */
const requests: readonly (readonly [string, string, RequestInit, string])[] = [
  ['no token', 'auth.test', asForm({}), 'not_authed'],
  ['a wrong token', 'auth.test', asForm({}, { authorization: 'Bearer nope' }), 'invalid_auth'],
  ['a token in the header', 'auth.test', asForm({}, bearer), 'ok'],
  ['a token in the form', 'auth.test', asForm({ token }), 'ok'],
  [
    'a token in a JSON body',
    'auth.test',
    posted(JSON.stringify({ token }), { 'content-type': 'application/json' }),
    'not_authed',
  ],
  ['a token without Bearer', 'auth.test', asForm({}, { authorization: token }), 'not_authed'],
  ['GET', 'auth.test', { headers: bearer }, 'ok'],
  ['an unknown method', 'chat.shout', asForm({}), 'unknown_method'],
  ['a method that every object has', 'constructor', asForm({}), 'unknown_method'],
  ['no content type', 'chat.postMessage', untyped('channel=alerts'), 'missing_post_type'],
  ['XML', 'chat.postMessage', typed('text/xml', '<a/>'), 'invalid_post_type'],
  [
    'a strange charset',
    'chat.postMessage',
    typed('application/json; charset=utf-16', '{}'),
    'invalid_charset',
  ],
  ['JSON in quotes of a charset', 'auth.test', typed('application/json; charset="UTF-8"', '{}'), 'ok'],
  ['broken JSON', 'chat.postMessage', typed('application/json', '{'), 'invalid_json'],
  ['JSON that is no object', 'chat.postMessage', typed('application/json', '[]'), 'json_not_object'],
  ['a form', 'chat.postMessage', asForm({ channel: 'alerts', text: 'a' }, bearer), 'ok'],
  [
    'blocks in a form',
    'chat.postMessage',
    asForm({ channel: 'alerts', blocks: JSON.stringify([divider]) }, bearer),
    'ok',
  ],
  [
    'broken blocks in a form',
    'chat.postMessage',
    asForm({ channel: 'alerts', blocks: '[' }, bearer),
    'invalid_blocks_format',
  ],
];

for (const [name, method, init, outcome] of requests) {
  test(`request with ${name}: ${outcome}`, async (t) => {
    const { request, slack } = await startSlack(t, { channels });
    assertOutcome(await request(`/api/${method}`, init), outcome);
    assert.deepEqual(
      slack.calls.map((call) => [call.method, call.outcome]),
      [[method, outcome]],
    );
  });
}

function assertOutcome(answer: Answered, outcome: string): void {
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(answer.json['ok'], outcome === 'ok', answer.text);
  assert.equal(answer.json['error'], outcome === 'ok' ? undefined : outcome);
}

const tooMuch = context(...times(5, () => mrkdwn(3000)));
const metadata = { event_type: 'incident', event_payload: { key: 'a' } };

function describedBy(metadata: unknown): object {
  return { channel: 'alerts', text: 'a', metadata };
}

/** Name, arguments of chat.postMessage, and the answer. */
const posts: readonly (readonly [string, object, string])[] = [
  ['to a name', { channel: 'alerts', text: 'a' }, 'ok'],
  ['to a name with #', { channel: '#alerts', text: 'a' }, 'ok'],
  ['to an id', { channel: 'CALERTS', text: 'a' }, 'ok'],
  ['to no channel', { text: 'a' }, 'invalid_arguments'],
  ['to an unknown channel', { channel: 'nowhere', text: 'a' }, 'channel_not_found'],
  ['to a channel without the bot', { channel: 'private', text: 'a' }, 'not_in_channel'],
  ['to an archived channel', { channel: 'old', text: 'a' }, 'is_archived'],
  ['of nothing', { channel: 'alerts' }, 'no_text'],
  ['of an empty text', { channel: 'alerts', text: '' }, 'no_text'],
  ['of no blocks', { channel: 'alerts', blocks: [] }, 'no_text'],
  ['of blocks alone', { channel: 'alerts', blocks: [divider] }, 'ok'],
  ['of blocks as JSON text', { channel: 'alerts', blocks: JSON.stringify([divider]) }, 'ok'],
  [
    'of blocks that are no array',
    { channel: 'alerts', text: 'a', blocks: { blocks: [] } },
    'invalid_blocks_format',
  ],
  ['of a header too long', { channel: 'alerts', text: 'a', blocks: [header(151)] }, 'invalid_blocks'],
  ['of too much in all', { channel: 'alerts', blocks: [tooMuch] }, 'msg_blocks_too_long'],
  ['of metadata', describedBy(metadata), 'ok'],
  ['of metadata that is a list', describedBy([]), 'invalid_metadata_format'],
  ['of metadata without payload', describedBy({ event_type: 'a' }), 'invalid_metadata_schema'],
  ['of metadata of no type', describedBy({ ...metadata, event_type: '' }), 'invalid_metadata_schema'],
  [
    'of a payload that is no object',
    describedBy({ ...metadata, event_payload: 1 }),
    'invalid_metadata_schema',
  ],
  ['to a thread that is no time', { channel: 'alerts', text: 'a', thread_ts: 'x' }, 'invalid_thread_ts'],
];

for (const [name, args, outcome] of posts) {
  test(`post ${name}: ${outcome}`, async (t) => {
    const { api, slack } = await startSlack(t, { channels });
    assertOutcome(await api('chat.postMessage', args), outcome);
    assert.equal(slack.messages.length, outcome === 'ok' ? 1 : 0);
  });
}

test('a refusal of blocks says where, in both of the places Slack says it', async (t) => {
  const { api } = await startSlack(t);
  const { json } = await api('chat.postMessage', { channel: 'alerts', blocks: [header(151)] });
  const complaint = 'must be less than 151 characters [json-pointer:/blocks/0/text/text]';
  assert.deepEqual(json['errors'], [complaint]);
  assert.deepEqual(json['response_metadata'], { messages: [`[ERROR] ${complaint}`] });
});

test('a post is answered with its channel id, its ts and the message', async (t) => {
  const { api, slack, advance } = await startSlack(t, { channels });
  advance(1);
  const blocks = [divider, { ...divider, block_id: 'mine' }];
  const { json } = await api('chat.postMessage', { channel: '#alerts', text: 'a', blocks, metadata });
  assert.deepEqual(json, {
    ok: true,
    channel: 'CALERTS',
    ts: '1700000000.001000',
    message: {
      type: 'message',
      user: 'U0000000001',
      bot_id: 'B0000000001',
      team: 'T0000000000',
      ts: '1700000000.001000',
      text: 'a',
      blocks: [{ ...divider, block_id: 'b1' }, blocks[1]],
      metadata,
    },
  });
  const message = onlyMessage(slack);
  assert.equal(message.at, 1_700_000_000_001);
  assert.ok(Math.abs(message.arrivedMillis - Date.now()) < 10_000);
  assert.equal(message.arrivedMillis, slack.calls[0]?.arrivedMillis);
});

test('no two messages have one ts, and a later one has a later ts, also when the clock goes back', async (t) => {
  const { api, slack, advance } = await startSlack(t);
  for (const step of [0, 0, -5_000, 1, 60_000]) {
    advance(step);
    await api('chat.postMessage', { channel: 'alerts', text: 'a' });
  }
  const stamps = slack.messages.map((message) => Number(message.ts));
  assert.deepEqual(
    stamps,
    [...new Set(stamps)].toSorted((a, b) => a - b),
  );
  for (const { ts } of slack.messages) assert.match(ts, /^\d{10}\.\d{6}$/);
});

test('a text is cut after 40,000 characters', async (t) => {
  const { api, slack } = await startSlack(t);
  await api('chat.postMessage', { channel: 'alerts', text: 'x'.repeat(40_001) });
  assert.equal(onlyMessage(slack).text.length, 40_000);
});

test('a body over 1 MiB is refused', async (t) => {
  const { api, slack } = await startSlack(t);
  assert.equal((await api('chat.postMessage', { text: 'x'.repeat(1024 * 1024) })).status, 413);
  assert.equal(slack.calls[0]?.outcome, 'http_413');
});

test('auth.test says who the token is', async (t) => {
  const { api } = await startSlack(t);
  const [one, other] = [await api('auth.test', {}), await api('auth.test', {}, otherToken)];
  assert.equal(one.json['bot_id'], 'B0000000001');
  assert.equal(other.json['bot_id'], 'B0000000002');
  assert.equal(one.json['team_id'], other.json['team_id']);
});

test('a path that is not of Slack is not found', async (t) => {
  const { request, slack } = await startSlack(t);
  for (const path of ['/', '/api', '//', '/apix/auth.test']) assert.equal((await request(path)).status, 404);
  assert.deepEqual(slack.calls, []);
});

/** Posts a message and answers its ts. */
async function post({ api, slack }: Rig, more: object = {}): Promise<string> {
  assertOutcome(await api('chat.postMessage', { channel: 'alerts', text: 'parent', ...more }), 'ok');
  return slack.messages.at(-1)?.ts ?? '';
}

test('a reply is in the thread of what it replies to', async (t) => {
  const rig = await startSlack(t, { channels });
  const thread_ts = await post(rig);
  const { json } = await rig.api('chat.postMessage', {
    channel: 'alerts',
    text: 'a',
    thread_ts,
    reply_broadcast: true,
  });
  assert.equal((json['message'] as { thread_ts?: string }).thread_ts, thread_ts);
  assert.deepEqual(
    rig.slack.messages.map((message) => message.thread_ts),
    [undefined, thread_ts],
  );
  assert.deepEqual(
    rig.slack.messages.map((message) => message.reply_broadcast),
    [false, true],
  );
});

test('a reply to what is not there, or is a reply itself, lands in the channel', async (t) => {
  const rig = await startSlack(t, { channels });
  const deleted = await post(rig);
  rig.slack.deleteMessage('alerts', deleted);
  const reply = await post(rig, { thread_ts: await post(rig) });
  for (const thread_ts of [deleted, reply, '1600000000.000001']) {
    const args = { channel: 'alerts', text: 'a', thread_ts, reply_broadcast: true };
    const { json } = await rig.api('chat.postMessage', args);
    assert.equal(json['ok'], true);
    assert.equal('thread_ts' in (json['message'] as object), false);
    const message = rig.slack.messages.at(-1);
    assert.deepEqual([message?.thread_ts, message?.reply_broadcast], [undefined, false]);
  }
});

/** Name, what of the arguments of chat.update is changed, and the answer. */
const updates: readonly (readonly [string, object, string])[] = [
  ['of its text', {}, 'ok'],
  ['without a channel', { channel: undefined }, 'invalid_arguments'],
  ['without a ts', { ts: undefined }, 'invalid_arguments'],
  ['by the name of the channel', { channel: 'alerts' }, 'channel_not_found'],
  ['in an archived channel', { channel: 'COLD' }, 'is_inactive'],
  ['of another ts', { ts: '1700000000.999999' }, 'message_not_found'],
  ['with nothing', { text: undefined }, 'no_text'],
  ['with blocks alone', { text: undefined, blocks: [divider] }, 'ok'],
  ['with wrong blocks', { blocks: [header(0)] }, 'invalid_blocks'],
  ['with blocks that are none', { blocks: 'x' }, 'invalid_blocks_format'],
  ['with a text as long as may be', { text: 'x'.repeat(4000) }, 'ok'],
  ['with a text one longer', { text: 'x'.repeat(4001) }, 'msg_too_long'],
];

for (const [name, more, outcome] of updates) {
  test(`update ${name}: ${outcome}`, async (t) => {
    const rig = await startSlack(t, { channels });
    const args = { channel: 'CALERTS', ts: await post(rig), text: 'new', ...more };
    assertOutcome(await rig.api('chat.update', args), outcome);
    assert.equal(onlyMessage(rig.slack).edits.length, outcome === 'ok' ? 1 : 0);
  });
}

test('a message is edited by the bot that posted it only', async (t) => {
  const rig = await startSlack(t, { channels, webhook });
  const args = { channel: 'CALERTS', ts: await post(rig), text: 'b' };
  assertOutcome(await rig.api('chat.update', args, otherToken), 'cant_update_message');
  await rig.request(webhook.path, typed('application/json', '{"text":"a"}'));
  const ts = rig.slack.messages.at(-1)?.ts;
  assertOutcome(await rig.api('chat.update', { ...args, ts }), 'cant_update_message');
});

test('a deleted message cannot be edited', async (t) => {
  const rig = await startSlack(t, { channels });
  const ts = await post(rig);
  assert.equal(rig.slack.deleteMessage('alerts', ts), true);
  assert.equal(rig.slack.deleteMessage('alerts', ts), false);
  assertOutcome(await rig.api('chat.update', { channel: 'CALERTS', ts, text: 'b' }), 'message_not_found');
  assert.equal(onlyMessage(rig.slack).deleted, true);
});

test('what an update does not speak of stays; what it speaks of is replaced, and empty things are taken away', async (t) => {
  const rig = await startSlack(t, { channels });
  const blocks = [{ ...divider, block_id: 'old' }];
  const ts = await post(rig, { blocks, metadata });
  const update = (more: object) => rig.api('chat.update', { channel: 'CALERTS', ts, ...more });
  const message = onlyMessage(rig.slack);

  rig.advance(1000);
  const { json } = await update({ text: 'second' });
  assert.deepEqual([message.text, message.blocks, message.metadata], ['second', blocks, metadata]);
  assert.deepEqual([json['channel'], json['ts'], json['text']], ['CALERTS', ts, 'second']);

  const newBlocks = [{ ...divider, block_id: 'new' }];
  await update({ blocks: newBlocks });
  assert.deepEqual([message.text, message.blocks], ['second', newBlocks]);

  await update({ text: 'third', blocks: [], metadata: {} });
  assert.deepEqual([message.text, message.blocks, message.metadata], ['third', [], undefined]);

  assert.deepEqual(message.original, { text: 'parent', blocks });
  assert.deepEqual(
    message.edits.map((edit) => [edit.at - message.at, edit.text, edit.blocks]),
    [
      [1000, 'second', blocks],
      [1000, 'second', newBlocks],
      [1000, 'third', []],
    ],
  );
});
