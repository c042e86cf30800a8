import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { SlackStandInOptions } from '../../../src/demo/slack/server.ts';
import { eventually } from '../../support/eventually.ts';
import { type Rig, startSlack, token } from './support.ts';

const appToken = 'xapp-test';

const start = (t: TestContext, options: SlackStandInOptions = {}): Promise<Rig> =>
  startSlack(t, { appTokens: [appToken], ...options });

async function urlOf({ api }: Rig): Promise<string> {
  const { json } = await api('apps.connections.open', {}, appToken);
  assert.equal(json['ok'], true);
  return String(json['url']);
}

/** A client by Node's own WebSocket, and all that it has heard. */
async function connect(t: TestContext, url: string) {
  const socket = new WebSocket(url);
  const heard: Record<string, unknown>[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))));
  let isOver = false;
  for (const event of ['close', 'error']) socket.addEventListener(event, () => (isOver = true));
  t.after(() => socket.close());
  await eventually('the connection, or its end', () => heard.length > 0 || isOver);
  return { socket, heard, isOver: () => isOver };
}

const buttons = {
  type: 'actions',
  elements: ['one', 'two'].map((action_id) => ({
    type: 'button',
    action_id,
    value: 'v',
    text: { type: 'plain_text', text: action_id },
  })),
};

async function postButtons({ api }: Rig): Promise<string> {
  const { json } = await api('chat.postMessage', { channel: '#alerts', text: 't', blocks: [buttons] });
  return String(json['ts']);
}

suite('Socket Mode of the stand-in', () => {
  test('is opened by an app-level token, and by no other', async (t) => {
    const { api } = await start(t);
    for (const [as, error] of [
      [token, 'not_allowed_token_type'],
      ['xapp-wrong', 'invalid_auth'],
    ] as const)
      assert.deepEqual((await api('apps.connections.open', {}, as)).json, { ok: false, error });
    const { json } = await api('chat.postMessage', { channel: '#alerts', text: 't' }, appToken);
    assert.equal(json['error'], 'not_allowed_token_type');
  });

  test('says hello, and how many connections there are; a URL is good for one', async (t) => {
    const rig = await start(t);
    const url = await urlOf(rig);
    const first = await connect(t, url);
    assert.partialDeepStrictEqual(first.heard[0], { type: 'hello', num_connections: 1 });
    assert.ok((await connect(t, url)).isOver());
    const second = await connect(t, await urlOf(rig));
    assert.partialDeepStrictEqual(second.heard[0], { type: 'hello', num_connections: 2 });
    assert.equal(rig.slack.sockets.connections, 2);
  });

  test('lets an app have ten connections', async (t) => {
    const rig = await start(t);
    for (let i = 0; i < 10; i++) await connect(t, await urlOf(rig));
    const { heard } = await connect(t, await urlOf(rig));
    assert.deepEqual(heard, [{ type: 'disconnect', reason: 'too_many_websockets' }]);
  });

  test('sends what is pressed by one connection, and waits until that says it heard', async (t) => {
    const rig = await start(t);
    const ts = await postButtons(rig);
    const { socket, heard } = await connect(t, await urlOf(rig));
    const pressing = rig.slack.press({
      channel: '#alerts',
      ts,
      action_id: 'two',
      user: { id: 'U1', name: 'jo' },
    });
    const envelope = await eventually('the envelope', () => heard[1]);
    assert.partialDeepStrictEqual(envelope, {
      type: 'interactive',
      accepts_response_payload: false,
      payload: {
        type: 'block_actions',
        user: { id: 'U1', username: 'jo' },
        container: { message_ts: ts },
        actions: [{ action_id: 'two', value: 'v', type: 'button' }],
      },
    });
    socket.send(JSON.stringify({ envelope_id: envelope['envelope_id'] }));
    assert.equal((await pressing)?.outcome, 'acknowledged');
    assert.deepEqual(rig.slack.sockets.complaints, []);
    socket.send(JSON.stringify({ envelope_id: envelope['envelope_id'] }));
    await eventually('the complaint of a second ack', () => rig.slack.sockets.complaints.length === 1);
  });

  test('takes what is longer than a short frame, both ways', async (t) => {
    const rig = await start(t);
    const { socket, heard } = await connect(t, await urlOf(rig));
    for (const length of [200, 70_000]) {
      const said = 'x'.repeat(length);
      assert.ok(rig.slack.sockets.send('slash_commands', { said }, () => undefined));
      const { payload } = await eventually('the text', () => (heard.length > 1 ? heard.pop() : undefined));
      assert.deepEqual(payload, { said });
      socket.send(said);
      await eventually('the same back', () =>
        rig.slack.sockets.complaints.some((complaint) => complaint.endsWith(` ${said}`)),
      );
    }
  });

  test('says when it takes an app too long, and when there is none', async (t) => {
    const rig = await start(t, { patienceMillis: 20 });
    const ts = await postButtons(rig);
    const wanted = { channel: '#alerts', ts, action_id: 'one', user: { id: 'U1', name: 'jo' } };
    assert.equal((await rig.slack.press(wanted))?.outcome, 'nowhere');
    await connect(t, await urlOf(rig));
    assert.equal((await rig.slack.press(wanted))?.outcome, 'late');
    assert.equal(await rig.slack.press({ ...wanted, action_id: 'three' }), undefined);
  });

  test('says that a connection is to end, and cuts it off', async (t) => {
    const rig = await start(t);
    const { heard, isOver } = await connect(t, await urlOf(rig));
    rig.slack.sockets.disconnect('refresh_requested');
    await eventually('the word', () => heard[1]?.['reason'] === 'refresh_requested');
    assert.ok(!isOver());
    rig.slack.sockets.drop();
    await eventually('the end', isOver);
  });
});

suite('buttons of the stand-in', () => {
  test('are pressed for another process as well, and answered to one person', async (t) => {
    const rig = await start(t);
    const ts = await postButtons(rig);
    const body = JSON.stringify({ channel: 'alerts', ts, action_id: 'one' });
    const { json } = await rig.request('/control/press', { method: 'POST', body });
    assert.partialDeepStrictEqual(json, { action_id: 'one', outcome: 'nowhere', user: 'U0JANE' });
    const said = await rig.api('chat.postEphemeral', { channel: '#alerts', user: 'U0JANE', text: 'Done.' });
    assert.equal(said.json['ok'], true);
    assert.deepEqual(
      rig.slack.ephemerals.map(({ user, text }) => [user, text]),
      [['U0JANE', 'Done.']],
    );
    assert.equal(
      (await rig.api('chat.postEphemeral', { channel: '#alerts' })).json['error'],
      'invalid_arguments',
    );
    assert.equal((await rig.request('/control/press', { method: 'POST', body: '{}' })).status, 400);
  });
});
