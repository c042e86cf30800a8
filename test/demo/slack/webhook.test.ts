import assert from 'node:assert/strict';
import { test } from 'node:test';
import { divider, header } from './block-kit/builders.ts';
import { onlyMessage, startSlack } from './support.ts';

const path = '/services/T1/B1/secret';
const channels = [{ name: 'alerts' }, { name: 'old', isArchived: true }];

function posted(body: unknown, contentType = 'application/json'): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', headers: { 'content-type': contentType }, body: text };
}

/** Name, path, request, status and text of the answer. */
const requests: readonly (readonly [string, string, RequestInit, number, string])[] = [
  ['a text', path, posted({ text: 'a' }), 200, 'ok'],
  ['blocks', path, posted({ text: 'a', blocks: [divider] }), 200, 'ok'],
  ['another path', '/services/T1/B1/other', posted({ text: 'a' }), 404, 'no_service'],
  ['broken JSON', path, posted('{'), 400, 'invalid_payload'],
  ['JSON that is no object', path, posted('"a"'), 400, 'invalid_payload'],
  [
    'JSON that is said to be a form',
    path,
    posted({ text: 'a' }, 'application/x-www-form-urlencoded'),
    400,
    'invalid_payload',
  ],
  ['nothing to say', path, posted({}), 400, 'no_text'],
  ['blocks that are no array', path, posted({ blocks: {} }), 400, 'invalid_blocks_format'],
  ['wrong blocks', path, posted({ text: 'a', blocks: [header(151)] }), 400, 'invalid_blocks'],
  ['GET', path, {}, 405, 'method_not_allowed'],
];

for (const [name, where, init, status, text] of requests) {
  test(`webhook with ${name}: ${status} ${text}`, async (t) => {
    const { request, slack } = await startSlack(t, { webhook: { path, channel: '#alerts' }, channels });
    const answer = await request(where, init);
    assert.deepEqual([answer.status, answer.text], [status, text]);
    assert.deepEqual(
      slack.calls.map((call) => [call.method, call.outcome]),
      [['webhook', text]],
    );
    assert.equal(slack.messages.length, status === 200 ? 1 : 0);
  });
}

test('a webhook to a channel that is archived or gone says so', async (t) => {
  const old = await startSlack(t, { webhook: { path, channel: 'old' }, channels });
  const archived = await old.request(path, posted({ text: 'a' }));
  assert.deepEqual([archived.status, archived.text], [410, 'channel_is_archived']);
  const gone = await startSlack(t, { webhook: { path, channel: 'gone' }, channels });
  const missing = await gone.request(path, posted({ text: 'a' }));
  assert.deepEqual([missing.status, missing.text], [404, 'channel_not_found']);
});

test('without a webhook there is none', async (t) => {
  const { request } = await startSlack(t);
  assert.equal((await request(path, posted({ text: 'a' }))).status, 404);
});

test('what a webhook posts is recorded as any message', async (t) => {
  const { request, slack } = await startSlack(t, { webhook: { path, channel: 'alerts' } });
  const blocks = [{ ...divider, block_id: 'b' }];
  await request(path, posted({ text: 'a', blocks }));
  const { channelName, text, blocks: recorded, thread_ts, edits } = onlyMessage(slack);
  assert.deepEqual(
    { channelName, text, recorded, thread_ts, edits },
    {
      channelName: 'alerts',
      text: 'a',
      recorded: blocks,
      thread_ts: undefined,
      edits: [],
    },
  );
});
