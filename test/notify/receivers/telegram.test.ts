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

  const isBack = { text: 'CHECKOUT-Y5CXKA is back.', isLoud: true };
  const isResolved = { text: 'Resolved by alice.', isLoud: false };

  test('says what is news in a reply, which is heard only if it is to be', async () => {
    const receiver = telegram(at.url);
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    const id = Number(shown?.['message']);
    assert.equal(standIn.messages.at(-1)?.isHeard, true);
    const told = await receiver.notify(message({ detail: 'a', news: [isBack] }), shown, never);
    assert.deepEqual(told, { kind: 'delivered', reference: shown });
    const reply = standIn.messages.at(-1)!;
    assert.deepEqual(
      [reply.text, reply.repliesTo, reply.isHeard],
      [`🔴 ${message().summary}\nCHECKOUT-Y5CXKA is back.`, id, true],
    );
    const over = message({ state: 'ended', news: [isResolved] });
    assert.deepEqual(await receiver.notify(over, shown, never), { kind: 'delivered', reference: shown });
    const last = standIn.messages.at(-1)!;
    assert.deepEqual([last.text, last.repliesTo, last.isHeard], ['✅ Resolved by alice.', id, false]);
  });

  test('says news that is too much as far as there is room', async () => {
    const receiver = telegram(at.url);
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    const news = Array.from({ length: 30 }, () => ({ text: 'x'.repeat(5000), isLoud: true }));
    const told = await receiver.notify(message({ detail: 'd', news }), shown, never);
    assert.equal(told.kind, 'delivered');
    assert.equal(standIn.messages.at(-1)?.repliesTo, Number(shown?.['message']));
  });

  test('says nothing more with an edit that is no news', async () => {
    const receiver = telegram(at.url);
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    const count = standIn.messages.length;
    await receiver.notify(message({ detail: 'it goes on', news: [] }), shown, never);
    assert.equal(standIn.messages.length, count);
  });

  test('says news again until it is taken, and the edit before it only once', async () => {
    const receiver = telegram(at.url);
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    const edited = standIn.messages.at(-1)!;
    const count = standIn.messages.length;
    const news = message({ detail: 'b', news: [isBack] });
    for (const [reply, kind] of [
      [error(429, 'Too Many Requests: retry after 3', { retry_after: 3 }), 'throttled'],
      [error(500, 'Internal Server Error'), 'failed'],
      [error(403, 'Forbidden: bot was kicked from the supergroup chat'), 'refused'],
    ] as const) {
      standIn.toPosts.push(reply);
      assert.equal((await receiver.notify(news, shown, never)).kind, kind);
    }
    assert.equal((await receiver.notify(news, shown, never)).kind, 'delivered');
    assert.equal(edited.edits, 1);
    assert.equal(standIn.messages.length, count + 1);
  });

  test('says what is to be heard by itself where it can be no reply, and lets be what is not', async () => {
    const receiver = telegram(at.url);
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    const count = standIn.messages.length;
    for (const [i, what] of ['message to be replied not found', 'REPLY_MESSAGE_ID_INVALID'].entries()) {
      standIn.toPosts.push(bad(what));
      const quiet = message({ detail: `quiet ${i}`, state: 'ended', news: [isResolved] });
      assert.equal((await receiver.notify(quiet, shown, never)).kind, 'delivered');
      standIn.toPosts.push(bad(what));
      const loud = message({ detail: `loud ${i}`, news: [isBack] });
      assert.equal((await receiver.notify(loud, shown, never)).kind, 'delivered');
      assert.equal(standIn.messages.at(-1)?.repliesTo, undefined);
    }
    assert.equal(standIn.messages.length, count + 2);
  });

  test('tells that an incident is back where people look now', async () => {
    const shown = referenceOf(await telegram(at.url, { threadId: 7 }).notify(message(), undefined, never));
    const receiver = telegram(at.url);
    assert.equal((await receiver.notify(message({ news: [isBack] }), shown, never)).kind, 'gone');
    const over = message({ state: 'ended', news: [isResolved] });
    assert.equal((await receiver.notify(over, shown, never)).kind, 'delivered', 'the message that there is');
    assert.equal(standIn.messages.at(-1)?.thread, 7);
    const { to: _, ...older } = shown!;
    const news = message({ detail: 'c', news: [isBack] });
    assert.equal((await receiver.notify(news, older, never)).kind, 'delivered');
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

Version: 1.4.2
State: new
Count: 1
First seen: 2026-01-02 03:00:00 UTC
charge (a.js:10)
pay (a.js:2)
CHECKOUT-Y5CXKA · NewIssue`,
    );
  });

  test('has ids that a tap copies by themselves', () => {
    const { text, entities } = telegramText(message());
    const copied = entities
      .filter(({ type }) => type === 'code')
      .map(({ offset, length }) => text.slice(offset, offset + length));
    assert.deepEqual(copied.slice(-2), ['CHECKOUT-Y5CXKA', 'NewIssue']);
  });

  test('has all that may come from an app where nothing is looked for', () => {
    const { text, entities } = telegramText({ ...messageOf(hostile), summary: 'short' });
    const rest = entities
      .filter(({ type }) => type === 'code' || type === 'pre')
      .toReversed()
      .reduce((left, { offset, length }) => left.slice(0, offset) + left.slice(offset + length), text);
    assert.match(rest, /^🔴 \n\n(\n(First seen|Fact): )+\nTrace · Logs · Runbook · Console\n\n$/);
  });

  test('links its own words, and shows the address where Telegram takes no link', () => {
    const links = [
      { text: 'Trace', url: 'https://tempo.example/trace/1' },
      { text: 'Logs', url: 'http://10.0.0.7:3100/logs' },
      { text: 'Runbook', url: `https://wiki.example/${'x'.repeat(1500)}` },
      { text: 'Console', url: 'http://tocsin:4320/issues/1' },
    ];
    const { text, entities } = telegramText(message({ links }));
    assert.match(text, /\nTrace · Logs\nConsole: http:\/\/tocsin:4320\/issues\/1\n/);
    const linked = entities.flatMap((each) =>
      each.type === 'text_link' ? [[text.slice(each.offset, each.offset + each.length), each.url]] : [],
    );
    assert.deepEqual(
      linked,
      links.slice(0, 2).map((link) => [link.text, link.url]),
    );
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
