import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { request, setUp, spansOf } from './support.ts';

const gatherMillis = 200;

suite('what comes shortly after one another', () => {
  test('goes out together, but for what comes after a quiet time, which goes at once', async (t) => {
    const { backEnd, clock, offer, allSettled } = await setUp(t, {}, { gatherMillis });
    offer(1);
    await allSettled(1);
    clock.advance(100);
    offer(2);
    offer(3);
    clock.advance(99);
    assert.equal(backEnd.received.length, 1);
    clock.advance(1);
    await allSettled(3);
    clock.advance(200);
    offer(4);
    await allSettled(4);
    assert.deepEqual(spansOf(backEnd), [['span 1'], ['span 2', 'span 3'], ['span 4']]);
  });

  test('goes at once when it is a quarter of what a request may be', async (t) => {
    const { backEnd, offer, offerBytes, allSettled } = await setUp(t, {}, { gatherMillis });
    offer(1);
    await allSettled(1);
    const large = request(...Array.from({ length: 5_000 }, (_, i) => i + 2));
    assert.ok(large.length >= 2 ** 18);
    offerBytes(large.slice(), 5_000);
    await allSettled(2);
    assert.equal(backEnd.received.length, 2);
  });

  test('goes out together also where that takes several requests', async (t) => {
    const { backEnd, clock, offer, offerBytes, allSettled } = await setUp(t, {}, { gatherMillis });
    offer(1);
    await allSettled(1);
    for (const id of [2, 3, 4]) offerBytes(request(id).slice(), 5_000);
    clock.advance(200);
    await allSettled(4);
    assert.equal(backEnd.received.length, 4);
  });

  test('goes at once when it is much of what may wait, so that nothing is lost for it', async (t) => {
    const config = { max_queue: '64KiB' };
    const { backEnd, offerBytes, allSettled, fates } = await setUp(t, config, { gatherMillis });
    for (let n = 1; n <= 20; n++) {
      offerBytes(request(...Array.from({ length: 100 }, (_, i) => n * 100 + i)).slice(), 100);
      await allSettled(n);
    }
    assert.equal(backEnd.received.length, 20);
    assert.deepEqual(new Set(fates()), new Set(['forwarded']));
  });

  test('goes at once where it comes no more often than that', async (t) => {
    const { backEnd, clock, offer, allSettled } = await setUp(t, {}, { gatherMillis });
    for (const id of [1, 2, 3, 4]) {
      offer(id);
      await allSettled(id);
      clock.advance(200);
    }
    assert.equal(backEnd.received.length, 4);
  });

  test('does not keep what failed waiting, nor what is on its way out when Tocsin stops', async (t) => {
    const { backEnd, clock, offer, forwarder, allSettled, passing, fates } = await setUp(
      t,
      {},
      { gatherMillis },
    );
    backEnd.replies.push({ status: 503 });
    offer(1);
    await passing('the second try', () => backEnd.received.length === 2);
    await allSettled(1);
    clock.advance(200);
    offer(2);
    await allSettled(2);
    offer(3);
    const stopped = forwarder.stop();
    await allSettled(3);
    await stopped;
    assert.deepEqual(fates(), ['forwarded', 'forwarded', 'forwarded']);
  });
});
