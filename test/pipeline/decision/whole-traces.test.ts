import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { blockBytes } from '../../../src/pipeline/holding/slab.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';
import { setUp } from './set-up.ts';

const noise: SpanSpec = { id: 1, name: 'noise', kind: kind.server };
const wanted: SpanSpec = { id: 1, name: 'wanted', kind: kind.server };
const child: SpanSpec = { id: 2, parent: 1, name: 'child' };
const grandchild: SpanSpec = { id: 3, parent: 2, name: 'grandchild' };
const broken: SpanSpec = { id: 4, parent: 1, name: 'broken', failed: true };

/** Of two spans, and of what they stand in. */
const roomForTwo = 2 * blockBytes + 1000;

async function isSettled(pending: Promise<void> | undefined): Promise<boolean> {
  const notYet = Symbol();
  return (await Promise.race([pending, Promise.resolve().then(() => Promise.resolve(notYet))])) !== notYet;
}

suite('spans that come before their local root', () => {
  test('wait for it, and are dropped with it', async () => {
    const { send, forwarded, calls, ledger, held, audit } = setUp();
    const { pending } = await send(grandchild, child);
    assert.equal(held(), 2);
    assert.deepEqual(ledger(), { received: 2, pending: 2 });
    await send(noise);
    assert.deepEqual([forwarded(), calls(), held()], [[], {}, 0]);
    assert.deepEqual(ledger(), { received: 3, dropped: 3 });
    assert.ok(await isSettled(pending), 'the journal may forget them');
    const { spans, samples } = audit.report(['quiet']).find(({ rule }) => rule === 'quiet')!;
    assert.equal(spans, 3);
    assert.deepEqual(
      samples.map(({ name }) => name),
      ['noise'],
      'of what was dropped the roots are shown',
    );
  });

  test('wait for it, and go on and are counted with it', async () => {
    const { send, requests, calls, ledger, settle } = setUp();
    const { pending } = await send(child);
    assert.deepEqual(calls(), {});
    const { pending: ofRoot } = await send(wanted);
    assert.deepEqual(requests(), [['wanted'], ['child']]);
    assert.deepEqual(calls(), { wanted: 1, child: 1 });
    assert.deepEqual(ledger(), { received: 2, pending: 2 });
    assert.ok(!(await isSettled(pending)));
    settle();
    assert.deepEqual(ledger(), { received: 2, forwarded: 2 });
    assert.ok((await isSettled(pending)) && (await isSettled(ofRoot)));
  });

  test('wait on where what comes is not the root either', async () => {
    const { send, forwarded, held } = setUp();
    await send(grandchild);
    await send(child);
    assert.deepEqual([forwarded(), held()], [[], 2]);
    await send(noise);
    assert.deepEqual([forwarded(), held()], [[], 0]);
  });

  test('wait for 10 seconds in all, and then are passed on and counted', async () => {
    const { send, clock, forwarded, calls, held, undecided, ledger } = setUp();
    const { pending } = await send(grandchild);
    clock.advance(6000);
    await send(child);
    clock.advance(4000);
    assert.deepEqual([forwarded(), calls(), held()], [['grandchild'], { grandchild: 1 }, 1]);
    clock.advance(6000);
    assert.deepEqual(forwarded(), ['grandchild', 'child']);
    assert.equal(undecided('timeout'), 2);
    assert.deepEqual(ledger(), { received: 2, pending: 2 });
    assert.ok(!(await isSettled(pending)));
  });

  test('keep the rest of their local trace if they were passed on', async () => {
    const { send, clock, forwarded } = setUp();
    await send(child);
    clock.advance(10_000);
    await send(noise);
    assert.deepEqual(forwarded(), ['child', 'noise']);
  });

  test('are passed on where there is no room, and keep the rest of their local trace', async () => {
    const { send, forwarded, held, undecided, calls } = setUp({
      hold: { holdMillis: 10_000, maxBytes: roomForTwo },
    });
    await send(child, { id: 12, parent: 11, name: 'a' }, { id: 22, parent: 21, name: 'b' });
    assert.deepEqual([forwarded(), held(), undecided('full')], [['b'], 2, 1]);
    assert.deepEqual(calls(), { b: 1 });
    await send({ ...noise, id: 21 });
    assert.deepEqual(forwarded(), ['b', 'noise']);
    await send(noise);
    assert.equal(held(), 1, 'there is room again');
    await send({ id: 32, parent: 31, name: 'c' });
    assert.deepEqual([forwarded(), held()], [['b', 'noise'], 2]);
  });

  test('are passed on and counted where more come than can be held, and wait again a second later', async () => {
    const { send, clock, held, undecided } = setUp();
    const parts = (count: number) =>
      Array.from({ length: count }, (_, i): SpanSpec => ({ trace: i + 1, id: 2, parent: 1, name: 'child' }));
    await send(...parts(9_999));
    await send(...parts(2), { id: 3, parent: 2, name: 'grandchild' });
    assert.deepEqual([held(), undecided('full')], [9_999, 3], 'all of a request, or none');
    await send(child);
    assert.equal(held(), 10_000);
    clock.advance(1);
    await send(...parts(10));
    assert.equal(held(), 10_010);
  });

  test('do not wait where nothing would be dropped', async () => {
    const { send, forwarded, held } = setUp({ drop: {} });
    await send(child);
    assert.deepEqual([forwarded(), held()], [['child'], 0]);
  });

  test('go on when Tocsin stops', async () => {
    const { send, pipeline, forwarded, held } = setUp();
    await send(child);
    pipeline.passOnHeld();
    assert.deepEqual([forwarded(), held()], [['child'], 0]);
  });

  test('do not wait if their request is not taken', async () => {
    const { send, breakStore, held, ledger } = setUp();
    breakStore(true);
    await assert.rejects(send(child, { ...broken, trace: 2 }), { name: 'StoreUnavailable' });
    assert.deepEqual([held(), ledger()], [0, {}]);
  });
});

suite('a local trace in which something failed', () => {
  test('is kept, whichever part of it comes first', async () => {
    const { send, forwarded, held, calls } = setUp();
    await send(child);
    await send(broken);
    assert.deepEqual(forwarded(), ['broken'], 'it need not wait: nothing drops it');
    await send(noise);
    assert.deepEqual([forwarded(), held()], [['broken', 'noise', 'child'], 0]);
    assert.deepEqual(calls(), { broken: 1, noise: 1, child: 1 });
  });

  test('is kept also where the failure is far below its root', async () => {
    const { send, forwarded } = setUp();
    await send({ ...grandchild, failed: true });
    await send(child);
    await send(noise);
    assert.deepEqual(forwarded(), ['grandchild', 'child', 'noise']);
  });

  test('is kept whether or not there is room to remember another when its root comes', async () => {
    const { send, clock, forwarded, settle } = setUp();
    // As many as are remembered.
    for (let trace = 1; trace <= 20_000; trace += 5000) {
      await send(...Array.from({ length: 5000 }, (_, i) => ({ ...broken, trace: trace + i })));
      clock.advance(1000);
    }
    settle();
    await send(noise, { ...broken, trace: 50_000 });
    await send({ ...broken, trace: 60_000, parent: 9 });
    assert.deepEqual(forwarded(), ['noise', 'broken', 'broken']);
    settle();
    await send({ ...noise, trace: 50_000 }, { ...noise, trace: 60_000, id: 9 }, { ...noise, trace: 70_000 });
    assert.deepEqual(forwarded(), ['noise', 'noise']);
  });

  test('is kept for a minute, whenever its root comes', async () => {
    const { send, clock, forwarded } = setUp();
    await send(broken);
    clock.advance(59_000);
    await send(noise);
    assert.deepEqual(forwarded(), ['broken', 'noise']);
    await send({ ...broken, trace: 2 });
    clock.advance(61_000);
    await send({ ...noise, trace: 2 });
    assert.deepEqual(forwarded(), ['broken', 'noise', 'broken']);
  });
});

suite('spans that come after their local root was dropped', () => {
  test('are dropped as well, at any depth', async () => {
    const { send, forwarded, ledger, held } = setUp();
    await send(noise);
    await send(child);
    await send(grandchild);
    assert.deepEqual([forwarded(), held(), ledger()], [[], 0, { received: 3, dropped: 3 }]);
  });

  test('are dropped below those that waited for it', async () => {
    const { send, forwarded } = setUp();
    await send(child);
    await send(noise);
    await send(grandchild);
    assert.deepEqual(forwarded(), []);
  });

  test('are dropped for a minute', async () => {
    const { send, clock, forwarded, held } = setUp();
    await send(noise);
    clock.advance(59_000);
    await send(child);
    assert.deepEqual([forwarded(), held()], [[], 0]);
    clock.advance(121_000);
    await send({ ...child, id: 5 });
    assert.equal(held(), 1);
  });

  test('are passed on and counted if they failed', async () => {
    const { send, forwarded, orphans, ledger } = setUp();
    await send(noise);
    await send(broken, { id: 5, parent: 4, name: 'below it' });
    assert.deepEqual([forwarded(), orphans()], [['broken', 'below it'], 2]);
    assert.deepEqual(ledger(), { received: 3, dropped: 1, pending: 2 });
  });
});

suite('of local traces that are not one', () => {
  test('each in one trace is decided by itself', async () => {
    const { send, forwarded, held } = setUp();
    await send(child, { id: 12, parent: 11, name: 'of the other' });
    await send(noise);
    await send({ ...grandchild, id: 13, parent: 11, name: 'one more of the other' });
    assert.deepEqual([forwarded(), held()], [[], 2]);
    await send({ ...wanted, id: 11, parent: 99, flags: 0x300 });
    assert.deepEqual(forwarded(), ['wanted', 'of the other', 'one more of the other']);
  });

  test('each of two services that use the same ids is decided by itself', async () => {
    const { sendBytes, forwarded, held } = setUp();
    const of = (service: string, ...spans: SpanSpec[]) =>
      sendBytes(traceRequestBytes(spans, { 'service.name': service }));
    await of('one', noise);
    await of('other', child);
    assert.deepEqual([forwarded(), held()], [[], 1]);
    await of('one', wanted);
    assert.equal(held(), 1);
    await of('other', wanted);
    assert.deepEqual(forwarded(), ['wanted', 'wanted', 'child']);
  });

  test('each of two services that use the same ids is held together', async () => {
    const { sendBytes, forwarded, held } = setUp();
    const of = (service: string, ...spans: SpanSpec[]) =>
      sendBytes(traceRequestBytes(spans, { 'service.name': service }));
    await of('one', child);
    await of('other', child);
    await of('one', grandchild);
    await of('other', grandchild);
    await of('one', noise);
    assert.deepEqual([forwarded(), held()], [[], 2]);
    await of('other', wanted);
    assert.deepEqual(forwarded(), ['wanted', 'child', 'grandchild']);
  });
});

suite('local traces in whatever requests they come, their roots last', () => {
  interface Made {
    up: number;
    failed: boolean;
    request: number;
  }
  const trace = fc.record({
    isNoise: fc.boolean(),
    spans: fc.array(
      fc.record<Made>({
        up: fc.nat(6),
        failed: fc.integer({ min: 0, max: 7 }).map((one) => one === 0),
        request: fc.nat(3),
      }),
      { maxLength: 7 },
    ),
  });

  test('have the same fate as in one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(trace, { minLength: 1, maxLength: 5 }), async (traces) => {
        const made = traces.map(({ isNoise, spans }, number) => {
          const root: SpanSpec = {
            trace: number + 1,
            id: 1,
            name: isNoise ? 'noise' : 'wanted',
            kind: kind.server,
          };
          const below = spans.map(({ up, failed, request }, i) => {
            const parent = (up % (i + 1)) + 1;
            const name = `${number}/${i + 2}`;
            return {
              request,
              span: { trace: number + 1, id: i + 2, parent, name, failed } satisfies SpanSpec,
            };
          });
          return { root, below };
        });
        const whole = setUp();
        await whole.send(...made.flatMap(({ root, below }) => [root, ...below.map(({ span }) => span)]));
        const cut = setUp();
        for (const turn of [0, 1, 2, 3]) {
          const now = made.flatMap(({ below }) =>
            below.filter(({ request }) => request === turn).map(({ span }) => span),
          );
          if (now.length > 0) await cut.send(...now);
          cut.clock.advance(2000);
        }
        for (const { root } of made) await cut.send(root);
        assert.deepEqual(cut.forwarded().toSorted(), whole.forwarded().toSorted());
        assert.deepEqual(cut.calls(), whole.calls());
        assert.deepEqual(cut.ledger(), whole.ledger());
        assert.equal(cut.held(), 0);
      }),
      { seed: 20_261_130, numRuns: 400 },
    );
  });
});

suite('whatever comes in whatever order', () => {
  const made = fc.record({
    trace: fc.integer({ min: 1, max: 2 }),
    id: fc.integer({ min: 1, max: 8 }),
    parent: fc.nat(8),
    isNoise: fc.boolean(),
    failed: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
    as: fc.constantFrom(kind.internal, kind.server, kind.consumer),
    flags: fc.constantFrom(0, 0, 0x100, 0x300),
  });
  const sent = fc.array(fc.record({ spans: fc.array(made, { maxLength: 6 }), wait: fc.nat(12_000) }), {
    maxLength: 12,
  });

  test('nothing waits for ever, nothing is lost, and what failed is never dropped', async () => {
    await fc.assert(
      fc.asyncProperty(sent, fc.boolean(), async (requests, isSmall) => {
        const hold = { holdMillis: 10_000, maxBytes: isSmall ? roomForTwo : 2 ** 20 };
        const { send, clock, forwarded, held, ledger, settle } = setUp({ hold });
        const pending: (Promise<void> | undefined)[] = [];
        let failures = 0;
        for (const { spans, wait } of requests) {
          const specs = spans.map(({ isNoise, parent, as, failed, ...rest }): SpanSpec => {
            if (failed) failures++;
            const name = failed ? 'failed' : isNoise ? 'noise' : 'wanted';
            return { ...rest, name, kind: as, failed, ...(parent === 0 ? {} : { parent }) };
          });
          pending.push((await send(...specs)).pending);
          clock.advance(wait);
        }
        clock.advance(10_100);
        assert.equal(held(), 0);
        assert.equal(forwarded().filter((name) => name === 'failed').length, failures);
        const count = requests.reduce((sum, { spans }) => sum + spans.length, 0);
        const passed = forwarded().length;
        settle();
        const { received = 0, dropped = 0, forwarded: sentOn = 0, ...others } = ledger();
        assert.deepEqual([received, dropped + sentOn, sentOn, others], [count, count, passed, {}]);
        for (const each of pending) assert.ok(await isSettled(each));
      }),
      { seed: 20_261_130, numRuns: 500 },
    );
  });
});
