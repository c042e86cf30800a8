import assert from 'node:assert/strict';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, suite, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { noProxies, type Proxies } from '../../../src/config/proxies.ts';
import { Secret } from '../../../src/config/secret.ts';
import type { Outcome, Receiver } from '../../../src/notify/receiver.ts';
import { certificates } from '../../support/certificates.ts';
import { ForwardProxy } from '../../support/forward-proxy.ts';
import { OtlpBackEnd as ScriptedServer, type Received, type Reply } from '../../support/otlp-back-end.ts';
import { contents, hostile, message, messageOf, never, referenceOf } from './support.ts';

/** A service that enforces the rules of the real one. */
export interface StandIn {
  url: string;
  /** Requests so far, whatever was answered. */
  calls(): number;
  /** Messages, or alerts, that stand there. */
  count(): number;
  /** Everything in what was shown last that the service would format, follow, or call somebody by. */
  active(): readonly string[];
  stop(): Promise<unknown>;
}

/** What the suite has to know of a receiver. */
export interface Subject {
  /** Part of a token, a path or a header, that must never be said. */
  secret: string;
  create(at: { url: string; timeoutMillis: number; proxies: Proxies }): Receiver;
  /** An answer that says that the message was taken. */
  taken: Reply;
  /** Further answers, and what they mean: for a new message, or for an edit of one that is shown. */
  answers: readonly [name: string, reply: Reply, outcome: Outcome['kind'], isEdit?: 'edit'][];
  /** Whether it falls back to a plainer message, which is one request more, when one is rejected. */
  fallsBack?: boolean;
  /** Whether its client reads an answer to the end, however long that is. */
  readsAll?: boolean;
  startStandIn(): Promise<StandIn>;
}

const json = { 'content-type': 'application/json' };

/** What any server, or what stands before it, may answer. */
const common: readonly [name: string, reply: Reply, outcomes: readonly Outcome['kind'][]][] = [
  ['HTTP 500', { status: 500, body: 'upstream error' }, ['failed']],
  [
    'HTTP 502 with a page',
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>502</h1>' },
    ['failed'],
  ],
  ['HTTP 503', { status: 503, headers: { 'retry-after': '5' } }, ['failed']],
  ['HTTP 504', { status: 504 }, ['failed']],
  ['HTTP 429 without saying for how long', { status: 429 }, ['throttled', 'failed']],
  ['a closed connection', { instead: 'reset' }, ['failed']],
  ['silence', { instead: 'hang' }, ['failed']],
  ['an error that breaks off', { status: 500, instead: 'break off' }, ['failed']],
  ['an error whose text never ends', { status: 500, instead: 'drip' }, ['failed']],
];

/** What every receiver promises that sends by HTTP. */
export function conformance(name: string, subject: Subject): void {
  suite(`${name} among receivers`, () => {
    answersSuite(subject);
    contentsSuite(subject);
  });
}

/** What every receiver promises, whatever it talks to. */
export function contentConformance(name: string, subject: Pick<Subject, 'create' | 'startStandIn'>): void {
  suite(`${name} among receivers`, () => contentsSuite(subject));
}

function answersSuite(subject: Subject): void {
  const server = new ScriptedServer();
  const elsewhere = new ScriptedServer();
  let url: string;
  let urlElsewhere: string;
  before(async () => {
    url = await server.start();
    urlElsewhere = await elsewhere.start();
  });
  after(() => Promise.all([server.stop(), elsewhere.stop()]));
  beforeEach(() => {
    server.received.length = 0;
    server.replies.length = 0;
    server.otherwise = subject.taken;
  });
  const create = (given: { url?: string; timeoutMillis?: number; proxies?: Proxies } = {}): Receiver =>
    subject.create({ url, timeoutMillis: 30_000, proxies: noProxies, ...given });

  for (const [name, reply, outcomes] of common) {
    test(`takes ${name} for what may pass, and tries once`, async () => {
      server.otherwise = reply;
      const outcome = await create({ timeoutMillis: 200 }).notify(message(), undefined, never);
      assert.ok(outcomes.includes(outcome.kind), JSON.stringify(outcome));
      assert.equal(server.received.length, 1);
    });
  }

  for (const [name, reply, kind, isEdit] of subject.answers) {
    test(`takes ${name} for ${kind}${isEdit ? ' of an edit' : ''}`, async () => {
      // What never ends is given up; everything else has all the time that it may need on a busy machine.
      const endless = typeof reply === 'object' && reply.instead === 'drip';
      const receiver = create(endless ? { timeoutMillis: 200 } : {});
      const shown = isEdit && referenceOf(await receiver.notify(message(), undefined, never));
      server.received.length = 0;
      server.otherwise = reply;
      const outcome = await receiver.notify(message(), shown, never);
      assert.equal(outcome.kind, kind, JSON.stringify(outcome));
      assert.equal(server.received.length, kind === 'rejected' && subject.fallsBack ? 2 : 1);
      if (outcome.kind === 'refused') assert.ok(outcome.remedy.length > 20, outcome.remedy);
    });
  }

  test('passes on for how long it is to be left alone', async () => {
    server.otherwise = {
      status: 429,
      headers: { ...json, 'retry-after': '7' },
      body: '{"ok":false,"error":"ratelimited"}',
    };
    const outcome = await create().notify(message(), undefined, never);
    assert.deepEqual(outcome, { kind: 'throttled', retryAfterMillis: 7000 });
  });

  test('takes a refused connection for what may pass', async () => {
    const dead = create({ url: 'http://127.0.0.1:1' });
    assert.equal((await dead.notify(message(), undefined, never)).kind, 'failed');
  });

  test('reads no more of an answer than it needs', { skip: subject.readsAll === true }, async () => {
    server.otherwise = { status: 500, instead: 'endless' };
    assert.equal((await create().notify(message(), undefined, never)).kind, 'failed');
  });

  for (const status of [301, 302, 307, 308]) {
    test(`goes nowhere else with what it has to say: ${status}`, async () => {
      elsewhere.received.length = 0;
      server.otherwise = { status, headers: { location: `${urlElsewhere}/x` } };
      const outcome = await create().notify(message(), undefined, never);
      assert.ok(outcome.kind === 'refused' || outcome.kind === 'failed', JSON.stringify(outcome));
      assert.equal(elsewhere.received.length, 0);
    });
  }

  test('trusts no certificate that nobody it knows has signed', async () => {
    const { cert, key } = certificates.server;
    let requests = 0;
    const https = createHttpsServer({ cert, key }, (_request, response) => {
      requests++;
      response.end();
    });
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    const { port } = https.address() as AddressInfo;
    const outcome = await create({ url: `https://localhost:${port}` }).notify(message(), undefined, never);
    https.close();
    assert.equal(outcome.kind, 'failed');
    assert.equal(requests, 0);
  });

  test('gives up at once when it is to stop, also before it began', async () => {
    server.otherwise = { instead: 'hang' };
    const stop = new AbortController();
    const receiver = create({ timeoutMillis: 60_000 });
    const pending = receiver.notify(message(), undefined, stop.signal);
    stop.abort();
    assert.equal((await pending).kind, 'failed');
    assert.equal((await receiver.notify(message(), undefined, stop.signal)).kind, 'failed');
  });

  test('says no secret, whatever is answered and however it is printed', async () => {
    const echo = ({ path, headers, body }: Received): string =>
      JSON.stringify({ ok: false, description: `${path} ${JSON.stringify(headers)} ${body.toString()}` });
    const said: unknown[] = [];
    for (const status of [200, 302, 400, 401, 403, 404, 405, 409, 413, 418, 429, 500, 503]) {
      server.otherwise = (received) => ({ status, headers: json, body: echo(received) });
      const receiver = create();
      said.push(await receiver.notify(message(), undefined, never), await receiver.verify(never));
      said.push(receiver, receiver.description);
    }
    for (const instead of ['reset', 'hang', 'break off'] as const) {
      server.otherwise = { instead };
      said.push(await create({ timeoutMillis: 200 }).notify(message(), undefined, never));
    }
    said.push(await create({ url: 'http://127.0.0.1:1' }).notify(message(), undefined, never));
    const text = JSON.stringify(said) + inspect(said, { depth: 20, showHidden: false });
    assert.ok(
      !text.includes(subject.secret),
      text.slice(Math.max(0, text.indexOf(subject.secret) - 200)).slice(0, 400),
    );
  });

  test('goes through a proxy, but to who is excepted', async () => {
    const proxy = new ForwardProxy();
    const http = new Secret(await proxy.start());
    try {
      const through = create({ proxies: { http, https: undefined, exceptions: '' } });
      assert.equal((await through.notify(message(), undefined, never)).kind, 'delivered');
      assert.equal(proxy.requests.length, 1);
      assert.equal(server.received.length, 1);
      const past = create({ proxies: { http, https: undefined, exceptions: 'example.com,127.0.0.1' } });
      assert.equal((await past.notify(message(), undefined, never)).kind, 'delivered');
      assert.equal(proxy.requests.length, 1);
      assert.equal(server.received.length, 2);
    } finally {
      await proxy.stop();
    }
  });
}

function contentsSuite(subject: Pick<Subject, 'create' | 'startStandIn'>): void {
  let standIn: StandIn;
  let receiver: Receiver;
  before(async () => {
    standIn = await subject.startStandIn();
    receiver = subject.create({ url: standIn.url, timeoutMillis: 30_000, proxies: noProxies });
  });
  after(() => standIn.stop());

  for (const [name, content] of contents) {
    test(`lays out ${name} so that it is taken at the first try, and nothing in it does anything`, async () => {
      const calls = standIn.calls();
      const outcome = await receiver.notify(content, undefined, never);
      assert.equal(outcome.kind, 'delivered', JSON.stringify(outcome));
      assert.equal(standIn.calls(), calls + 1);
      assert.deepEqual(standIn.active(), []);
    });
  }

  test('lays out any text at all', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
    );
    const taken = fc.asyncProperty(text, fc.nat({ max: 40 }), async (text, times) => {
      const outcome = await receiver.notify(messageOf(text.repeat(times)), undefined, never);
      assert.equal(outcome.kind, 'delivered', JSON.stringify(outcome));
      assert.deepEqual(standIn.active(), []);
    });
    await fc.assert(taken, { seed: 20260102, numRuns: 100 });
  });

  test('edits what it has shown, where that can be done', async () => {
    const outcome = await receiver.notify(message(), undefined, never);
    const shown = referenceOf(outcome);
    assert.ok(shown !== undefined || !receiver.canEdit);
    if (!receiver.canEdit) return;
    const count = standIn.count();
    const edited = await receiver.notify(message({ summary: 'it goes on', detail: 'and on' }), shown, never);
    assert.equal(edited.kind, 'delivered', JSON.stringify(edited));
    assert.equal(standIn.count(), count);
  });

  test('says news of hostile text, and nothing in it does anything', async () => {
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    const outcome = await receiver.notify(messageOf(hostile), shown, never);
    assert.equal(outcome.kind, 'delivered', JSON.stringify(outcome));
    assert.deepEqual(standIn.active(), []);
  });

  test('finds a good set-up good, and shows nobody anything by that', async () => {
    const count = standIn.count();
    assert.equal(await receiver.verify(never), undefined);
    assert.equal(standIn.count(), count);
  });
}
