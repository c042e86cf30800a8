import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Secret } from '../../../src/config/secret.ts';
import type { Outcome } from '../../../src/notify/receiver.ts';
import { TelegramReceiver } from '../../../src/notify/receivers/telegram.ts';
import { telegramText } from '../../../src/notify/receivers/telegram-text.ts';
import type { Reply } from '../../support/otlp-back-end.ts';
import { conformance, type StandIn } from './conformance.ts';
import { hostile, message, messageOf, never, referenceOf, sender } from './support.ts';
import { TelegramStandIn } from './telegram-stand-in.ts';

const token = '1234567:very-secret-token';

function telegram(
  url: string,
  given: {
    chatId?: string | number;
    threadId?: number;
    token?: string;
    http?: ReturnType<typeof sender>;
  } = {},
) {
  const { chatId = '@alerts', threadId, http = sender() } = given;
  const options = {
    name: 'telegram',
    token: new Secret(given.token ?? token),
    chatId,
    threadId,
    apiUrl: `${url}/`,
  };
  return new TelegramReceiver(options, http);
}

function error(code: number, description: string, parameters?: object): Reply {
  const body = JSON.stringify({
    ok: false,
    error_code: code,
    description,
    ...(parameters && { parameters }),
  });
  return { status: code, headers: { 'content-type': 'application/json' }, body };
}

const bad = (description: string, parameters?: object): Reply =>
  error(400, `Bad Request: ${description}`, parameters);
const forbidden = (description: string): Reply => error(403, `Forbidden: ${description}`);

conformance('Telegram', {
  secret: 'very-secret',
  create: ({ url, ...given }) => telegram(url, { http: sender(given) }),
  taken: {
    headers: { 'content-type': 'application/json' },
    body: '{"ok":true,"result":{"message_id":5,"chat":{"id":-7}}}',
  },
  fallsBack: true,
  answers: [
    ['a page instead of JSON', { body: '<html>Sorry' }, 'failed'],
    ['an answer that broke off', { body: '{"ok":true,"res' }, 'failed'],
    ['an answer without a message', { body: '{"ok":true,"result":true}' }, 'failed'],
    ['an answer of its own that never ends', { instead: 'drip' }, 'failed'],
    ['HTTP 500 as JSON', error(500, 'Internal Server Error'), 'failed'],
    ['an error that nobody has heard of', bad('BRAND_NEW'), 'failed'],
    ['a conflict', error(409, 'Conflict: terminated by other getUpdates request'), 'failed'],
    [
      'too many requests',
      error(429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
      'throttled',
      'edit',
    ],
    ['a wrong token', error(401, 'Unauthorized'), 'refused'],
    ['what is no token', error(404, 'Not Found'), 'refused', 'edit'],
    ['a chat that is not there', bad('chat not found'), 'refused'],
    ['a chat that is not there any more', bad('chat not found'), 'gone', 'edit'],
    ['a topic that is not there', bad('message thread not found'), 'refused'],
    ['a closed topic', bad('TOPIC_CLOSED'), 'refused'],
    [
      'a chat that it may not write to',
      bad('not enough rights to send text messages to the chat'),
      'refused',
    ],
    ['a group that it was thrown out of', forbidden('bot was kicked from the supergroup chat'), 'refused'],
    ['a user who has blocked it', forbidden('bot was blocked by the user'), 'refused', 'edit'],
    [
      'a group that has moved',
      bad('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -100 }),
      'refused',
    ],
    ['a message that was deleted', bad('message to edit not found'), 'gone', 'edit'],
    ['a message that is too old', bad("message can't be edited"), 'gone', 'edit'],
    [
      'a message of a group that has moved',
      bad('group chat was upgraded', { migrate_to_chat_id: -100 }),
      'gone',
      'edit',
    ],
    [
      'an edit that changes nothing',
      bad('message is not modified: specified new message content …'),
      'delivered',
      'edit',
    ],
    ['a message that is too long', bad('message is too long'), 'rejected'],
    ['entities that it cannot read', bad("can't parse entities: unsupported type"), 'rejected', 'edit'],
  ],
  startStandIn: () => new TelegramStandIn(token).start(),
});

suite('Telegram', () => {
  const standIn = new TelegramStandIn(token);
  let at: StandIn;
  before(async () => {
    at = await standIn.start();
  });
  after(() => at.stop());

  test('posts to a chat by its name or its id, and edits that same message', async () => {
    for (const chatId of ['@alerts', '-1001234567890', -1001234567890]) {
      const receiver = telegram(at.url, { chatId });
      const posted = await receiver.notify(message(), undefined, never);
      const shown = referenceOf(posted);
      assert.equal(shown?.['chat'], '-1001234567890');
      const edited = await receiver.notify(message({ state: 'ended', summary: 'it is over' }), shown, never);
      assert.deepEqual(edited, { kind: 'delivered', reference: shown });
      assert.equal(standIn.messages.at(-1)?.edits, 1);
      assert.match(standIn.messages.at(-1)!.text, /^✅ it is over/);
    }
  });

  test('takes an edit that changes nothing for done, and one of a deleted message for gone', async () => {
    const receiver = telegram(at.url);
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    assert.deepEqual(await receiver.notify(message(), shown, never), { kind: 'delivered', reference: shown });
    standIn.delete(Number(shown?.['message']));
    assert.equal((await receiver.notify(message(), shown, never)).kind, 'gone');
  });

  test('posts to a topic', async () => {
    await telegram(at.url, { threadId: 7 }).notify(message(), undefined, never);
    assert.equal(standIn.messages.at(-1)?.thread, 7);
    const outcome = await telegram(at.url, { threadId: 8 }).notify(message(), undefined, never);
    assert.equal(outcome.kind, 'refused');
  });

  test('passes on what retry_after says', async () => {
    standIn.server.replies.push(error(429, 'Too Many Requests: retry after 12', { retry_after: 12 }));
    const expected: Outcome = { kind: 'throttled', retryAfterMillis: 12_000 };
    assert.deepEqual(await telegram(at.url).notify(message(), undefined, never), expected);
  });

  test('finds out whether token and chat are good without posting', async () => {
    const count = standIn.messages.length;
    assert.equal(await telegram(at.url).verify(never), undefined);
    const set = [{ token: '1234567:wrong' }, { token: 'nonsense' }, { chatId: '@nowhere' }, { chatId: 5 }];
    for (const given of set) assert.equal((await telegram(at.url, given).verify(never))?.kind, 'refused');
    assert.equal(standIn.messages.length, count);
  });

  test('tells the most of a message in a plainer one when it is not taken', async () => {
    standIn.server.replies.push(bad("can't parse entities"));
    assert.equal((await telegram(at.url).notify(message(), undefined, never)).kind, 'delivered');
    assert.match(standIn.messages.at(-1)!.text, /^🔴 \[HIGH\] checkout \(production\): PaymentError/);
  });

  test('says the new id of a group that has moved', async () => {
    standIn.server.replies.push(bad('group chat was upgraded', { migrate_to_chat_id: -100987 }));
    const outcome = await telegram(at.url).notify(message(), undefined, never);
    assert.match(outcome.kind === 'refused' ? outcome.remedy : '', /set chat_id to -100987/);
  });
});

suite('the text for Telegram', () => {
  test('begins with what makes sense on a lock screen, and has everything', () => {
    const { text } = telegramText(
      message({ detail: 'card refused\nby the bank', frames: ['charge (a.js:10)', 'pay (a.js:2)'] }),
    );
    assert.equal(
      text,
      `🔴 [HIGH] checkout (production): PaymentError in POST /charge: card 17 was refused
card refused
by the bank

Service: checkout (production)
Severity: high
State: new
Count: 1
First seen: 2026-01-02 03:00:00 UTC
Last seen: 2026-01-02 03:00:00 UTC
Version: 1.4.2
charge (a.js:10)
pay (a.js:2)
CHECKOUT-Y5CXKA · NewIssue`,
    );
  });

  test('has all that may come from an app where nothing is looked for', () => {
    const { text, entities } = telegramText({ ...messageOf(hostile), summary: 'short' });
    const rest = entities
      .filter(({ type }) => type !== 'bold')
      .toReversed()
      .reduce((left, { offset, length }) => left.slice(0, offset) + left.slice(offset + length), text);
    assert.match(rest, /^🔴 \n\n(\n(First seen|Fact): )+\n\n$/);
  });

  test('cuts frames between lines', () => {
    const frames = Array.from({ length: 100 }, (_, i) => `frame${i} (/app/src/checkout/payments.js:${i})`);
    const { text, entities } = telegramText(message({ frames }));
    const { offset, length } = entities.findLast(({ type }) => type === 'pre')!;
    const shown = text.slice(offset, offset + length).split('\n');
    assert.deepEqual(shown, frames.slice(0, shown.length));
    assert.ok(shown.length > 10);
  });
});
