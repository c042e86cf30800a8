import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noProxies } from '../../../src/config/proxies.ts';
import { Secret } from '../../../src/config/secret.ts';
import { HttpSender } from '../../../src/notify/http/http-sender.ts';
import { digestMessage } from '../../../src/notify/digest-message.ts';
import { inPlaceOf } from '../../../src/notify/fallback.ts';
import { incidentMessage } from '../../../src/notify/incident-message.ts';
import { Links, parseLink } from '../../../src/notify/links.ts';
import { WebhookReceiver } from '../../../src/notify/receivers/webhook.ts';
import { signatureOf } from '../../../src/notify/receivers/webhook-signature.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { temporaryDirectory, write } from '../../config/support.ts';
import { errorEvent } from '../../support/builders.ts';
import { certificates } from '../../support/certificates.ts';
import { TestClock } from '../../support/test-clock.ts';
import { conformance, type StandIn } from './conformance.ts';
import { ended, incident, message, never, referenceOf, sender, withoutIncident } from './support.ts';
import { payloadSchema, WebhookStandIn } from './webhook-stand-in.ts';

const secret = 'very-secret-key-of-the-webhook';
const path = '/hooks/very-secret?key=very-secret';
const page = readFileSync(fileURLToPath(new URL('../../../docs/webhook.md', import.meta.url)), 'utf8');

function webhook(url: string, given: { updates?: boolean; signed?: boolean; http?: HttpSender } = {}) {
  const { updates = true, signed = true, http = sender() } = given;
  const options = {
    name: 'on-call',
    url: new Secret(`${url}${path}`),
    secret: signed ? new Secret(secret) : undefined,
    headers: { Authorization: new Secret('Bearer very-secret-token') },
    updates,
  };
  return new WebhookReceiver(options, http, systemClock);
}

conformance('the webhook', {
  secret: 'very-secret',
  create: ({ url, ...given }) => webhook(url, { http: sender(given) }),
  taken: { status: 202 },
  answers: [
    ['200 with anything', { body: '<html>' }, 'delivered'],
    ['204', { status: 204 }, 'delivered'],
    ['an answer that never ends', { instead: 'endless' }, 'delivered'],
    ['HTTP 408', { status: 408 }, 'failed'],
    ['HTTP 425', { status: 425 }, 'failed'],
    ['HTTP 400', { status: 400 }, 'rejected'],
    ['HTTP 413', { status: 413 }, 'rejected'],
    ['HTTP 415', { status: 415 }, 'rejected'],
    ['HTTP 422', { status: 422 }, 'rejected', 'edit'],
    ['HTTP 401', { status: 401 }, 'refused'],
    ['HTTP 403', { status: 403 }, 'refused'],
    ['HTTP 404', { status: 404 }, 'refused', 'edit'],
    ['HTTP 405', { status: 405 }, 'refused'],
    ['HTTP 410', { status: 410 }, 'refused'],
    ['HTTP 418', { status: 418 }, 'refused'],
  ],
  startStandIn: () => new WebhookStandIn(secret).start(),
});

suite('the webhook', () => {
  const standIn = new WebhookStandIn(secret);
  let at: StandIn;
  before(async () => {
    at = await standIn.start();
  });
  after(() => at.stop());

  test('says what happened: it began, went on, ended; or nothing did', async () => {
    const receiver = webhook(at.url);
    const opened = await receiver.notify(message(), undefined, never);
    assert.equal(standIn.last.event, 'opened');
    const shown = referenceOf(opened);
    await receiver.notify(incidentMessage(incident({ revision: 2 })), shown, never);
    assert.equal(standIn.last.event, 'updated');
    await receiver.notify(incidentMessage(ended({ revision: 3 })), shown, never);
    const { event, incident: told } = standIn.last;
    assert.deepEqual(
      [event, told?.state, told?.ends_at, told?.end_reason],
      ['ended', 'ended', '2026-01-02T04:00:00.000Z', 'resolved'],
    );
    await receiver.notify(withoutIncident(message()), undefined, never);
    assert.deepEqual([standIn.last.event, standIn.last.incident], ['test', null]);
  });

  test('says what is news, where to look further, and what a digest is of', async () => {
    const receiver = webhook(at.url);
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    const news = [{ text: 'It is back.', isLoud: true }];
    const url = 'https://tempo.example/trace/1';
    await receiver.notify(message({ news, links: [{ text: 'Trace', url }] }), shown, never);
    assert.deepEqual(standIn.last.news, [{ text: 'It is back.', loud: true }]);
    assert.deepEqual(standIn.last.links, [{ text: 'Trace', url }]);
    const since = Date.UTC(2026, 0, 2);
    await receiver.notify(digestMessage({ count: 37, since, worst: [incident()] }, since), undefined, never);
    const { event, incident: none, digest } = standIn.last;
    assert.deepEqual([event, none, digest?.count], ['digest', null, 37]);
    assert.deepEqual(digest?.worst, [
      {
        id: incident().key,
        alertname: 'NewIssue',
        severity: 'high',
        service: 'checkout',
        environment: 'production',
        short_id: 'CHECKOUT-Y5CXKA',
        title: 'PaymentError in POST /charge',
      },
    ]);
  });

  test('says in whose place it is told, and why', async () => {
    const fallbackOf = { receiver: 'slack', reason: 'Slack answered token_revoked' };
    await webhook(at.url).notify(inPlaceOf(message(), fallbackOf), undefined, never);
    assert.deepEqual(standIn.last.fallback_of, fallbackOf);
    assert.match(standIn.last.summary, / \(slack could not be told\)$/);
    await webhook(at.url).notify(message(), undefined, never);
    assert.equal(standIn.last.fallback_of, undefined);
  });

  test('sends no URL that would have to be cut', async () => {
    const links = [{ text: 'Trace', url: `https://tempo.example/${'x'.repeat(2000)}` }];
    await webhook(at.url).notify(message({ links }), undefined, never);
    assert.deepEqual(standIn.last.links, []);
  });

  test('has one key for each revision of each incident, however often it is told', async () => {
    const receiver = webhook(at.url);
    const keyOf = async (given: Parameters<typeof incident>[0]): Promise<unknown> => {
      await receiver.notify(incidentMessage(incident(given)), undefined, never);
      return standIn.server.received.at(-1)!.headers['idempotency-key'];
    };
    const first = await keyOf({});
    assert.equal(await keyOf({}), first);
    const others = [{ revision: 2 }, { startsAt: incident().startsAt + 1 }, { key: 'f'.repeat(32) }];
    const keys = [first];
    for (const given of others) keys.push(await keyOf(given));
    assert.equal(new Set(keys).size, 4);
  });

  test('sends the headers that it is given', async () => {
    await webhook(at.url).notify(message(), undefined, never);
    const { headers, path: asked } = standIn.server.received.at(-1)!;
    assert.equal(headers.authorization, 'Bearer very-secret-token');
    assert.equal(asked, path);
  });

  test('signs with the time, and not at all without a secret', async () => {
    const made = signatureOf('{"version":"1"}', new Secret('sixteen letters!'), new TestClock().now() + 999);
    // printf '1767323045.{"version":"1"}' | openssl dgst -sha256 -hmac 'sixteen letters!'
    assert.equal(made, 't=1767323045,v1=8886bb170747b60f689a1b01b9d2b961db0ec6dae3f0500114f6adf134cbb025');
    await webhook(at.url, { signed: false }).notify(message(), undefined, never);
    assert.equal(standIn.server.received.at(-1)!.headers['tocsin-signature'], undefined);
  });

  test('is told of every change, or of the states alone', () => {
    assert.equal(webhook(at.url).canEdit, true);
    assert.equal(webhook(at.url, { updates: false }).canEdit, false);
  });

  const descriptions: [url: string, description: string][] = [
    ['https://hooks.example:8443', 'webhook https://hooks.example:8443'],
    ['http://hooks.example', 'webhook http://hooks.example (NOT ENCRYPTED: use https)'],
    ['http://127.0.0.1:8080', 'webhook http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'webhook http://[::1]:8080'],
  ];
  for (const [url, description] of descriptions)
    test(`is called: ${description}`, () => assert.equal(webhook(url).description, description));

  test('says what a server said, but no secret of it', async () => {
    standIn.server.replies.push({
      status: 400,
      body: `bad key very-secret in ${path}\n\u001b[31m${'x'.repeat(999)}`,
    });
    const outcome = await webhook(at.url).notify(message(), undefined, never);
    assert.ok(outcome.kind === 'rejected');
    assert.match(outcome.reason, /^The webhook answered HTTP 400: bad key <secret> in (<secret>)+ \[31mx+$/);
    assert.ok(outcome.reason.length < 250);
  });

  test('knows a certificate whose file it is given, and shows its own', async (t) => {
    const { server: own, client } = certificates;
    const seen: string[] = [];
    const tls = { cert: own.cert, key: own.key, ca: client.cert, requestCert: true };
    const server = createServer(tls, (request, response) => {
      seen.push(request.method ?? '');
      request.resume().once('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    const directory = temporaryDirectory(t);
    const files = {
      ca: write(directory, 'ca.pem', own.cert),
      cert: write(directory, 'cert.pem', client.cert),
      key: write(directory, 'key.pem', client.key),
    };
    const http = new HttpSender({
      clock: systemClock,
      proxies: noProxies,
      timeoutMillis: 30_000,
      tls: files,
    });
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    assert.equal((await webhook(url, { http }).notify(message(), undefined, never)).kind, 'delivered');
    assert.deepEqual(seen, ['POST']);
  });
});

suite('docs/webhook.md', () => {
  const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)![1]!;

  test('shows what is really sent', async () => {
    const standIn = new WebhookStandIn(secret);
    const at = await standIn.start();
    const links = new Links({ trace: parseLink('https://tempo.example/trace/{{ trace_id }}') });
    const { traceId, supportCode } = errorEvent();
    const known = { trend: [...Array<number>(23).fill(0), 1], last: { traceId, supportCode } };
    await webhook(at.url).notify(incidentMessage(incident(), 0, known, links), undefined, never);
    await at.stop();
    assert.deepEqual(payloadSchema.parse(JSON.parse(block('json'))), standIn.last);
  });

  test('knows in Node.js who sent something', () => {
    const body = '{"summary":"schön"}';
    const at = (offsetMillis: number): string =>
      signatureOf(body, new Secret(secret), Date.now() + offsetMillis);
    const forged = at(0).replace(/v1=../, 'v1=00');
    const checks = [
      [secret, at(0), body],
      [secret, at(-290_000), body],
      [secret, at(-302_000), body],
      [secret, at(302_000), body],
      [secret, forged, body],
      ['another', at(0), body],
      [secret, at(0), `${body} `],
      [secret, 'nonsense', body],
      [secret, undefined, body],
    ];
    const program = `${block('js')}
      for (const check of ${JSON.stringify(checks)}) console.log(isFromTocsin(...check));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    const [right, wrong] = ['true', 'false'];
    assert.deepEqual(stdout.trim().split('\n'), [
      right,
      right,
      wrong,
      wrong,
      wrong,
      wrong,
      wrong,
      wrong,
      wrong,
    ]);
  });
});
