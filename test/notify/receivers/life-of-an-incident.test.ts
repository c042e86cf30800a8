import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { IssueIncident } from '../../../src/alerting/incident.ts';
import { nextIncident } from '../../../src/alerting/issue-incident.ts';
import { issueRuleDefaults as rules } from '../../../src/alerting/issue-rules.ts';
import { Secret } from '../../../src/config/secret.ts';
import type { Issue, IssueChangeKind } from '../../../src/issues/issue.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { Dispatcher } from '../../../src/notify/dispatcher.ts';
import { Links } from '../../../src/notify/links.ts';
import type { Receiver } from '../../../src/notify/receiver.ts';
import { EmailReceiver } from '../../../src/notify/receivers/email.ts';
import { TelegramReceiver } from '../../../src/notify/receivers/telegram.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { InlineStore } from '../../../src/store/sqlite/inline-store.ts';
import { Events } from '../../../src/telemetry/events.ts';
import { errorEvent, issue } from '../../support/builders.ts';
import { eventually } from '../../support/eventually.ts';
import { parseMail } from '../../support/mail-parts.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { SmtpServer } from '../../support/smtp-server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { sender } from './support.ts';
import { TelegramStandIn } from './telegram-stand-in.ts';

type Step = (input: IssueChangeKind | 'quiet', given?: Partial<Issue>) => Promise<void>;

/** An incident in a store, told to this receiver as far as it has come with each step. */
async function tellTo(t: TestContext, receiver: Receiver): Promise<Step> {
  const clock = new TestClock();
  const store = new InlineStore();
  await store.start();
  // Of which incidents are.
  await store.calls.record([errorEvent()], clock.now());
  const dispatcher = new Dispatcher(receiver, {
    clock,
    store: store.calls,
    events: new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(1000)),
    random: () => 0,
    links: new Links(),
  });
  await dispatcher.start();
  t.after(async () => {
    await dispatcher.stop();
    await store.stop();
  });
  let last: IssueIncident | undefined;
  let subject = issue({});
  let cursor = 0;
  return async (input, given = {}) => {
    // What waits for the pace of edits is due by then.
    clock.advance(60_000);
    subject = { ...subject, ...given };
    last = nextIncident(last, input, subject, clock.now(), rules)!;
    const step = { cursor: ++cursor, at: clock.now(), incidents: [last], receivers: [receiver.name] };
    await store.calls.commitStep(step);
    dispatcher.wake();
    await eventually('it to be told', async () => (await store.calls.countPending()).length === 0);
  };
}

/** All that can happen, beginning with an incident: loud steps and quiet ones. */
async function live(step: Step, heard: () => void): Promise<void> {
  // After what was told before, by the clock that each step moves.
  const resolvedAt = Date.UTC(2026, 0, 2, 3, 10);
  const resolved = { state: 'resolved', resolvedAt, resolvedBy: 'alice' } as const;
  const steps: Parameters<Step>[] = [
    ['created'],
    ['occurred', { count: 2 }],
    ['acknowledged', { acknowledgedBy: 'bob', acknowledgedAt: 1 }],
    ['escalated', { state: 'escalating', count: 900 }],
    ['amended', { swallowed: true }],
    ['resolved', resolved],
    ['regressed', { state: 'regressed', count: 901 }],
    ['quiet'],
  ];
  for (const each of steps) {
    await step(...each);
    heard();
  }
}

suite('a whole incident', () => {
  test('is one conversation of mails: one for what is to be heard, and for each end; none for the rest', async (t) => {
    const server = new SmtpServer();
    const port = await server.start();
    t.after(() => server.stop());
    const tls = { ca: '', cert: '', key: '' };
    const login = { username: undefined, password: undefined };
    const options = {
      name: 'email',
      server: { host: '127.0.0.1', port, encryption: 'none' as const, ...login, tls },
      from: 'tocsin@example.com',
      to: ['dev@example.com'],
      timeoutMillis: 30_000,
    };
    const step = await tellTo(t, new EmailReceiver(options, systemClock));
    const counts: number[] = [];
    await live(step, () => counts.push(server.mails.length));
    assert.deepEqual(counts, [1, 1, 1, 2, 3, 4, 5, 6]);
    const mails = server.mails.map(({ raw }) => parseMail(raw));
    const [first, ...replies] = mails;
    const id = first!.headers.get('message-id');
    for (const { headers } of replies) {
      assert.deepEqual([headers.get('in-reply-to'), headers.get('references')], [id, id]);
      assert.equal(headers.get('subject'), `Re: ${first!.headers.get('subject')}`);
    }
    assert.equal(new Set(mails.map(({ headers }) => headers.get('message-id'))).size, mails.length);
    const told = mails.map(({ text }) => text.replaceAll('\r\n', '\n').split('\n\n').slice(0, 2));
    const where = 'checkout (production): PaymentError in POST /charge: card 17 was refused';
    const name = 'CHECKOUT-Y5CXKA (PaymentError)';
    assert.deepEqual(
      told.map(([line]) => line),
      [
        `🔴 [HIGH] ${where}`,
        `🔴 [HIGH, ESCALATING] ${where}`,
        `🔴 [HIGH, SWALLOWED] ${where}`,
        `✅ [RESOLVED] ${where}`,
        `🔴 [HIGH, REGRESSED] ${where}`,
        `⚪ [QUIET] ${where}`,
      ],
    );
    assert.deepEqual(
      [1, 2, 4].map((i) => told[i]![1]),
      [
        `${name} is escalating: it happens far more often than it used to. 900 so far.`,
        `${name} was swallowed: what called it was told that all went well.`,
        `${name} is back: it happened again after alice had resolved it.`,
      ],
    );
  });

  test('is one message in Telegram, with a reply for what is news, which is heard if it is to be', async (t) => {
    const standIn = new TelegramStandIn('123:x');
    const at = await standIn.start();
    t.after(() => at.stop());
    const options = { name: 'telegram', chatId: '@alerts', threadId: undefined, apiUrl: `${at.url}/` };
    const step = await tellTo(t, new TelegramReceiver({ ...options, token: new Secret('123:x') }, sender()));
    const told: string[][] = [];
    let seen = 0;
    await live(step, () => {
      const replies = standIn.messages.slice(seen);
      seen = standIn.messages.length;
      told.push(
        replies.map(({ repliesTo, isHeard }) => `${repliesTo ?? 'new'} ${isHeard ? 'loud' : 'quiet'}`),
      );
    });
    assert.deepEqual(told, [
      ['new loud'],
      [],
      [],
      ['101 loud'],
      ['101 loud'],
      ['101 quiet'],
      ['101 loud'],
      [],
    ]);
    assert.equal(standIn.messages[0]!.edits, 7);
    assert.match(standIn.messages[0]!.text, /^⚪ \[QUIET\]/);
  });
});
