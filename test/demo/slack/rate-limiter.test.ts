import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RateLimiter, slackRateLimits } from '../../../src/demo/slack/rate-limiter.ts';
import { onlyMessage, startSlack, token } from './support.ts';

const rateLimits = { post: { intervalMillis: 1000, burst: 2 }, update: { intervalMillis: 1200, burst: 3 } };

test('a burst is taken at once, then one call for each interval', () => {
  const limiter = new RateLimiter({ intervalMillis: 1000, burst: 3 });
  const waits = [0, 0, 0, 0, 999, 1000, 1000, 2500, 3000].map((now) => limiter.take('a', now));
  assert.deepEqual(waits, [0, 0, 0, 1, 1, 0, 1, 0, 0]);
});

test('a quiet time gives no more than one burst', () => {
  const limiter = new RateLimiter({ intervalMillis: 1000, burst: 2 });
  limiter.take('a', 0);
  assert.deepEqual([limiter.take('a', 1e9), limiter.take('a', 1e9), limiter.take('a', 1e9)], [0, 0, 1]);
});

test('keys do not share their limit', () => {
  const limiter = new RateLimiter({ intervalMillis: 1000, burst: 1 });
  assert.deepEqual([limiter.take('a', 0), limiter.take('b', 0), limiter.take('a', 0)], [0, 0, 1]);
});

test('50 updates a minute and a post a second are within the limits in the long run', () => {
  const updates = new RateLimiter(slackRateLimits.update);
  const posts = new RateLimiter(slackRateLimits.post);
  for (let second = 0; second < 600; second += 1) {
    assert.equal(posts.take('a', second * 1000), 0);
    assert.equal(updates.take('a', second * 1200), 0);
  }
});

test('who waits as long as was said is let in, and who waits a second less is not', () => {
  const limits = fc.record({
    intervalMillis: fc.integer({ min: 1, max: 5000 }),
    burst: fc.integer({ min: 1, max: 5 }),
  });
  const gaps = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 30 });
  const isKept = fc.property(limits, gaps, (limit, steps) => {
    const limiter = new RateLimiter(limit);
    let now = 0;
    for (const step of steps) {
      now += step;
      const waitSeconds = limiter.take('a', now);
      if (waitSeconds === 0) continue;
      if (waitSeconds > 1) assert.ok(limiter.take('a', now + (waitSeconds - 1) * 1000) > 0);
      now += waitSeconds * 1000;
      assert.equal(limiter.take('a', now), 0);
    }
  });
  fc.assert(isKept, { seed: 42, numRuns: 200 });
});

test('too many posts to a channel are answered 429 with the seconds to wait, other channels are not', async (t) => {
  const channels = [{ name: 'alerts' }, { name: 'other' }];
  const { api, slack, advance } = await startSlack(t, { rateLimits, channels });
  const post = (channel: string) => api('chat.postMessage', { channel, text: 'a' });
  const answers = [await post('alerts'), await post('#alerts'), await post('alerts'), await post('other')];
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 429, 200],
  );
  assert.deepEqual(answers[2]?.json, { ok: false, error: 'ratelimited' });
  assert.equal(answers[2]?.headers.get('retry-after'), '1');
  assert.equal(slack.messages.length, 3);
  assert.deepEqual(
    slack.calls.map((call) => call.outcome),
    ['ok', 'ok', 'ratelimited', 'ok'],
  );
  advance(1000);
  assert.equal((await post('alerts')).status, 200);
});

test('too many updates by a bot are answered 429; posts do not count', async (t) => {
  const { api, slack, advance } = await startSlack(t, { rateLimits });
  const { json } = await api('chat.postMessage', { channel: 'alerts', text: 'a' });
  const update = () => api('chat.update', { channel: json['channel'], ts: json['ts'], text: 'b' });
  const answers = [await update(), await update(), await update(), await update()];
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200, 429],
  );
  assert.equal(answers[3]?.headers.get('retry-after'), '2');
  assert.equal(onlyMessage(slack).edits.length, 3);
  advance(2000);
  assert.equal((await update()).status, 200);
});

test('a webhook has the limit of its channel', async (t) => {
  const webhook = { path: '/services/T1/B1/x', channel: 'alerts' };
  const { api, request } = await startSlack(t, { rateLimits, webhook });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const hook = () => request(webhook.path, { method: 'POST', headers, body: '{"text":"a"}' });
  assert.equal((await hook()).status, 200);
  assert.equal((await api('chat.postMessage', { channel: 'alerts', text: 'a' })).status, 200);
  const limited = await hook();
  assert.deepEqual(
    [limited.status, limited.text, limited.headers.get('retry-after')],
    [429, 'rate_limited', '1'],
  );
});
