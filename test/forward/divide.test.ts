import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import type { OtlpBackEnd, Reply } from '../support/otlp-back-end.ts';
import { logsRequestBytes } from '../support/log-builders.ts';
import {
  decode,
  decodeTraceRequest,
  encode,
  logsRequest,
  metricsRequest,
} from '../support/otlp-reference.ts';
import { request, setUp, spansOf } from './support.ts';

const names = (ids: readonly number[]): string[] => ids.map((id) => `span ${id}`);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** Whether a request has a span with one of these ids in it. */
const holding =
  (...ids: number[]) =>
  (body: Uint8Array): boolean =>
    (decodeTraceRequest(body).resourceSpans ?? []).some(({ scopeSpans = [] }) =>
      scopeSpans.some(({ spans = [] }) => spans.some(({ name = '' }) => names(ids).includes(name))),
    );

/** The spans that were taken, in the order in which they came. */
function takenOf({ received }: Pick<OtlpBackEnd, 'received'>, takes: (body: Buffer) => boolean): string[] {
  return spansOf({ received: received.filter(({ body }) => takes(body)) }).flat();
}

suite('a request that the back end finds too large', () => {
  test('is divided until it is taken, and arrives whole', async (t) => {
    const { backEnd, offer, allSettled, fates, outcome, value, log } = await setUp(t);
    const takes = (body: Buffer): boolean => body.length <= 2_000;
    backEnd.otherwise = ({ body }): Reply => (takes(body) ? {} : { status: 413 });
    offer(...upTo(200));
    await allSettled(1);
    assert.deepEqual(fates(), ['forwarded']);
    assert.equal(outcome('forwarded'), 200);
    const arrived = takenOf(backEnd, takes);
    assert.deepEqual(arrived.toSorted(), names(upTo(200)).sort());
    assert.ok(value('tocsin_forward_divisions_total{destination="default",signal="traces"}')! >= 3);
    assert.equal(log.warnings.length, 1);
    assert.match(log.warnings[0]!, /HTTP 413.*divided in two/);
    assert.equal(log.errors.length, 0);
    assert.equal(value('tocsin_forward_queue_bytes{destination="default"}'), 0);
  });

  test('is lost down to the items that are too large by themselves, and nothing else is', async (t) => {
    const { backEnd, offer, allSettled, fates, outcome, log } = await setUp(t);
    const isTooLarge = holding(3, 7);
    backEnd.otherwise = ({ body }): Reply => (isTooLarge(body) ? { status: 413 } : {});
    offer(...upTo(16));
    await allSettled(1);
    assert.deepEqual(fates(), ['forwarded -2']);
    assert.deepEqual([outcome('forwarded'), outcome('refused')], [14, 2]);
    const arrived = takenOf(backEnd, (body) => !isTooLarge(body));
    assert.deepEqual(arrived.toSorted(), names(upTo(16).filter((id) => id !== 3 && id !== 7)).sort());
    assert.match(log.errors[0]!, /one item alone is too large/);
  });

  test('is tried no more often than there are parts of it, where nothing is taken', async (t) => {
    const { backEnd, offer, allSettled, fates, outcome } = await setUp(t);
    backEnd.otherwise = { status: 413 };
    offer(...upTo(32));
    await allSettled(1);
    assert.deepEqual(fates(), ['lost']);
    assert.equal(outcome('refused'), 32);
    assert.equal(backEnd.received.length, 63);
  });

  test('gives each of the batches in it its own account', async (t) => {
    const { backEnd, offer, allSettled, settled } = await setUp(t);
    backEnd.hold();
    for (let i = 101; i <= 104; i++) offer(i);
    await eventually('four under way', () => backEnd.received.length === 4);
    for (const ids of [[1, 2, 3], [4], [5, 6, 7, 8, 9]]) offer(...ids);
    const isTooLarge = holding(4, 5, 9);
    backEnd.otherwise = ({ body }): Reply => (isTooLarge(body) ? { status: 413 } : {});
    backEnd.release();
    await allSettled(7);
    const ends = settled.slice(4).map(({ fate, refused }) => `${fate} ${refused}`);
    assert.deepEqual(ends.toSorted(), ['forwarded 0', 'forwarded 2', 'lost 1']);
  });

  test('makes what is sent together later smaller', async (t) => {
    const { backEnd, offerBytes, allSettled } = await setUp(t, { compression: 'none' });
    const limit = 300_000;
    backEnd.otherwise = ({ body }): Reply => (body.length > limit ? { status: 413 } : {});
    const large = (first: number): Uint8Array => request(...upTo(1_000).map((i) => first + i));
    const many = async (count: number): Promise<number> => {
      const before = backEnd.received.length;
      backEnd.hold();
      for (let i = 0; i < 4; i++) offerBytes(request(i + 1), 1);
      await eventually('four under way', () => backEnd.received.length === before + 4);
      for (let i = 0; i < 40; i++) offerBytes(large(i * 1_000), 1_000);
      backEnd.release();
      await allSettled(count);
      return backEnd.received.slice(before).filter(({ body }) => body.length > limit).length;
    };
    const before = await many(44);
    const after = await many(88);
    assert.ok(before > 0 && after === 0, `${before} refused at first, ${after} later`);
  });

  test('goes on where it was when the back end fails in between', async (t) => {
    const { backEnd, offer, allSettled, outcome, passing, requests } = await setUp(t);
    backEnd.replies.push({ status: 413 }, { status: 503 }, { status: 413 }, { instead: 'reset' });
    offer(...upTo(20));
    await passing('all of it', () => outcome('forwarded') === 20);
    await allSettled(1);
    assert.equal(requests('503') + requests('connection_reset'), 2);
  });

  test('that claims more items than it has is refused and not divided without end', async (t) => {
    const { backEnd, offerBytes, allSettled, fates } = await setUp(t);
    backEnd.otherwise = { status: 413 };
    offerBytes(request(1), 1_000);
    offerBytes(Uint8Array.of(0xff, 0xff), 1_000);
    await allSettled(2);
    assert.deepEqual(fates(), ['lost', 'lost']);
    assert.ok(backEnd.received.length < 10, String(backEnd.received.length));
  });

  test('is divided by log records and data points as well', async (t) => {
    const { backEnd, offerBytes, allSettled, outcome } = await setUp(t);
    const logs = logsRequestBytes(upTo(9).map((i) => ({ body: `${i}` })));
    const dataPoints = upTo(9).map((i) => ({ asInt: `${i}` }));
    const metrics = encode(metricsRequest, {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'a', gauge: { dataPoints } }] }] }],
    });
    backEnd.replies.push({ status: 413 });
    offerBytes(new Uint8Array(logs), 9, 'logs');
    await allSettled(1);
    backEnd.replies.push({ status: 413 });
    offerBytes(metrics.slice(), 9, 'metrics');
    await allSettled(2);
    assert.deepEqual([outcome('forwarded', 'logs'), outcome('forwarded', 'metrics')], [9, 9]);
    const bodies = backEnd.received.map(({ body }) => body);
    assert.equal(bodies.length, 6);
    const json = (type: typeof logsRequest, body: Buffer): string => JSON.stringify(decode(type, body));
    for (const i of upTo(9)) {
      const found = (all: string[]): number => all.filter((text) => text.includes(`"${i}"`)).length;
      assert.equal(found(bodies.slice(1, 3).map((body) => json(logsRequest, body))), 1, `record ${i}`);
      assert.equal(found(bodies.slice(4).map((body) => json(metricsRequest, body))), 1, `point ${i}`);
    }
  });
});

suite('a request that the back end finds bad', () => {
  test('is lost as a whole where nothing was taken lately: it is what we send, not what is in it', async (t) => {
    const { backEnd, offer, allSettled, clock, outcome } = await setUp(t);
    backEnd.otherwise = { status: 400 };
    offer(...upTo(50));
    await allSettled(1);
    assert.equal(backEnd.received.length, 1);
    backEnd.otherwise = {};
    offer(1);
    await allSettled(2);
    clock.advance(60_001);
    backEnd.otherwise = { status: 400 };
    offer(...upTo(50));
    await allSettled(3);
    assert.equal(backEnd.received.length, 3);
    assert.equal(outcome('refused'), 100);
  });

  for (const items of [40, 5_000]) {
    test(`is searched for what is bad in its ${items} items, by at most 20 requests`, async (t) => {
      const { backEnd, offer, allSettled, outcome, log } = await setUp(t);
      offer(100_000);
      await allSettled(1);
      const bad = 1 + Math.floor(items * 0.7);
      backEnd.otherwise = ({ body }): Reply =>
        holding(bad)(body) ? { status: 400, headers: { 'content-type': 'text/plain' }, body: 'no' } : {};
      offer(...upTo(items));
      await allSettled(2);
      assert.ok(backEnd.received.length - 1 <= 20, String(backEnd.received.length - 1));
      const most = Math.ceil(items / 2 ** 9);
      assert.ok(outcome('refused') >= 1 && outcome('refused') <= most, String(outcome('refused')));
      assert.equal(outcome('forwarded') - 1 + outcome('refused'), items);
      assert.match(log.errors[0]!, /HTTP 400","answer":"no"/);
    });
  }

  test('costs no more where everything in it is bad', async (t) => {
    const { backEnd, offer, allSettled, outcome } = await setUp(t);
    offer(100_000);
    await allSettled(1);
    backEnd.otherwise = { status: 400 };
    offer(...upTo(1_000));
    await allSettled(2);
    assert.ok(backEnd.received.length - 1 <= 20, String(backEnd.received.length - 1));
    assert.equal(outcome('refused'), 1_000);
  });

  for (const status of [401, 404, 500]) {
    test(`is not searched when the answer is ${status}`, async (t) => {
      const { backEnd, offer, allSettled } = await setUp(t);
      offer(100_000);
      await allSettled(1);
      backEnd.otherwise = { status };
      offer(...upTo(10));
      await allSettled(2);
      assert.equal(backEnd.received.length, 2);
    });
  }
});
