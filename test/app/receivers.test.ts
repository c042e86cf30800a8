import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { IssueAnswer, PageAnswer } from '../../src/admin/contract.ts';
import { compose, type Tocsin } from '../../src/app/composition/compose.ts';
import { createReceivers } from '../../src/app/composition/create-receivers.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { Secret } from '../../src/config/secret.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { AlertmanagerStandIn } from '../notify/receivers/alertmanager-stand-in.ts';
import { TelegramStandIn } from '../notify/receivers/telegram-stand-in.ts';
import { type Payload, WebhookStandIn } from '../notify/receivers/webhook-stand-in.ts';
import { eventually } from '../support/eventually.ts';
import { parseMail } from '../support/mail-parts.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { SmtpServer } from '../support/smtp-server.ts';
import { TestClock } from '../support/test-clock.ts';

const secret = 'sixteen-letters!';

suite('receivers of every kind, from the configuration on', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-receivers-'));
  const clock = new TestClock();
  const log = new RecordingLog();
  const webhook = new WebhookStandIn(secret);
  const telegram = new TelegramStandIn('123:x');
  const alertmanager = new AlertmanagerStandIn();
  const smtp = new SmtpServer();
  let tocsin: Tocsin;
  let stop: (() => Promise<unknown>)[];
  const url = ({ port }: { port: number }, at: string): string => `http://127.0.0.1:${port}${at}`;

  before(async () => {
    const at = await Promise.all([webhook.start(), telegram.start(), alertmanager.start()]);
    const [{ url: hook }, { url: bot }, { url: am }] = at;
    const mail = {
      host: '127.0.0.1',
      port: await smtp.start(),
      encryption: 'none',
      from: 'a@b.c',
      to: ['d@e.f'],
    };
    const free = '127.0.0.1:0';
    const configuration = configurationSchema.parse({
      intake: { http: { listen: free }, grpc: { listen: free } },
      metrics: { listen: free },
      admin: { listen: free },
      alerts: {
        receivers: [
          { name: 'webhook', webhook: { url: `${hook}/x`, secret } },
          { name: 'telegram', telegram: { token: '123:x', chat_id: '@alerts', api_url: bot } },
          { name: 'alertmanager', alertmanager: { urls: [am] } },
          { name: 'email', email: mail },
        ],
      },
    });
    tocsin = compose(configuration, {
      clock,
      log,
      store: new SqliteStore(join(directory, 'store.db')),
      // By real time: what is under way must not seem to take long because the clock is moved.
      receivers: createReceivers(configuration, {}, systemClock),
      tokens: [{ name: 'tester', token: new Secret('token') }],
      journalDirectory: undefined,
      processMetrics: () => Promise.resolve(''),
      random: () => 0,
    });
    await tocsin.start();
    stop = [() => tocsin.stop(), ...at.map((each) => () => each.stop()), () => smtp.stop()];
  });
  after(async () => {
    for (const each of stop) await each();
    rmSync(directory, { recursive: true });
  });

  const send = (...traces: number[]): Promise<Response> => {
    const exceptions = [{ type: 'CardError', message: 'card was refused' }];
    const span = { id: 1, name: 'POST /order', kind: 2, failed: true, exceptions } as const;
    const body = new Uint8Array(traceRequestBytes(traces.map((trace) => ({ ...span, trace }))));
    const headers = { 'content-type': 'application/x-protobuf' };
    return fetch(url(tocsin.addresses().otlpHttp, '/v1/traces'), { method: 'POST', headers, body });
  };
  const told = (): Payload[] =>
    webhook.server.received.map(({ body }) => JSON.parse(body.toString()) as Payload);
  const firing = (): string[] =>
    alertmanager.firing(clock.now()).map(({ annotations }) => annotations['count']!);

  test('are told of a failure', async () => {
    await send(1);
    await eventually('the webhook', () => told().length === 1);
    await eventually('Telegram', () => telegram.messages.length === 1);
    await eventually('the Alertmanager', () => firing().length === 1);
    await eventually('a mail', () => smtp.mails.length === 1);
    assert.equal(told()[0]!.event, 'opened');
    const summary = /\[HIGH\] shop: CardError in POST \/order: card was refused/;
    assert.match(told()[0]!.summary, summary);
    assert.match(telegram.messages[0]!.text, summary);
    assert.match(parseMail(smtp.mails[0]!.raw).text, summary);
  });

  test('are told how it goes on, where that is an edit', async () => {
    await send(2, 3, 4);
    await eventually('the count to be shown everywhere', () => {
      clock.advance(1_000);
      const shown = [
        told().at(-1)!.incident!.issue!.count,
        /Count: (\d+)/.exec(telegram.messages[0]!.text)![1],
      ];
      return String(shown) === '4,4' && String(firing()) === '4';
    });
    assert.equal(told().at(-1)!.event, 'updated');
    assert.equal(telegram.messages.length, 1);
    assert.equal(smtp.mails.length, 1);
  });

  test('are told that it has ended', async () => {
    const headers = { authorization: 'Bearer token' };
    const { admin } = tocsin.addresses();
    const page = (await (
      await fetch(url(admin, '/api/issues'), { headers })
    ).json()) as PageAnswer<IssueAnswer>;
    await fetch(url(admin, `/api/issues/${page.items[0]!.id}/resolve`), { method: 'POST', headers });
    await eventually('the webhook', () => told().at(-1)!.event === 'ended');
    await eventually('Telegram', () => telegram.messages[0]!.text.startsWith('✅'));
    await eventually('the Alertmanager', () => firing().length === 0);
    await eventually('a mail', () => smtp.mails.length === 2);
    assert.equal(told().at(-1)!.incident!.end_reason, 'resolved');
    const [first, last] = smtp.mails.map(({ raw }) => parseMail(raw).headers);
    assert.equal(last!.get('in-reply-to'), first!.get('message-id'));
    assert.deepEqual(
      log.warnings.filter((line) => line.includes('receiver')),
      [],
    );
    assert.deepEqual(log.errors, []);
  });
});
