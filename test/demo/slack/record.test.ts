import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSlack } from './support.ts';

const post = { channel: 'alerts', text: 'a' };
const sent = (method: string, body: unknown) => ({ method, body: JSON.stringify(body) });

/** As it comes out of JSON, where undefined is left out. */
function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test('messages and calls are read over HTTP, and reading them is no call', async (t) => {
  const { api, request, slack } = await startSlack(t);
  await api('chat.postMessage', post);
  const messages = await request('/control/messages');
  const calls = await request('/control/calls');
  assert.deepEqual(messages.json, { messages: asSent(slack.messages), forgotten: 0 });
  assert.deepEqual(calls.json, { calls: asSent(slack.calls), forgotten: 0 });
  assert.equal(slack.calls.length, 1);
});

test('faults are set and cleared over HTTP', async (t) => {
  const { api, request } = await startSlack(t);
  const fault = { kind: 'error', error: 'account_inactive', method: 'auth.test' };
  assert.equal((await request('/control/faults', sent('POST', fault))).status, 201);
  assert.equal((await api('auth.test', {})).json['error'], 'account_inactive');
  assert.equal((await api('chat.postMessage', post)).json['ok'], true);
  assert.equal((await request('/control/faults', { method: 'DELETE' })).status, 200);
  assert.equal((await api('auth.test', {})).json['ok'], true);
});

const wrongFaults = [
  undefined,
  [],
  { kind: 'flood' },
  { kind: 'status' },
  { kind: 'status', status: 200 },
  { kind: 'late', delayMillis: -1 },
  { kind: 'error', error: '' },
  { kind: 'hang', times: 0 },
  { kind: 'hang', time: 1 },
];

for (const fault of wrongFaults) {
  test(`the fault ${JSON.stringify(fault)} is refused, and says why`, async (t) => {
    const { api, request } = await startSlack(t);
    const answer = await request('/control/faults', sent('POST', fault));
    assert.equal(answer.status, 400);
    assert.match(String(answer.json['error']), /\S/);
    assert.equal((await api('auth.test', {})).json['ok'], true);
  });
}

test('a message is deleted over HTTP', async (t) => {
  const { api, request } = await startSlack(t);
  const { json } = await api('chat.postMessage', post);
  const address = { channel: json['channel'], ts: json['ts'] };
  const remove = async (body: unknown) =>
    (await request('/control/delete-message', sent('POST', body))).status;
  assert.deepEqual([await remove(address), await remove(address), await remove({ ts: 1 })], [200, 404, 400]);
  const updated = await api('chat.update', { ...address, text: 'b' });
  assert.equal(updated.json['error'], 'message_not_found');
});

test('other paths and methods of control are not found', async (t) => {
  const { request } = await startSlack(t);
  assert.equal((await request('/control/')).status, 404);
  assert.equal((await request('/control/messages', { method: 'DELETE' })).status, 404);
});

const keep = { messages: 2, editsPerMessage: 2, calls: 3 };

test('of messages and calls the newest are kept and the others counted', async (t) => {
  const { api, slack } = await startSlack(t, { keep });
  const stamps: unknown[] = [];
  for (const text of ['a', 'b', 'c', 'd']) {
    stamps.push((await api('chat.postMessage', { channel: 'alerts', text })).json['ts']);
  }
  assert.deepEqual(
    slack.messages.map((message) => message.text),
    ['c', 'd'],
  );
  assert.equal(slack.calls.length, 3);
  assert.deepEqual(slack.forgotten, { messages: 2, calls: 1 });

  const update = (ts: unknown) => api('chat.update', { channel: slack.messages[0]?.channel, ts, text: 'x' });
  assert.equal((await update(stamps[0])).json['error'], 'message_not_found');
  assert.equal((await update(stamps[2])).json['ok'], true);
});

test('of the edits of a message the newest are kept and the others counted', async (t) => {
  const { api, slack } = await startSlack(t, { keep });
  const { json } = await api('chat.postMessage', { channel: 'alerts', text: 'a' });
  for (const text of ['b', 'c', 'd'])
    await api('chat.update', { channel: json['channel'], ts: json['ts'], text });
  const [message] = slack.messages;
  assert.deepEqual(
    message?.edits.map((edit) => edit.text),
    ['c', 'd'],
  );
  assert.deepEqual([message?.editsForgotten, message?.text, message?.original.text], [1, 'd', 'a']);
});

test('channels have ids of their own, and each its own messages', async (t) => {
  const { api, slack } = await startSlack(t, {
    channels: [{ name: 'a' }, { name: '#b' }, { name: 'c', id: 'C9' }],
  });
  for (const channel of ['a', 'b', 'c']) await api('chat.postMessage', { channel, text: channel });
  const [first, second, third] = slack.messages;
  assert.deepEqual([first?.channelName, second?.channelName, third?.channel], ['a', 'b', 'C9']);
  assert.notEqual(first?.channel, second?.channel);
  const elsewhere = await api('chat.update', { channel: first?.channel, ts: second?.ts, text: 'x' });
  assert.equal(elsewhere.json['error'], 'message_not_found');
});

test('who listens is told of each post, edit and deletion', async (t) => {
  const told: string[] = [];
  const { api, slack } = await startSlack(t, {
    onChange: (message) => told.push(`${message.text}${message.deleted ? ' deleted' : ''}`),
  });
  const { json } = await api('chat.postMessage', { channel: 'alerts', text: 'a' });
  await api('chat.update', { channel: json['channel'], ts: json['ts'], text: 'b' });
  slack.deleteMessage('#alerts', String(json['ts']));
  assert.deepEqual(told, ['a', 'b', 'b deleted']);
});
