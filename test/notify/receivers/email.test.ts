import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '../../../src/config/secret.ts';
import { incidentMessage } from '../../../src/notify/incident-message.ts';
import type { Outcome } from '../../../src/notify/receiver.ts';
import { EmailReceiver } from '../../../src/notify/receivers/email.ts';
import type { EmailServer } from '../../../src/notify/receivers/email-client.ts';
import { emailText } from '../../../src/notify/receivers/email-text.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { temporaryDirectory, write } from '../../config/support.ts';
import { certificates } from '../../support/certificates.ts';
import { type ParsedMail, parseMail } from '../../support/mail-parts.ts';
import { SmtpServer, type SmtpServerOptions } from '../../support/smtp-server.ts';
import { contentConformance, type StandIn } from './conformance.ts';
import {
  ended,
  hostile,
  incident,
  message,
  messageOf,
  never,
  referenceOf,
  withoutIncident,
} from './support.ts';

const login = { username: 'alerts', password: 'very-secret-password' };
const noTls = { ca: '', cert: '', key: '' };

function email(
  port: number,
  given: Partial<EmailServer> & { to?: string[]; timeoutMillis?: number } = {},
): EmailReceiver {
  const { to = ['dev@example.com', 'ops@example.com'], timeoutMillis = 30_000, ...server } = given;
  const defaults = {
    host: 'localhost',
    port,
    encryption: 'none' as const,
    username: undefined,
    password: undefined,
    tls: noTls,
  };
  const options = {
    name: 'email',
    server: { ...defaults, ...server },
    from: 'tocsin@example.com',
    to,
    timeoutMillis,
  };
  return new EmailReceiver(options, systemClock);
}

/** What the HTML may consist of. */
const ownMarkup =
  /<!doctype html>|<a href="https:\/\/links\.example\/[^"<>]*">|<\/a>|<\/?(html|head|body|p|strong|pre|table|tr|th|td|small)>|<meta charset="utf-8">|<style>[^<]*<\/style>/g;

/** What in a mail a program would format, follow or run. */
function activeIn({ headers, text, html }: ParsedMail): string[] {
  const known = new Set([
    'from',
    'to',
    'subject',
    'message-id',
    'in-reply-to',
    'references',
    'date',
    'mime-version',
    'content-type',
    'auto-submitted',
  ]);
  const markup = html.replaceAll(ownMarkup, '').match(/[<>]|&(?!(amp|lt|gt|quot|#39);)/g) ?? [];
  const links = `${text} ${html}`.match(/https?:\/\/(?!links\.example\/)/gi) ?? [];
  const hidden = /(?![\t\r\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
  return [
    ...[...headers.keys()].filter((name) => !known.has(name)),
    ...markup,
    ...links,
    ...[text, html, headers.get('subject') ?? ''].filter((part) => hidden.test(part)),
  ];
}

async function conforming(): Promise<StandIn> {
  const server = new SmtpServer({ encryption: 'none' });
  const port = await server.start();
  return {
    url: String(port),
    calls: () => server.connections,
    count: () => server.mails.length,
    active: () => activeIn(parseMail(server.mails.at(-1)!.raw)),
    stop: () => server.stop(),
  };
}

contentConformance('e-mail', {
  create: ({ url, timeoutMillis }) => email(Number(url), { timeoutMillis }),
  startStandIn: conforming,
});

async function start(t: TestContext, options: SmtpServerOptions = {}) {
  const server = new SmtpServer(options);
  const port = await server.start();
  t.after(() => server.stop());
  return { server, port };
}

suite('e-mail', () => {
  test('is one conversation for each incident, and a mail that is sent twice is known', async (t) => {
    const { server, port } = await start(t);
    const receiver = email(port);
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    await receiver.notify(message(), undefined, never);
    await receiver.notify(incidentMessage(ended()), shown, never);
    const [first, again, last] = server.mails.map(({ raw }) => parseMail(raw).headers);
    const id = `<${incident().key}.${incident().startsAt}.1@example.com>`;
    assert.equal(first!.get('message-id'), id);
    assert.equal(first!.get('references'), undefined);
    assert.equal(again!.get('message-id'), id);
    assert.deepEqual([last!.get('in-reply-to'), last!.get('references')], [id, id]);
    assert.notEqual(last!.get('message-id'), id);
    assert.equal(first!.get('subject'), 'checkout: PaymentError in POST /charge (CHECKOUT-Y5CXKA)');
    assert.equal(last!.get('subject'), 'Re: checkout: PaymentError in POST /charge (CHECKOUT-Y5CXKA)');
  });

  test('goes to everybody in one mail, as of a machine', async (t) => {
    const { server, port } = await start(t);
    await email(port).notify(message(), undefined, never);
    const [mail] = server.mails;
    assert.deepEqual([mail!.from, mail!.to], ['tocsin@example.com', ['dev@example.com', 'ops@example.com']]);
    const { headers } = parseMail(mail!.raw);
    assert.equal(headers.get('from'), 'Tocsin <tocsin@example.com>');
    assert.equal(headers.get('to'), 'dev@example.com, ops@example.com');
    assert.equal(headers.get('auto-submitted'), 'auto-generated');
  });

  test('says the same as text and as HTML', async (t) => {
    const { server, port } = await start(t);
    await email(port).notify(message({ detail: 'a < b\n& "c"' }), undefined, never);
    const { text, html } = parseMail(server.mails[0]!.raw);
    assert.equal(
      text.replaceAll('\r\n', '\n'),
      `🔴 [HIGH] checkout (production): PaymentError in POST /charge: card 17 was refused

a < b
& "c"

Version: 1.4.2
State: new
Count: 1
First seen: 2026-01-02 03:00:00 UTC

charge (/app/src/charge.js:10)

CHECKOUT-Y5CXKA · NewIssue
`,
    );
    assert.match(html, /<pre>a &lt; b\r?\n&amp; &quot;c&quot;<\/pre>/);
    assert.match(html, /<tr><th>Count<\/th><td>1<\/td><\/tr>/);
  });

  test('tries itself with a mail of its own', async (t) => {
    const { server, port } = await start(t);
    await email(port).notify(withoutIncident(message({ summary: '[TEST] Tocsin' })), undefined, never);
    assert.equal(parseMail(server.mails[0]!.raw).headers.get('subject'), '[TEST] Tocsin');
  });

  test('tells people although the server does not take some of them, and says so', async (t) => {
    const { server, port } = await start(t);
    const receiver = email(port, { to: ['nobody@example.com', 'dev@example.com'] });
    const outcome = await receiver.notify(message(), undefined, never);
    assert.equal(
      outcome.kind === 'delivered' && outcome.problem,
      'the mail server did not take 1 of 2 recipients',
    );
    assert.deepEqual(server.mails[0]!.to, ['dev@example.com']);
    assert.equal(
      (await email(port, { to: ['nobody@example.com'] }).notify(message(), undefined, never)).kind,
      'refused',
    );
  });

  for (const encryption of ['starttls', 'tls'] as const) {
    test(`goes encrypted, with a login: ${encryption}`, async (t) => {
      const { server, port } = await start(t, { encryption, login });
      const directory = temporaryDirectory(t);
      const tls = { ...noTls, ca: write(directory, 'ca.pem', certificates.server.cert) };
      const given = { encryption, username: login.username, password: new Secret(login.password), tls };
      const receiver = email(port, given);
      assert.equal(await receiver.verify(never), undefined);
      assert.equal((await receiver.notify(message(), undefined, never)).kind, 'delivered');
      assert.deepEqual([server.mails[0]!.encrypted, server.mails[0]!.user], [true, 'alerts']);
      const wrong = email(port, { ...given, password: new Secret('very-secret-and-wrong') });
      assert.equal((await wrong.verify(never))?.kind, 'refused');
      assert.equal((await wrong.notify(message(), undefined, never)).kind, 'refused');
    });

    test(`trusts no certificate that nobody it knows has signed: ${encryption}`, async (t) => {
      const { server, port } = await start(t, { encryption, login });
      const given = { encryption, username: login.username, password: new Secret(login.password) };
      const outcome = await email(port, given).notify(message(), undefined, never);
      assert.match(outcome.kind === 'failed' ? outcome.reason : '', /TLS could not be agreed on/);
      assert.ok(!server.said.join('').includes('AUTH'), 'nothing was said of the login');
    });
  }

  test('does not go on without encryption where there is none', async (t) => {
    const { server, port } = await start(t, { encryption: 'none', login });
    const given = {
      encryption: 'starttls' as const,
      username: 'alerts',
      password: new Secret(login.password),
    };
    const outcome = await email(port, given).notify(message(), undefined, never);
    assert.equal(outcome.kind, 'refused', JSON.stringify(outcome));
    assert.ok(!server.said.join('').includes('AUTH'), 'nothing was said of the login');
  });

  const answers: [at: Parameters<SmtpServer['answers']['set']>[0], answer: string, kind: Outcome['kind']][] =
    [
      ['CONNECT', '421 4.3.2 too many connections', 'failed'],
      ['CONNECT', '554 5.7.1 you are listed', 'failed'],
      ['CONNECT', 'HTTP/1.1 400 Bad Request', 'failed'],
      ['CONNECT', 'close', 'failed'],
      ['CONNECT', 'hang', 'failed'],
      ['EHLO', 'hang', 'failed'],
      ['MAIL', '451 4.7.1 greylisted', 'failed'],
      ['MAIL', '550 5.7.1 no such sender', 'refused'],
      ['MAIL', '530 5.7.0 log in first', 'refused'],
      ['MAIL', 'close', 'failed'],
      ['RCPT', '450 4.2.1 try again later', 'failed'],
      ['RCPT', '550 5.1.1 nobody', 'refused'],
      ['DATA', '452 4.3.1 no room', 'failed'],
      ['DATA', '503 5.5.1 bad sequence', 'failed'],
      ['MESSAGE', '552 5.3.4 too large', 'rejected'],
      ['MESSAGE', '554 5.7.1 it looks like spam', 'rejected'],
      ['MESSAGE', '451 4.3.0 later', 'failed'],
      ['MESSAGE', 'hang', 'failed'],
      ['MESSAGE', 'close', 'failed'],
    ];
  for (const [at, answer, kind] of answers) {
    test(`is ${kind} by ${answer} at ${at}, at the first try`, async (t) => {
      const { server, port } = await start(t);
      server.answers.set(at, answer);
      const outcome = await email(port, { timeoutMillis: 300 }).notify(message(), undefined, never);
      assert.equal(outcome.kind, kind, JSON.stringify(outcome));
      assert.equal(server.connections, 1);
      assert.equal(server.mails.length, 0);
    });
  }

  test('takes a refused connection and an unknown host for what may pass', async () => {
    const dead = await email(1).notify(message(), undefined, never);
    assert.match(dead.kind === 'failed' ? dead.reason : '', /the connection was refused/);
    const unknown = await email(25, { host: 'nowhere.invalid' }).notify(message(), undefined, never);
    assert.match(unknown.kind === 'failed' ? unknown.reason : '', /could not be (resolved|reached)/);
  });

  test('gives up at once when it is to stop, also before it began', async (t) => {
    const { server, port } = await start(t);
    server.answers.set('MESSAGE', 'hang');
    const stop = new AbortController();
    const receiver = email(port, { timeoutMillis: 60_000 });
    const pending = receiver.notify(message(), undefined, stop.signal);
    stop.abort();
    assert.equal((await pending).kind, 'failed');
    assert.equal((await receiver.notify(message(), undefined, stop.signal)).kind, 'failed');
    assert.equal((await receiver.verify(stop.signal))?.kind, 'failed');
  });

  test('says no secret, whatever is answered and however it is printed', async (t) => {
    const { server, port } = await start(t, { login });
    const coded = Buffer.from(`\0alerts\0${login.password}`).toString('base64');
    const said: unknown[] = [];
    for (const answer of [`535 5.7.8 wrong: ${login.password} ${coded}`, `454 4.7.0 ${coded}`, 'close']) {
      server.answers.set('AUTH', answer);
      const receiver = email(port, {
        username: 'alerts',
        password: new Secret(login.password),
        timeoutMillis: 500,
      });
      said.push(await receiver.notify(message(), undefined, never), await receiver.verify(never), receiver);
    }
    const text = JSON.stringify(said) + inspect(said, { depth: 20 });
    assert.ok(!text.includes('very-secret') && !text.includes(coded), text);
    assert.match(text, /535 5\.7\.8 wrong: <secret>/);
  });
});

suite('the text of a mail', () => {
  test('has a subject that stays when state and severity change', () => {
    const texts = [message(), message({ severity: 'critical' }), incidentMessage(ended())].map(emailText);
    assert.equal(new Set(texts.map(({ subject }) => subject)).size, 1);
    assert.equal(new Set(texts.map(({ text }) => text)).size, 3);
  });

  test('makes no header, line or link of what an app wrote', () => {
    const { subject, text, html } = emailText(messageOf(hostile));
    assert.doesNotMatch(subject, /[\r\n]/);
    assert.match(text, /hxxps:\/\/evil\.example/);
    assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  });
});
