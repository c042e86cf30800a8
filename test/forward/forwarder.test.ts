import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import type { Reply } from '../support/otlp-back-end.ts';
import { partialSuccess, request, setUp, spansOf } from './support.ts';

suite('the forwarder', () => {
  test('sends what it is offered as OTLP over HTTP in protobuf, compressed, and settles it', async (t) => {
    const { backEnd, offer, allSettled, fates, outcome, requests } = await setUp(t);
    offer(1, 2);
    await allSettled(1);
    const [received] = backEnd.received;
    assert.equal(received!.method, 'POST');
    assert.equal(received!.path, '/v1/traces');
    assert.equal(received!.headers['content-type'], 'application/x-protobuf');
    assert.equal(received!.headers['content-encoding'], 'gzip');
    assert.deepEqual(new Uint8Array(received!.body), request(1, 2));
    assert.deepEqual(fates(), ['forwarded']);
    assert.equal(outcome('forwarded'), 2);
    assert.equal(requests('200'), 1);
  });

  test('sends each signal to a path of its own', async (t) => {
    const { backEnd, offerBytes, allSettled } = await setUp(t);
    for (const signal of ['traces', 'logs', 'metrics'] as const) offerBytes(request(1), 1, signal);
    await allSettled(3);
    assert.deepEqual(backEnd.received.map(({ path }) => path).sort(), [
      '/v1/logs',
      '/v1/metrics',
      '/v1/traces',
    ]);
  });

  test('sends its headers, and nothing compressed if it is told so', async (t) => {
    const headers = { Authorization: 'Bearer hunter2-key', 'x-scope': 'a' };
    const { backEnd, offer, allSettled } = await setUp(t, { headers, compression: 'none' });
    offer(1);
    await allSettled(1);
    const [received] = backEnd.received;
    assert.equal(received!.headers.authorization, 'Bearer hunter2-key');
    assert.equal(received!.headers['x-scope'], 'a');
    assert.equal(received!.headers['content-encoding'], undefined);
    assert.equal(received!.wireBytes, request(1).length);
  });

  for (const level of [1, 9, 19]) {
    test(`sends what is compressed by zstd, small and large, at level ${level}`, async (t) => {
      const config = { compression: 'zstd', compression_level: level };
      const { backEnd, offer, offerBytes, allSettled } = await setUp(t, config);
      offer(1);
      await allSettled(1);
      const large = request(...Array.from({ length: 10_000 }, (_, i) => i + 1));
      offerBytes(large.slice(), 10_000);
      await allSettled(2);
      const [first, second] = backEnd.received;
      assert.equal(second!.headers['content-encoding'], 'zstd');
      assert.deepEqual(new Uint8Array(first!.body), request(1));
      assert.ok(second!.body.equals(large));
      assert.ok(second!.wireBytes < large.length / 5, `${second!.wireBytes} of ${large.length}`);
    });
  }

  test('sends large requests whole', async (t) => {
    const { backEnd, offerBytes, allSettled } = await setUp(t);
    const large = request(...Array.from({ length: 20_000 }, (_, i) => i + 1));
    offerBytes(Buffer.from(large), 20_000);
    await allSettled(1);
    assert.ok(Buffer.from(large).equals(backEnd.received[0]!.body));
  });

  test('sends what was offered before it was started', async (t) => {
    const { backEnd, offer, forwarder, allSettled } = await setUp(t, {}, { isStarted: false });
    offer(1);
    await forwarder.start();
    await allSettled(1);
    assert.deepEqual(spansOf(backEnd), [['span 1']]);
  });

  test('says at once that there is nowhere to send a signal without an endpoint', async (t) => {
    const endpoints = { logs: 'http://127.0.0.1:9/logs' };
    const { backEnd, offer, fates, forwarder } = await setUp(t, { endpoint: '', endpoints });
    offer(1);
    assert.deepEqual(fates(), ['unrouted']);
    assert.equal(backEnd.received.length, 0);
    assert.deepEqual(
      forwarder.targets.map(({ signal }) => signal),
      ['logs'],
    );
  });

  test('has a few requests under way at once, over connections that are used again', async (t) => {
    const { backEnd, offerBytes, allSettled } = await setUp(t, { compression: 'none' });
    // Too large to go together.
    backEnd.hold();
    for (let i = 1; i <= 20; i++) offerBytes(Buffer.concat([request(i), unknownField(700_000)]), 1);
    await eventually('four under way', () => backEnd.received.length === 4);
    backEnd.release();
    await allSettled(20);
    assert.equal(backEnd.received.length, 20);
    assert.equal(backEnd.mostAtOnce, 4);
    assert.ok(backEnd.connections <= 4, `${backEnd.connections} connections`);
  });
});

suite('the forwarder, when much is waiting', () => {
  test('sends together what waits of one signal, and leaves other signals apart', async (t) => {
    const { backEnd, offer, offerBytes, allSettled } = await setUp(t);
    backEnd.hold();
    for (let i = 1; i <= 4; i++) offer(i);
    await eventually('four under way', () => backEnd.received.length === 4);
    for (let i = 5; i <= 60; i++) offer(i);
    offerBytes(request(99), 1, 'logs');
    backEnd.release();
    await allSettled(61);
    const traces = spansOf(backEnd).filter((_, i) => backEnd.received[i]!.path === '/v1/traces');
    assert.equal(traces.length, 5);
    assert.deepEqual(
      traces[4],
      Array.from({ length: 56 }, (_, i) => `span ${i + 5}`),
    );
  });

  const bounds: [what: string, bytes: number, items: number, requests: number][] = [
    ['8192 items', 10, 4000, 4 + 5],
    ['about a megabyte', 400_000, 1, 4 + 5],
  ];
  for (const [what, bytes, items, requests] of bounds) {
    test(`puts no more than ${what} together`, async (t) => {
      const { backEnd, offerBytes, allSettled } = await setUp(t, { compression: 'none' });
      backEnd.hold();
      for (let i = 1; i <= 4; i++) offerBytes(request(i), 1);
      await eventually('four under way', () => backEnd.received.length === 4);
      for (let i = 0; i < 10; i++) offerBytes(Buffer.concat([request(i), unknownField(bytes)]), items);
      backEnd.release();
      await allSettled(14);
      assert.equal(backEnd.received.length, requests);
    });
  }

  test('loses the oldest first, counts it, and tells of it once', async (t) => {
    const { backEnd, offer, offerBytes, settled, fates, allSettled, outcome, log, forwarder, value } =
      await setUp(t, { max_queue: '10KB' });
    backEnd.hold();
    for (let i = 1; i <= 4; i++) offer(i);
    await eventually('four under way', () => backEnd.received.length === 4);
    // Each takes somewhat more than 500 bytes, as the bound counts.
    for (let i = 5; i <= 40; i++) offer(i);
    const lost = settled.length;
    assert.ok(lost > 15 && lost < 30, String(lost));
    assert.ok(fates().every((fate) => fate === 'lost'));
    assert.equal(outcome('overflowed'), lost);
    assert.equal(log.errors.length, 1);
    assert.match(log.errors[0]!, /does not keep up: .*forward\.max_queue/);
    assert.match(forwarder.health ?? '', /max_queue is full/);
    assert.ok(value('tocsin_forward_queue_bytes{destination="default"}')! <= 10_000);
    offerBytes(unknownField(20_000), 7);
    assert.equal(outcome('overflowed'), lost + 7);
    assert.match(log.errors[1]!, /larger than forward\.max_queue/);
    backEnd.release();
    await allSettled(41);
    const arrived = spansOf(backEnd).flat();
    assert.deepEqual(arrived.slice(0, 4), ['span 1', 'span 2', 'span 3', 'span 4']);
    assert.equal(arrived[4], `span ${5 + lost}`);
    assert.equal(arrived.at(-1), 'span 40');
    assert.equal(forwarder.health, undefined);
    assert.equal(value('tocsin_forward_queue_bytes{destination="default"}'), 0);
    assert.equal(log.errors.length, 2);
  });

  test('holds no more memory for very many very small batches than the bound says', async (t) => {
    const { backEnd, offerBytes, settled } = await setUp(t, { max_queue: '1MB' });
    backEnd.hold();
    for (let i = 0; i < 5000; i++) offerBytes(new Uint8Array(1), 1);
    assert.ok(settled.length > 3000, String(settled.length));
    backEnd.release();
  });
});

suite('the forwarder, when the back end fails', () => {
  const failures: [what: string, reply: Reply, code: string, reason: RegExp][] = [
    ['429', { status: 429 }, '429', /HTTP 429/],
    ['502', { status: 502 }, '502', /HTTP 502/],
    ['503', { status: 503, body: 'out to lunch' }, '503', /HTTP 503/],
    ['504', { status: 504 }, '504', /HTTP 504/],
    ['a reset', { instead: 'reset' }, 'connection_reset', /closed without an answer/],
  ];
  for (const [what, reply, code, reason] of failures) {
    test(`tries again after ${what}, when the pause is over`, async (t) => {
      const { backEnd, offer, clock, fates, log, forwarder, allSettled, requests, value } = await setUp(t);
      backEnd.replies.push(reply, reply);
      offer(1);
      await eventually('a first pause', () => clock.pendingTimers === 1 && requests(code) === 1);
      assert.match(forwarder.health ?? '', reason);
      assert.match(log.warnings[0]!, reason);
      clock.advance(999);
      assert.equal(backEnd.received.length, 1);
      clock.advance(1);
      await eventually('a second try', () => requests(code) === 2);
      await eventually('a second pause', () => clock.pendingTimers === 1);
      clock.advance(2_000);
      await allSettled(1);
      assert.deepEqual(fates(), ['forwarded']);
      assert.deepEqual(spansOf(backEnd), [['span 1'], ['span 1'], ['span 1']]);
      assert.equal(log.warnings.length, 1, 'told once');
      assert.match(log.infos[0]!, /takes what is forwarded again/);
      assert.equal(forwarder.health, undefined);
      assert.equal(value('tocsin_forward_retries_total{destination="default",signal="traces"}'), 2);
    });
  }

  test('tries again when there is no answer in time', async (t) => {
    const { backEnd, offer, clock, allSettled, requests, passing } = await setUp(t, { timeout: '3s' });
    backEnd.replies.push({ instead: 'hang' });
    offer(1);
    await eventually('the request', () => backEnd.received.length === 1);
    clock.advance(3_000);
    await eventually('the end of the try', () => requests('timeout') === 1);
    await passing('the next try', () => backEnd.received.length === 2);
    await allSettled(1);
  });

  test('tries again when nobody listens there, and names that', async (t) => {
    const { backEnd, offer, requests, log, settled } = await setUp(t);
    await backEnd.stop();
    offer(1);
    await eventually('the end of the try', () => requests('connection_refused') === 1);
    assert.match(log.warnings[0]!, /nothing listens there/);
    assert.equal(settled.length, 0);
  });

  test('tries a back end that speaks something else again, and says so', async (t) => {
    const { offer, requests, log } = await setUp(t, { endpoint: await somethingElse(t) });
    offer(1);
    await eventually('the end of the try', () => requests('not_http') === 1);
    assert.match(log.warnings[0]!, /gRPC most often has port 4317/);
  });

  const retryAfters: [header: string, earliestMillis: number, latestMillis: number][] = [
    ['7', 7_000, 7_000],
    ['0', 500, 500],
    ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000, 30_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 500, 500],
    ['99999999999', 300_000, 300_000],
    ['soon', 1_000, 1_000],
    ['-5', 1_000, 1_000],
  ];
  for (const [header, earliest, latest] of retryAfters) {
    test(`waits as long as Retry-After: ${header} asks for, within reason`, async (t) => {
      const { backEnd, offer, clock, requests, allSettled } = await setUp(t);
      backEnd.replies.push({ status: 429, headers: { 'retry-after': header } });
      offer(1);
      await eventually('a pause', () => clock.pendingTimers === 1 && requests('429') === 1);
      clock.advance(earliest - 1);
      // Would have been sent at once.
      offer(2);
      assert.equal(clock.pendingTimers, 1, 'still waiting');
      clock.advance(latest - earliest + 1);
      await allSettled(2);
    });
  }

  test('asks one request at a time whether it works again, and then sends all', async (t) => {
    const { backEnd, offer, offerBytes, requests, passing, allSettled } = await setUp(t);
    backEnd.otherwise = { status: 503 };
    offer(1);
    await eventually('a pause', () => requests('503') === 1);
    for (let i = 2; i <= 9; i++) offerBytes(Buffer.concat([request(i), unknownField(700_000)]), 1);
    backEnd.mostAtOnce = 0;
    await passing('further tries', () => requests('503') >= 6);
    assert.equal(backEnd.mostAtOnce, 1);
    backEnd.otherwise = {};
    await passing('all to arrive', () => requests('200') >= 9);
    await allSettled(9);
  });

  test('is held up by no request that the back end can never take, and gives it up in the end', async (t) => {
    const { backEnd, offer, offerBytes, outcome, passing, log, clock } = await setUp(t);
    let next = 10;
    const poison = Buffer.from(request(1));
    backEnd.otherwise = ({ body }) => (body.equals(poison) ? { status: 503 } : {});
    offer(1);
    await passing(
      'the poison to be given up',
      () => {
        if (clock.now() % 2 === 0) offerBytes(request(next++), 1);
        return outcome('given_up') === 1;
      },
      1_000,
    );
    assert.ok(outcome('forwarded') >= 10);
    assert.ok(log.errors.some((line) => /takes other requests and not this one/.test(line)));
  });

  test('loses nothing in a long outage while the bound is not reached', async (t) => {
    const { backEnd, offer, fates, requests, passing, allSettled, clock, log } = await setUp(t);
    backEnd.otherwise = { status: 503 };
    for (let i = 1; i <= 10; i++) offer(i);
    await passing('two hours to pass', () => clock.monotonic() > 7_200_000, 20_000);
    await passing('tries', () => requests('503') > 30, 30_000);
    assert.equal(log.warnings.length, 1);
    backEnd.otherwise = {};
    await passing('the end', () => fates().length === 10);
    await allSettled(10);
    assert.ok(fates().every((fate) => fate === 'forwarded'));
  });
});

suite('the forwarder, when the back end answers', () => {
  const finals: [what: string, reply: Reply, told: RegExp][] = [
    ['400', { status: 400, body: status('field 3 is wrong') }, /"HTTP 400","answer":"field 3 is wrong"/],
    ['401', { status: 401, headers: { 'content-type': 'text/plain' }, body: 'no' }, /forward\.headers right/],
    ['404', { status: 404 }, /forward\.endpoint right/],
    ['413', { status: 413 }, /HTTP 413/],
    ['500', { status: 500 }, /HTTP 500/],
    ['501', { status: 501 }, /HTTP 501/],
    ['a redirect', { status: 307, headers: { location: '/elsewhere' } }, /redirects are not followed/],
  ];
  for (const [what, reply, told] of finals) {
    test(`never sends again what was answered ${what}, and tells of it once`, async (t) => {
      const { backEnd, offer, fates, allSettled, log, outcome, forwarder } = await setUp(t);
      backEnd.otherwise = reply;
      for (let i = 1; i <= 3; i++) {
        offer(i);
        await allSettled(i);
      }
      assert.equal(backEnd.received.length, 3);
      assert.deepEqual(fates(), ['lost', 'lost', 'lost']);
      assert.equal(outcome('refused'), 3);
      assert.equal(log.errors.length, 1);
      assert.match(log.errors[0]!, told);
      assert.match(forwarder.health ?? '', /^traces: HTTP/);
    });
  }

  test('loses what a partial success rejects, and never sends it again', async (t) => {
    const { backEnd, offer, fates, allSettled, outcome, log } = await setUp(t);
    backEnd.replies.push({ body: partialSuccess(2, 'too old') });
    offer(1, 2, 3);
    await allSettled(1);
    assert.deepEqual(fates(), ['forwarded -2']);
    assert.deepEqual([outcome('forwarded'), outcome('rejected')], [1, 2]);
    assert.equal(backEnd.received.length, 1);
    assert.match(log.warnings[0]!, /"items":2,"answer":"too old"/);
  });

  test('spreads what was rejected of several batches that went together', async (t) => {
    const { backEnd, offer, settled, allSettled } = await setUp(t);
    backEnd.hold();
    for (let i = 1; i <= 4; i++) offer(i);
    await eventually('four under way', () => backEnd.received.length === 4);
    offer(5, 6);
    offer(7, 8);
    backEnd.replies.push({ body: partialSuccess(3) });
    backEnd.release();
    await allSettled(6);
    assert.equal(
      settled.reduce((sum, { refused }) => sum + refused, 0),
      3,
    );
  });

  const odd: [what: string, reply: Reply, warned: boolean][] = [
    ['nothing at all', {}, false],
    ['an empty JSON object', { headers: { 'content-type': 'application/json' }, body: '{}' }, false],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<html>log in</html>' }, true],
    ['garbage', { body: Buffer.from('ffffffffff', 'hex') }, true],
    ['an answer that breaks off', { instead: 'break off', body: 'abc' }, true],
    ['a remark', { body: partialSuccess(0, 'slow down') }, true],
  ];
  for (const [what, reply, warned] of odd) {
    test(`takes 200 with ${what} for success${warned ? ', and tells of it' : ''}`, async (t) => {
      const { backEnd, offer, fates, allSettled, log } = await setUp(t);
      backEnd.replies.push(reply);
      offer(1);
      await allSettled(1);
      assert.deepEqual(fates(), ['forwarded']);
      assert.equal(backEnd.received.length, 1);
      assert.equal(log.warnings.length, warned ? 1 : 0, log.warnings.join());
    });
  }

  test('claims no more to be rejected than was sent, whatever the answer says', async (t) => {
    const { backEnd, offer, fates, allSettled } = await setUp(t);
    const huge = Buffer.from('0a0908ffffffffffffff7f'.replace('0a09', '0a09'), 'hex');
    const negative = Buffer.from('0a0b08ffffffffffffffffff01', 'hex');
    backEnd.replies.push({ body: huge }, { body: negative });
    offer(1, 2);
    await allSettled(1);
    offer(3, 4);
    await allSettled(2);
    assert.deepEqual(fates(), ['lost', 'forwarded']);
  });

  test('reads no more than the beginning of an endless answer', async (t) => {
    const { backEnd, offer, allSettled, fates } = await setUp(t);
    backEnd.replies.push({ status: 400, instead: 'endless' }, { instead: 'endless' });
    offer(1);
    await allSettled(1);
    offer(2);
    await allSettled(2);
    assert.deepEqual(fates(), ['lost', 'forwarded']);
  });

  test('waits for the end of a slow answer no longer than a try may take', async (t) => {
    const { backEnd, offer, allSettled, fates, passing } = await setUp(t);
    backEnd.replies.push({ instead: 'drip' });
    offer(1);
    await eventually('the request', () => backEnd.received.length === 1);
    await passing('the end of it', () => fates().length === 1);
    await allSettled(1);
    assert.deepEqual(fates(), ['forwarded']);
  });

  test('shows nothing of the headers, also when the back end answers with them', async (t) => {
    const key = 'hunter2-very-secret';
    const { backEnd, offer, allSettled, log, forwarder } = await setUp(t, {
      headers: { authorization: `Bearer ${key}`, 'x-key': `team=${key}/2` },
    });
    const body = `bad key ${key}\u001b[31m\r\nsee ${key}/2 \u202e and ${'y'.repeat(1000)}`;
    backEnd.replies.push({ status: 403, body, headers: { 'content-type': 'text/plain' } });
    backEnd.replies.push({ status: 503, body, headers: { 'content-type': 'text/plain' } });
    offer(1);
    await allSettled(1);
    offer(2);
    await eventually('the second answer', () => log.warnings.length === 1);
    for (const line of [...log.errors, ...log.warnings]) {
      assert.ok(!line.includes('hunter2'), line);
      assert.match(line, /bad key <secret> \[31m see <secret>(\/2)? and y+"/);
      assert.ok(line.length < 700, String(line.length));
    }
    assert.ok(!(forwarder.health ?? '').includes('hunter2'));
  });
});

suite('the forwarder, when it is stopped', () => {
  test('waits for what is under way, sends what waits, and loses nothing', async (t) => {
    const { backEnd, offer, forwarder, fates } = await setUp(t);
    backEnd.hold();
    for (let i = 1; i <= 9; i++) offer(i);
    await eventually('four under way', () => backEnd.received.length === 4);
    const stopped = forwarder.stop();
    backEnd.release();
    await stopped;
    assert.equal(fates().filter((fate) => fate === 'forwarded').length, 9);
  });

  test('tries once more at once what was waiting for a pause to end', async (t) => {
    const { backEnd, offer, forwarder, fates, requests } = await setUp(t);
    backEnd.replies.push({ status: 503, headers: { 'retry-after': '60' } });
    offer(1);
    await eventually('a pause', () => requests('503') === 1);
    await forwarder.stop();
    assert.deepEqual(fates(), ['forwarded']);
  });

  test('gives up after its grace, loses the rest, and says how much', async (t) => {
    const { backEnd, offer, offerBytes, forwarder, fates, clock, log, outcome } = await setUp(t);
    backEnd.otherwise = { instead: 'hang' };
    for (let i = 1; i <= 4; i++) offer(i);
    await eventually('four under way', () => backEnd.received.length === 4);
    offer(5, 6);
    offerBytes(request(7), 1, 'logs');
    await eventually('five under way', () => backEnd.received.length === 5);
    const stopped = forwarder.stop();
    clock.advance(1_999);
    assert.deepEqual(fates(), []);
    clock.advance(1);
    await stopped;
    assert.deepEqual(
      fates(),
      Array.from({ length: 6 }, () => 'lost'),
    );
    assert.equal(outcome('abandoned') + outcome('abandoned', 'logs'), 7);
    assert.match(log.warnings.at(-1)!, /"items":7.*could not be forwarded in time/);
  });

  test('leaves what it cannot send to the next start, where there is a journal', async (t) => {
    const { backEnd, offer, forwarder, fates, clock, log } = await setUp(t, {}, { isJournaled: true });
    backEnd.otherwise = { instead: 'hang' };
    for (let i = 1; i <= 6; i++) offer(i);
    await eventually('four under way', () => backEnd.received.length === 4);
    const stopped = forwarder.stop();
    clock.advance(2_000);
    await stopped;
    assert.deepEqual(fates(), []);
    assert.match(log.infos.at(-1)!, /"items":6.*after the next start/);
  });

  test('does not try again what fails then', async (t) => {
    const { backEnd, offer, forwarder, fates, log } = await setUp(t);
    backEnd.otherwise = { status: 503 };
    backEnd.hold();
    offer(1);
    await eventually('the request', () => backEnd.received.length === 1);
    const stopped = forwarder.stop();
    backEnd.release();
    await stopped;
    assert.deepEqual(fates(), ['lost']);
    assert.equal(backEnd.received.length, 1);
    assert.match(log.warnings.at(-1)!, /"items":1/);
  });

  test('takes nothing any more, may be stopped twice, and without a start', async (t) => {
    const { forwarder, offer, fates } = await setUp(t, {}, { isStarted: false });
    offer(1);
    await Promise.all([forwarder.stop(), forwarder.stop()]);
    offer(2);
    assert.deepEqual(fates(), ['lost', 'lost']);
  });
});

suite('a signal that is turned away', () => {
  test('is unrouted, what waits of it and what comes, and the others are sent', async (t) => {
    const { forwarder, offer, offerBytes, fates, backEnd, allSettled } = await setUp(
      t,
      {},
      { isStarted: false },
    );
    offer(1);
    forwarder.turnAway({ destination: 'default', signal: 'traces' });
    offer(2);
    await forwarder.start();
    offer(3);
    offerBytes(request(4), 1, 'logs');
    await allSettled(4);
    assert.deepEqual(fates(), ['unrouted', 'unrouted', 'unrouted', 'forwarded']);
    assert.deepEqual(spansOf(backEnd), [['span 4']]);
  });
});

suite('what is under way of a signal that is turned away', () => {
  test('is unrouted as well', async (t) => {
    const { forwarder, offer, fates, backEnd, allSettled, value } = await setUp(t);
    backEnd.hold();
    for (let i = 1; i <= 6; i++) offer(i);
    await eventually('four under way', () => backEnd.received.length === 4);
    forwarder.turnAway({ destination: 'default', signal: 'traces' });
    await allSettled(6);
    assert.ok(fates().every((fate) => fate === 'unrouted'));
    assert.equal(value('tocsin_forward_queue_bytes{destination="default"}'), 0);
  });
});

/** Bytes that a request may have beside its resources: a field that no version has. */
function unknownField(length: number): Buffer {
  const size = Buffer.of((length & 0x7f) | 0x80, ((length >>> 7) & 0x7f) | 0x80, length >>> 14);
  return Buffer.concat([Buffer.of(0x9a, 0x06), size, Buffer.alloc(length)]);
}

/** A google.rpc.Status. */
function status(message: string): Uint8Array {
  return Buffer.concat([Buffer.of(0x08, 3, 0x12, message.length), Buffer.from(message)]);
}

async function somethingElse(t: { after(end: () => void): void }): Promise<string> {
  const { createServer } = await import('node:net');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(Buffer.from('000006040000000000000500004000', 'hex'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}
