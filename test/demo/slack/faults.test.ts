import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, FaultPlan } from '../../../src/demo/slack/faults.ts';
import { SlackStandIn } from '../../../src/demo/slack/server.ts';
import { onlyMessage, type Rig, startSlack } from './support.ts';

const webhook = { path: '/services/T1/B1/x', channel: 'alerts' };

function hook({ request }: Rig): ReturnType<Rig['request']> {
  const headers = { 'content-type': 'application/json' };
  return request(webhook.path, { method: 'POST', headers, body: '{"text":"a"}' });
}

function post({ api }: Rig): ReturnType<Rig['api']> {
  return api('chat.postMessage', { channel: 'alerts', text: 'a' });
}

test('a fault is for one method or for all, for so many calls or until cleared', () => {
  const plan = new FaultPlan();
  const twice: Fault = { kind: 'hang', method: 'chat.update', times: 2 };
  const always: Fault = { kind: 'close' };
  plan.add(twice);
  plan.add(always);
  const taken = ['chat.update', 'auth.test', 'chat.update', 'chat.update'].map((method) => plan.take(method));
  assert.deepEqual(taken, [twice, always, twice, always]);
  plan.clear();
  assert.equal(plan.take('auth.test'), undefined);
});

/** The fault, and status and body of the answers of the Web API and of the webhook. */
const inPlace: readonly (readonly [Fault, number, string, number, string])[] = [
  [{ kind: 'status', status: 502 }, 502, 'upstream error', 502, 'upstream error'],
  [
    { kind: 'ratelimited', retryAfterSeconds: 5 },
    429,
    '{"ok":false,"error":"ratelimited"}',
    429,
    'rate_limited',
  ],
  [{ kind: 'error', error: 'no_service' }, 200, '{"ok":false,"error":"no_service"}', 404, 'no_service'],
  [
    { kind: 'error', error: 'edit_window_closed' },
    200,
    '{"ok":false,"error":"edit_window_closed"}',
    400,
    'edit_window_closed',
  ],
];

for (const [fault, status, body, hookStatus, hookBody] of inPlace) {
  test(`${JSON.stringify(fault)}: is answered in place of the call`, async (t) => {
    const rig = await startSlack(t, { webhook });
    rig.slack.fail(fault);
    const [answer, hookAnswer] = [await post(rig), await hook(rig)];
    assert.deepEqual([answer.status, answer.text], [status, body]);
    assert.deepEqual([hookAnswer.status, hookAnswer.text], [hookStatus, hookBody]);
    assert.deepEqual(rig.slack.messages, []);
    assert.deepEqual(
      rig.slack.calls.map((call) => call.fault),
      [fault.kind, fault.kind],
    );
    rig.slack.clearFaults();
    assert.deepEqual([(await post(rig)).status, (await hook(rig)).text], [200, 'ok']);
  });
}

test('broken JSON cannot be parsed, HTML is said to be HTML', async (t) => {
  const { slack, url } = await startSlack(t);
  slack.fail({ kind: 'broken_json', times: 1 });
  await assert.rejects((await fetch(`${url}/api/auth.test`)).json(), SyntaxError);
  slack.fail({ kind: 'html' });
  const { status, headers } = await fetch(`${url}/api/auth.test`);
  assert.deepEqual([status, headers.get('content-type')], [200, 'text/html']);
});

test('a connection that is closed is closed, and what is recorded first stays recorded', async (t) => {
  const rig = await startSlack(t, { webhook });
  rig.slack.fail({ kind: 'close', times: 1 });
  await assert.rejects(post(rig), TypeError);
  assert.deepEqual(rig.slack.messages, []);
  rig.slack.fail({ kind: 'record_then_close', times: 1 });
  await assert.rejects(hook(rig), TypeError);
  assert.equal(onlyMessage(rig.slack).text, 'a');
  assert.deepEqual(
    rig.slack.calls.map((call) => call.outcome),
    ['unanswered', 'ok'],
  );
});

test('a call whose post is refused is not recorded by record_then_close', async (t) => {
  const { api, slack } = await startSlack(t);
  slack.fail({ kind: 'record_then_close' });
  await assert.rejects(api('chat.postMessage', { channel: 'nowhere', text: 'a' }), TypeError);
  assert.deepEqual(slack.messages, []);
  assert.equal(slack.calls[0]?.outcome, 'channel_not_found');
});

test('a late answer comes, late', async (t) => {
  const rig = await startSlack(t);
  rig.slack.fail({ kind: 'late', delayMillis: 40, times: 1 });
  const start = performance.now();
  assert.equal((await post(rig)).json['ok'], true);
  // Timers may fire up to a millisecond early.
  assert.ok(performance.now() - start >= 38);
});

test('stop closes calls that hang and calls whose answer is late', async () => {
  const slack = new SlackStandIn();
  const { url } = await slack.start();
  slack.fail({ kind: 'hang', times: 1 });
  slack.fail({ kind: 'late', delayMillis: 600_000 });
  const calls = [fetch(`${url}/api/auth.test`), fetch(`${url}/api/auth.test`)];
  const outcomes = Promise.allSettled(calls);
  while (slack.calls.length < 2) await new Promise(setImmediate);
  await slack.stop();
  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
});

test('stop is safe without a start, and twice', async () => {
  const slack = new SlackStandIn();
  await slack.stop();
  await slack.start();
  await slack.stop();
  await slack.stop();
});

test('a port that is taken fails the start', async (t) => {
  const { url } = await startSlack(t);
  const second = new SlackStandIn({ port: Number(new URL(url).port) });
  await assert.rejects(second.start(), { code: 'EADDRINUSE' });
  await second.stop();
});
