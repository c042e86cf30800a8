import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { RecordedMessage } from '../../src/demo/slack/history.ts';
import { type Shop, startShop } from '../../src/demo/shop/processes.ts';
import { clearFaults, get, setFaults } from '../demo/shop/driver.ts';
import { eventually } from '../support/eventually.ts';
import { shownText, SlackProcess } from './support/slack.ts';
import { TocsinProcess } from './support/tocsin.ts';

/** What a person would do on the first day: two real apps, the bundle, and a look at every station. */
suite('first light', () => {
  const slack = new SlackProcess();
  let tocsin: TocsinProcess;
  let shop: Shop;

  before(async () => {
    await slack.start();
    tocsin = new TocsinProcess(slack.environment);
    const { otlp } = await tocsin.start();
    shop = await startShop({
      otlpEndpoint: otlp,
      baseEnvironment: process.env,
      scheduleDelayMillis: 200,
      version: '1.4.2',
    });
  });
  after(async () => {
    await shop?.stop();
    await tocsin?.stop();
    await slack.stop();
  });

  const calls = (service: string, name: string, status = 'UNSET'): Promise<number> =>
    tocsin.sum('traces_span_metrics_calls_total', {
      service_name: service,
      span_name: name,
      span_kind: 'SPAN_KIND_SERVER',
      status_code: `STATUS_CODE_${status}`,
    });
  const message = (pattern: RegExp): Promise<RecordedMessage> =>
    eventually(
      `a message like ${pattern}`,
      async () => (await slack.messages()).find(({ text }) => pattern.test(text)),
      60_000,
    );
  const issue = async (title: RegExp) => (await tocsin.issues()).find((listed) => title.test(listed.title));
  const times = async (count: number, request: (i: number) => Promise<unknown>): Promise<void> => {
    for (let i = 0; i < count; i++) await request(i);
  };

  test('counts every request that was made, and none of the health checks', async () => {
    await times(20, (i) => get(`${shop.storefront.url}/checkout?order=${i}`));
    await times(15, (i) => get(`${shop.storefront.url}/products/${i}`));
    await times(30, () => get(`${shop.storefront.url}/healthz`));
    await times(10, () => get(`${shop.payments.url}/healthz`));
    await eventually('all calls to be counted', async () => {
      const counts = [
        await calls('storefront', 'GET /checkout'),
        await calls('payments', 'POST /charge'),
        await calls('storefront', 'GET /products/:id'),
      ];
      return counts.join() === '20,20,15';
    });
    const client = await tocsin.sum('traces_span_metrics_calls_total', {
      service_name: 'storefront',
      span_kind: 'SPAN_KIND_CLIENT',
    });
    assert.equal(client, 20);
    const observed = await tocsin.sum('traces_span_metrics_duration_milliseconds_count', {
      span_name: 'GET /checkout',
    });
    assert.equal(observed, 20);
    // Six spans a health check, as the shop's README measured.
    await eventually(
      'all health checks to be dropped',
      async () => (await tocsin.sum('tocsin_noise_spans_dropped_total')) === 40 * 6,
    );
    assert.doesNotMatch(await tocsin.metrics(), /healthz/);
    assert.deepEqual(await tocsin.issues(), []);
    assert.deepEqual(await slack.messages(), []);
  });

  test('takes both encodings from the real exporters', async () => {
    for (const protocol of ['http/json', 'http/protobuf']) {
      assert.ok((await tocsin.sum('tocsin_intake_requests_total', { protocol, code: '200' })) > 0, protocol);
    }
    assert.equal(await tocsin.sum('tocsin_intake_requests_total', { code: '400' }), 0);
  });

  test('hears a throw: one issue with its count, and one Slack message that is edited', async () => {
    await setFaults(shop.payments.url, { throw: true });
    await times(7, (i) => get(`${shop.storefront.url}/checkout?order=A-${i}`));
    const posted = await message(/payments \(.*\): PaymentDeclined in POST \/charge: /);
    assert.match(posted.text, /^\[HIGH]/);
    const found = await eventually('all seven to be counted', async () => {
      const listed = await issue(/^PaymentDeclined/);
      return listed?.count === 7 && listed;
    });
    assert.partialDeepStrictEqual(found, {
      service: 'payments',
      severity: 'high',
      state: 'new',
      first_version: '1.4.2',
    });
    assert.match(found.message, /A-6/);
    assert.equal(found.frames[0]?.function, 'authorize');
    assert.equal(await calls('payments', 'POST /charge', 'ERROR'), 7);
    const edited = await eventually(
      'the message to show the count',
      async () =>
        (await slack.messages()).find(
          (each) => each.ts === posted.ts && shownText(each).includes('Count: 7\n'),
        ),
      20_000,
    );
    assert.match(shownText(edited), /authorize \(.*payments\.ts:\d+\)/);
    assert.equal((await slack.messages()).filter(({ text }) => text.includes('PaymentDeclined')).length, 1);
  });

  test('tells the caller’s side as an issue of its own', async () => {
    const found = await issue(/^HTTP 500: POST .* answered 500/);
    assert.partialDeepStrictEqual(found, { service: 'storefront', count: 7 });
    await message(/storefront .*: POST .* answered 500/);
    assert.equal((await tocsin.issues()).length, 2);
  });

  test('hears a 503 of the dependency on both sides', async () => {
    await setFaults(shop.payments.url, { unavailable: true });
    await times(4, (i) => get(`${shop.storefront.url}/checkout?order=B-${i}`));
    await eventually('both sides to be counted', async () => {
      const sides = [await issue(/^HTTP 503: POST \/charge/), await issue(/^HTTP 503: POST \d/)];
      return sides.every((side) => side?.count === 4);
    });
    await clearFaults(shop.payments.url);
  });

  test('keeps a health check that fails', async () => {
    await setFaults(shop.storefront.url, { healthFails: true });
    await times(3, () => get(`${shop.storefront.url}/healthz`));
    await clearFaults(shop.storefront.url);
    await eventually(
      'the failed checks to be counted',
      async () => (await calls('storefront', 'GET /healthz', 'ERROR')) === 3,
    );
    assert.equal((await issue(/^HTTP 503: GET \/healthz/))?.count, 3);
    assert.equal(await tocsin.sum('tocsin_noise_spans_dropped_total'), 40 * 6);
  });

  test('puts slow requests into the buckets they belong to', async () => {
    const fast = await tocsin.sum('traces_span_metrics_duration_milliseconds_bucket', {
      span_name: 'GET /products/:id',
      le: '400',
    });
    await setFaults(shop.storefront.url, { slowMillis: 500, for: 2 });
    await times(2, (i) => get(`${shop.storefront.url}/products/${i}`));
    await eventually(
      'the slow ones to be counted',
      async () => (await calls('storefront', 'GET /products/:id')) === 17,
    );
    const bucket = (le: string) =>
      tocsin.sum('traces_span_metrics_duration_milliseconds_bucket', { span_name: 'GET /products/:id', le });
    assert.deepEqual([await bucket('400'), await bucket('+Inf')], [fast, 17]);
  });

  test('goes on with the same message after a restart', async () => {
    // One for each issue so far: Slack's limit of a message a second may have held some back.
    await eventually('the messages of all five issues', async () => (await slack.messages()).length === 5);
    assert.deepEqual(await tocsin.stop(), { code: 0, signal: null });
    await tocsin.start();
    await setFaults(shop.payments.url, { throw: true, for: 2 });
    await times(2, (i) => get(`${shop.storefront.url}/checkout?order=C-${i}`));
    await eventually(
      'the message to show the new count',
      async () => {
        const shown = (await slack.messages()).find(({ text }) => text.includes('PaymentDeclined'));
        return shown !== undefined && shownText(shown).includes('Count: 9\n');
      },
      60_000,
    );
    assert.equal((await slack.messages()).length, 5);
  });

  test('shows in the message that an issue was resolved, and by whom', async () => {
    const found = await issue(/^PaymentDeclined/);
    await tocsin.api(`/api/issues/${found?.short_id}/resolve`, 'POST');
    const ended = await message(/^\[RESOLVED] payments/);
    assert.match(shownText(ended), /resolved by admin/);
    assert.equal((await issue(/^PaymentDeclined/))?.state, 'resolved');
  });

  test('accounts for every span, and is healthy', async () => {
    const fate = (name: string) => tocsin.sum('tocsin_ledger_total', { signal: 'spans', fate: name });
    // One that came last may wait for its local root.
    await eventually(
      'every span to have come to its end',
      async () => {
        const ended = (await fate('dropped')) + (await fate('unrouted')) + (await fate('rejected'));
        return (await fate('received')) === ended;
      },
      15_000,
    );
    assert.equal((await tocsin.health()).status, 'healthy');
    const outcomes = new Set((await slack.calls('chat.postMessage')).map(({ outcome }) => outcome));
    assert.deepEqual(
      [...outcomes].filter((outcome) => outcome !== 'ok' && outcome !== 'ratelimited'),
      [],
    );
    const edits = await slack.calls('chat.update');
    assert.ok(edits.length > 0 && edits.every(({ outcome }) => outcome === 'ok'));
  });

  test('drains and exits with 0 within 5 s of SIGTERM', async () => {
    const before = performance.now();
    assert.deepEqual(await tocsin.stop(), { code: 0, signal: null });
    assert.ok(performance.now() - before < 5_000);
  });
});
