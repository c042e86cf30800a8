import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorCode, LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import type { Fault } from '../../../src/demo/slack/faults.ts';
import { header } from './block-kit/builders.ts';
import { onlyMessage, type Rig, startSlack, token } from './support.ts';

const silent = () => undefined;
const logger: NonNullable<WebClientOptions['logger']> = {
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  setLevel: silent,
  getLevel: () => LogLevel.ERROR,
  setName: silent,
};

function clientOf({ url }: Rig, timeout = 10_000, asToken = token): WebClient {
  return new WebClient(asToken, {
    slackApiUrl: `${url}/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    allowAbsoluteUrls: false,
    logger,
  });
}

test("Slack's client posts, replies, edits and asks who it is", async (t) => {
  const rig = await startSlack(t);
  const { slack } = rig;
  const client = clientOf(rig);
  assert.equal((await client.auth.test()).bot_id, 'B0000000001');

  const metadata = { event_type: 'incident', event_payload: { key: 'a' } };
  const posted = await client.chat.postMessage({
    channel: '#alerts',
    text: 'a & b',
    blocks: [header(150)],
    metadata,
  });
  const { channel = '', ts = '' } = posted;
  assert.equal(posted.message?.text, 'a & b');
  await client.chat.update({ channel, ts, text: 'c', blocks: [header(1)] });
  const reply = await client.chat.postMessage({
    channel,
    thread_ts: ts,
    reply_broadcast: true,
    text: 'again',
  });
  assert.equal(reply.message?.thread_ts, ts);

  const [message, answered] = slack.messages;
  assert.deepEqual([message?.text, message?.edits.length, message?.metadata], ['c', 1, metadata]);
  assert.deepEqual([answered?.thread_ts, answered?.reply_broadcast], [ts, true]);
});

test("an error reaches Slack's client as an error of the platform, with what is wrong where", async (t) => {
  const client = clientOf(await startSlack(t));
  const failing = client.chat.postMessage({ channel: 'alerts', text: 'a', blocks: [header(151)] });
  await assert.rejects(failing, {
    code: ErrorCode.PlatformError,
    data: {
      ok: false,
      error: 'invalid_blocks',
      errors: ['must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: {
        messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
      },
    },
  });
});

test("a wrong token reaches Slack's client as invalid_auth", async (t) => {
  const client = clientOf(await startSlack(t), undefined, 'xoxb-wrong');
  await assert.rejects(client.auth.test(), /invalid_auth/);
});

test("a rate limit reaches Slack's client with the seconds to wait", async (t) => {
  const limit = { intervalMillis: 7000, burst: 1 };
  const rig = await startSlack(t, { rateLimits: { post: limit, update: limit } });
  const client = clientOf(rig);
  await client.chat.postMessage({ channel: 'alerts', text: 'a' });
  const limited = client.chat.postMessage({ channel: 'alerts', text: 'b' });
  await assert.rejects(limited, { code: ErrorCode.RateLimitedError, retryAfter: 7 });
  assert.equal(onlyMessage(rig.slack).text, 'a');
});

const post = (client: WebClient) => client.chat.postMessage({ channel: 'alerts', text: 'a' });

/** The fault, what the client makes of it, and whether the message was posted for all that. */
const faults: readonly (readonly [Fault, object, boolean])[] = [
  [{ kind: 'status', status: 500 }, { code: ErrorCode.HTTPError, statusCode: 500 }, false],
  [
    { kind: 'ratelimited', retryAfterSeconds: 30 },
    { code: ErrorCode.RateLimitedError, retryAfter: 30 },
    false,
  ],
  [{ kind: 'error', error: 'token_revoked' }, { code: ErrorCode.PlatformError }, false],
  [{ kind: 'broken_json' }, { code: ErrorCode.PlatformError }, false],
  [{ kind: 'html' }, { code: ErrorCode.PlatformError }, false],
  [{ kind: 'hang' }, { code: ErrorCode.RequestError }, false],
  [{ kind: 'close' }, { code: ErrorCode.RequestError }, false],
  [{ kind: 'late', delayMillis: 60_000 }, { code: ErrorCode.RequestError }, true],
  [{ kind: 'record_then_close' }, { code: ErrorCode.RequestError }, true],
];

/** Long enough for a call to be done, so that what runs out of it does so for want of an answer. */
const timeoutMillis = 200;

test("each fault fails Slack's client in its own way, once", { concurrency: true }, async (t) => {
  const playing = faults.map(([fault, error, isPosted]) =>
    t.test(`${fault.kind}: the message is ${isPosted ? '' : 'not '}there`, async (t) => {
      const rig = await startSlack(t);
      rig.slack.fail({ ...fault, times: 1 });
      await assert.rejects(post(clientOf(rig, timeoutMillis)), error);
      assert.equal(rig.slack.messages.length, isPosted ? 1 : 0);
      assert.equal((await post(clientOf(rig))).ok, true);
    }),
  );
  await Promise.all(playing);
});
