import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { Secret } from '../../../src/config/secret.ts';
import { digestMessage } from '../../../src/notify/digest-message.ts';
import { incidentMessage } from '../../../src/notify/incident-message.ts';
import { AlertmanagerReceiver } from '../../../src/notify/receivers/alertmanager.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { conditionIncident, issue } from '../../support/builders.ts';
import { eventually } from '../../support/eventually.ts';
import { TestClock } from '../../support/test-clock.ts';
import { AlertmanagerStandIn } from './alertmanager-stand-in.ts';
import { conformance, type StandIn } from './conformance.ts';
import { ended, incident, message, never, referenceOf, sender, withoutIncident } from './support.ts';

const minute = 60_000;

function alertmanager(
  urls: readonly string[],
  given: {
    http?: ReturnType<typeof sender>;
    clock?: Clock;
    sendResolved?: boolean;
    labels?: Record<string, string>;
  } = {},
): AlertmanagerReceiver {
  const { http = sender(), clock = systemClock, sendResolved = true, labels = {} } = given;
  const options = {
    name: 'alertmanager',
    urls: urls.map((url) => `${url}/`),
    labels,
    headers: { Authorization: new Secret('Bearer very-secret-token') },
    resolveMillis: 60 * minute,
    sendResolved,
  };
  return new AlertmanagerReceiver(options, http, clock);
}

conformance('the Alertmanager', {
  secret: 'very-secret',
  create: ({ url, ...given }) => alertmanager([url], { http: sender(given) }),
  taken: {},
  answers: [
    ['HTTP 400', { status: 400, body: '"start time must be before end time"' }, 'rejected'],
    ['HTTP 422', { status: 422 }, 'rejected', 'edit'],
    ['HTTP 401', { status: 401 }, 'refused'],
    ['HTTP 403', { status: 403 }, 'refused'],
    ['HTTP 404', { status: 404 }, 'refused', 'edit'],
    ['HTTP 405', { status: 405 }, 'refused'],
  ],
  startStandIn: () => new AlertmanagerStandIn().start(),
});

suite('the Alertmanager', () => {
  const standIn = new AlertmanagerStandIn();
  let at: StandIn;
  before(async () => {
    at = await standIn.start();
  });
  after(() => at.stop());
  beforeEach(() => {
    standIn.forget();
    standIn.posts.length = 0;
  });

  test('knows an alert by labels that name no pod, and is told the rest as annotations', async () => {
    await alertmanager([at.url], { labels: { cluster: 'blue' } }).notify(message(), undefined, never);
    const [{ labels, annotations, startsAt } = assert.fail()] = standIn.posts[0]!;
    assert.deepEqual(labels, {
      alertname: 'NewIssue',
      service: 'checkout',
      environment: 'production',
      severity: 'high',
      issue: 'CHECKOUT-Y5CXKA',
      cluster: 'blue',
    });
    assert.equal(startsAt, '2026-01-02T03:04:05.000Z');
    assert.deepEqual(annotations, {
      summary: '[HIGH] checkout (production): PaymentError in POST /charge: card 17 was refused',
      description: 'card 17 was refused',
      frames: 'charge (/app/src/charge.js:10)',
      state: 'new',
      count: '1',
      first_seen: '2026-01-02T03:00:00.000Z',
      version: '1.4.2',
    });
  });

  test('tells apart all that a rule tells apart', async () => {
    const receiver = alertmanager([at.url]);
    const classes = ['timeout', 'connection'];
    for (const each of classes) {
      const about = { alertname: 'Mine', subject: { class: each }, labels: { team: 'web' } };
      await receiver.notify(incidentMessage(conditionIncident(about)), undefined, never);
    }
    assert.deepEqual(
      standIn.posts.flat().map(({ labels }) => [labels['class'], labels['team']]),
      classes.map((each) => [each, 'web']),
    );
    receiver.close();
  });

  test('hears of a watchdog only as long as that says so itself', async () => {
    const clock = new TestClock();
    const receiver = alertmanager([at.url], { clock });
    await receiver.notify(incidentMessage(conditionIncident({ alertname: 'Watchdog' })), undefined, never);
    assert.equal(standIn.firing(clock.now()).length, 1);
    assert.equal(clock.pendingTimers, 0);
    receiver.close();
  });

  test('links to where people look further, by the names that Prometheus has for that', async () => {
    const links = [
      { text: 'Trace', url: 'https://tempo.example/trace/1' },
      { text: 'Runbook', url: 'https://wiki.example/a%20b?c=[d]|{e}' },
      { text: 'Console', url: 'https://tocsin.example/issues/1' },
    ];
    const receiver = alertmanager([at.url]);
    assert.equal((await receiver.notify(message({ links }), undefined, never)).kind, 'delivered');
    const [{ annotations, generatorURL } = assert.fail()] = standIn.posts[0]!;
    assert.partialDeepStrictEqual(annotations, {
      trace_url: 'https://tempo.example/trace/1',
      runbook_url: 'https://wiki.example/a%20b?c=[d]|{e}',
      console_url: 'https://tocsin.example/issues/1',
    });
    assert.equal(generatorURL, 'https://tocsin.example/issues/1');
    await receiver.notify(message({ links: links.slice(0, 1) }), undefined, never);
    assert.equal(standIn.posts[1]![0]!.generatorURL, 'https://tempo.example/trace/1');
  });

  for (const url of ['https://wiki.example/100%', `https://wiki.example/${'x'.repeat(2000)}`]) {
    test(`is told without a link that it would not take: ${url.slice(0, 30)}`, async () => {
      const links = [{ text: 'Runbook', url }];
      const outcome = await alertmanager([at.url]).notify(message({ links }), undefined, never);
      assert.equal(outcome.kind, 'delivered', JSON.stringify(outcome));
      const [{ annotations, generatorURL } = assert.fail()] = standIn.posts[0]!;
      assert.deepEqual([annotations['runbook_url'], generatorURL], [undefined, undefined]);
    });
  }

  test('is told of a digest as of an alert of its own, which lapses', async () => {
    const clock = new TestClock();
    const since = clock.now() - minute;
    const other = incident({ issue: issue({ service: 'shop' }) });
    const digest = digestMessage({ count: 37, since, worst: [incident(), other] }, clock.now());
    await alertmanager([at.url], { clock }).notify(digest, undefined, never);
    const [{ labels, annotations, startsAt } = assert.fail()] = standIn.posts[0]!;
    assert.deepEqual(labels, { alertname: 'TocsinDigest', service: 'tocsin', severity: 'high' });
    assert.equal(Date.parse(startsAt), since);
    assert.match(annotations['incidents']!, /^high: checkout: .* \(CHECKOUT-\w+\)\nhigh: shop: .*$/);
    assert.equal(standIn.firing(clock.now() + 59 * minute).length, 1);
    assert.equal(standIn.firing(clock.now() + 61 * minute).length, 0);
  });

  test('has an alert that lapses only when nothing was heard of it for long, and ends with its incident', async () => {
    const clock = new TestClock();
    const receiver = alertmanager([at.url], { clock });
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    const [{ endsAt } = assert.fail()] = standIn.posts[0]!;
    assert.equal(Date.parse(endsAt), clock.now() + 60 * minute);
    clock.advance(30 * minute);
    await receiver.notify(incidentMessage(ended({ endsAt: clock.now() })), shown, never);
    assert.deepEqual(standIn.firing(clock.now()), []);
    receiver.close();
  });

  test('is told that an incident ended before it began as one that ended at once', async () => {
    await alertmanager([at.url]).notify(incidentMessage(ended({ endsAt: 5 })), undefined, never);
    const [{ startsAt, endsAt } = assert.fail()] = standIn.posts[0]!;
    assert.equal(endsAt, startsAt);
  });

  test('ends the alert of before when the severity, by which people route, rises', async () => {
    const clock = new TestClock();
    const receiver = alertmanager([at.url], { clock });
    const first = incident({ issue: issue({ severity: 'high' }) });
    const worse = incident({ issue: issue({ severity: 'critical' }), revision: 2 });
    const shown = referenceOf(await receiver.notify(incidentMessage(first), undefined, never));
    clock.advance(1000);
    await receiver.notify(incidentMessage(worse), shown, never);
    assert.deepEqual(
      standIn.firing(clock.now()).map(({ labels }) => labels['severity']),
      ['critical'],
    );
    receiver.close();
  });

  test('is not told of ends where several Tocsins tell of one service: the last one to fall silent ends it', async () => {
    const clock = new TestClock();
    const [one, other] = [1, 2].map(() => alertmanager([at.url], { clock, sendResolved: false }));
    const shown = referenceOf(await one!.notify(message(), undefined, never));
    await other!.notify(message(), undefined, never);
    const over = await one!.notify(incidentMessage(ended({ endsAt: clock.now() })), shown, never);
    assert.equal(over.kind, 'delivered');
    assert.equal(standIn.posts.length, 2);
    assert.equal(standIn.firing(clock.now()).length, 1);
    assert.equal(standIn.firing(clock.now() + 61 * minute).length, 0);
    one!.close();
    other!.close();
  });

  test('that was restarted knows within a minute what fires, and no more of what has ended', async () => {
    const clock = new TestClock();
    const receiver = alertmanager([at.url], { clock, http: sender() });
    const other = incident({ key: 'b'.repeat(32), issue: issue({ fingerprint: '1:other' }) });
    const shown = referenceOf(await receiver.notify(message(), undefined, never));
    await receiver.notify(incidentMessage(other), undefined, never);
    await receiver.notify(incidentMessage(ended({ endsAt: clock.now() })), shown, never);
    for (let minutes = 1; minutes <= 70; minutes++) {
      standIn.forget();
      const posts = standIn.posts.length;
      clock.advance(minute);
      await eventually('it to be told again', () => standIn.posts.length > posts);
      await eventually('the next time to be planned', () => clock.pendingTimers > 0);
      assert.deepEqual(
        standIn.firing(clock.now()).map(({ labels }) => labels['issue']),
        [other.issue.shortId],
      );
      assert.equal(standIn.posts.at(-1)!.length, minutes <= 5 ? 2 : 1);
    }
    receiver.close();
    assert.equal(clock.pendingTimers, 0);
  });

  test('is told again that alerts go on when it was closed for a while, as it is for a dry run', async () => {
    const clock = new TestClock();
    const receiver = alertmanager([at.url], { clock, http: sender() });
    await receiver.notify(message(), undefined, never);
    receiver.close();
    clock.advance(2 * minute);
    assert.equal(standIn.posts.length, 1);
    await receiver.notify(message(), undefined, never);
    clock.advance(minute);
    await eventually('it to be told again', () => standIn.posts.length === 3);
    receiver.close();
  });

  test('is sent many alerts again in parts', async () => {
    const clock = new TestClock();
    const receiver = alertmanager([at.url], { clock });
    for (let i = 0; i < 450; i++) {
      const one = {
        ...incident(),
        key: String(i).padStart(32, '0'),
        issue: issue({ fingerprint: `1:${i}` }),
      };
      await receiver.notify(incidentMessage(one), undefined, never);
    }
    standIn.posts.length = 0;
    clock.advance(minute);
    await eventually('the last part', () => standIn.posts.length === 3);
    assert.deepEqual(
      standIn.posts.map((alerts) => alerts.length),
      [200, 200, 50],
    );
    receiver.close();
  });

  test('ends a test by itself', async () => {
    const clock = new TestClock();
    await alertmanager([at.url], { clock }).notify(
      withoutIncident(message({ state: 'ended' })),
      undefined,
      never,
    );
    const [alert = assert.fail()] = standIn.firing(clock.now());
    assert.equal(alert.labels['alertname'], 'TocsinTest');
    assert.deepEqual(standIn.firing(clock.now() + 5 * minute), []);
  });

  test('says what it found wrong', async () => {
    standIn.server.replies.push({ status: 400, body: '"start time must be before end time"' });
    const outcome = await alertmanager([at.url]).notify(message(), undefined, never);
    assert.match(
      outcome.kind === 'rejected' ? outcome.reason : '',
      /HTTP 400: "start time must be before end time"$/,
    );
  });

  test('is known by its status', async () => {
    assert.equal(await alertmanager([at.url]).verify(never), undefined);
    standIn.server.replies.push({ body: '<html>a portal</html>' });
    assert.equal((await alertmanager([at.url]).verify(never))?.kind, 'refused');
  });
});

suite('several Alertmanagers', () => {
  const standIns = [new AlertmanagerStandIn(), new AlertmanagerStandIn()];
  let urls: string[];
  let running: StandIn[];
  before(async () => {
    running = await Promise.all(standIns.map((standIn) => standIn.start()));
    urls = running.map(({ url }) => url);
  });
  after(() => Promise.all(running.map((standIn) => standIn.stop())));

  test('are all told', async () => {
    await alertmanager(urls).notify(message(), undefined, never);
    for (const { posts } of standIns) assert.equal(posts.length, 1);
  });

  test('of which one takes it have told people; who does not is named, and told again', async () => {
    const clock = new TestClock();
    const receiver = alertmanager(urls, { clock });
    standIns[1]!.server.replies.push({ status: 503 });
    const outcome = await receiver.notify(message(), undefined, never);
    assert.ok(outcome.kind === 'delivered');
    assert.match(outcome.problem ?? '', /^The Alertmanager at 127\.0\.0\.1:\d+ answered HTTP 503$/);
    const posts = standIns[1]!.posts.length;
    clock.advance(minute);
    await eventually('the other to be told', () => standIns[1]!.posts.length > posts);
    receiver.close();
  });

  test('of which none takes it are tried again, if one of them may take it then', async () => {
    standIns[0]!.server.replies.push({ status: 403 });
    standIns[1]!.server.replies.push({ status: 503 });
    assert.equal((await alertmanager(urls).notify(message(), undefined, never)).kind, 'failed');
  });

  test('are found good if one of them is', async () => {
    const dead = 'http://127.0.0.1:1';
    assert.equal(await alertmanager([dead, ...urls]).verify(never), undefined);
    assert.equal((await alertmanager([dead]).verify(never))?.kind, 'failed');
  });
});
