import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Sampler } from '../../../src/pipeline/sampling/sampler.ts';
import { kind, type SpanSpec } from '../../support/otlp-builders.ts';
import { setUp } from '../decision/set-up.ts';

const in_ = { traceState: 'ot=rv:ffffffffffffff' };
const out = { traceState: 'ot=rv:00000000000001' };
const root: SpanSpec = { id: 1, name: 'root', kind: kind.server };
const child: SpanSpec = { id: 2, parent: 1, name: 'child' };

const half = { ratio: 0.5, always: ['duration>2s'] };

suite('of local traces', () => {
  test('those that the ratio leaves out are counted, and not forwarded', async () => {
    const { send, forwarded, calls, ledger } = setUp({ sampling: half });
    await send({ ...root, ...out }, { ...child, ...out });
    assert.deepEqual([forwarded(), calls()], [[], { root: 1, child: 1 }]);
    assert.deepEqual(ledger(), { received: 2, sampled_out: 2 });
  });

  test('those that it keeps say so', async () => {
    const { send, states } = setUp({ sampling: half });
    await send({ ...root, ...in_ }, { ...child, traceState: 'vendor=1,ot=rv:ffffffffffffff' });
    assert.deepEqual(states(), {
      root: 'ot=rv:ffffffffffffff;th:8',
      child: 'ot=rv:ffffffffffffff;th:8,vendor=1',
    });
  });

  test('a threshold is never lowered', async () => {
    const { send, states } = setUp({ sampling: half });
    await send({ ...root, traceState: 'ot=rv:ffffffffffffff;th:c' });
    assert.deepEqual(states(), { root: 'ot=rv:ffffffffffffff;th:c' });
  });

  const kept: [why: string, span: Partial<SpanSpec>][] = [
    ['something failed', { failed: true }],
    ['a span was asked for', { durationMillis: 2_500 }],
  ];
  for (const [why, what] of kept) {
    test(`those in which ${why} are forwarded as they are`, async () => {
      const { send, states, ledger } = setUp({ sampling: half });
      await send({ ...root, ...out }, { ...child, ...out, ...what });
      assert.deepEqual(states(), { root: out.traceState, child: out.traceState });
      assert.deepEqual(ledger(), { received: 2, pending: 2 });
    });

    test(`those in which ${why} before their root came, too`, async () => {
      const { send, states, ledger } = setUp({ sampling: half });
      await send({ ...child, id: 3, name: 'sibling', ...out });
      await send({ ...child, ...out, ...what });
      await send({ ...root, ...out });
      assert.deepEqual(states(), { root: out.traceState, child: out.traceState, sibling: out.traceState });
      assert.deepEqual(ledger(), { received: 3, pending: 3 });
    });

    test(`those in which ${why} keep what comes later`, async () => {
      const { send, states, held } = setUp({ sampling: half });
      await send({ ...root, ...out, ...what });
      await send({ ...child, ...out });
      await send({ ...child, id: 3, parent: 2, name: 'grandchild', ...out });
      assert.equal(held(), 0);
      assert.deepEqual(states(), { root: out.traceState, child: out.traceState, grandchild: out.traceState });
    });
  }

  test('noise is dropped whatever was asked for', async () => {
    const { send, forwarded, ledger } = setUp({ sampling: half });
    await send({ ...root, ...in_, name: 'noise', durationMillis: 9_000 });
    assert.deepEqual([forwarded(), ledger()], [[], { received: 1, dropped: 1 }]);
  });

  for (const [name, state, fate] of [
    ['kept', in_, { forwarded: 1 }],
    ['left out', out, { sampled_out: 1 }],
  ] as const)
    test(`of which the root does not come, a part is ${name} by the ratio`, async () => {
      const { send, clock, settle, ledger, held } = setUp({ drop: {}, sampling: half });
      const { pending } = await send({ ...child, ...state });
      assert.equal(held(), 1);
      clock.advance(10_000);
      settle();
      assert.deepEqual([held(), ledger()], [0, { received: 1, ...fate }]);
      await pending;
    });

  test('none is kept by a ratio of 0, but what must be', async () => {
    const { send, forwarded } = setUp({ sampling: { ratio: 0 } });
    await send({ ...root, ...in_ }, { ...root, trace: 2, ...out, name: 'failed', failed: true });
    assert.deepEqual(forwarded(), ['failed']);
  });

  test('as many are kept as the ratio says, and the same ones by everybody', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) =>
      Math.imul(i + 1, 0x9e3779b1)
        .toString(16)
        .replace('-', '')
        .padStart(8, '0')
        .repeat(4),
    );
    for (const ratio of [0.01, 0.1, 0.3, 0.5, 0.9]) {
      const sampler = new Sampler({ ratio, always: [] });
      const kept = ids.filter((traceId) => sampler.keeps({ traceId, traceState: '' }));
      assert.ok(Math.abs(kept.length / ids.length - ratio) < 0.02, `${ratio}: ${kept.length}`);
      const higher = new Sampler({ ratio: Math.min(1, ratio + 0.05), always: [] });
      assert.ok(kept.every((traceId) => higher.keeps({ traceId, traceState: '' })));
    }
  });

  const trace = fc.record({
    isNoise: fc.boolean(),
    isIn: fc.boolean(),
    spans: fc.array(
      fc.record({
        up: fc.nat(6),
        as: fc.constantFrom('well', 'well', 'well', 'failed', 'slow'),
        request: fc.nat(3),
      }),
      { maxLength: 7 },
    ),
  });

  test('each has the same fate in whatever requests it comes, its root last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(trace, { minLength: 1, maxLength: 5 }), async (traces) => {
        const made = traces.map(({ isNoise, isIn, spans }, number) => {
          const own = { trace: number + 1, ...(isIn ? in_ : out) };
          const last: SpanSpec = { ...root, ...own, name: isNoise ? 'noise' : 'root' };
          const below = spans.map(({ up, as, request }, i) => ({
            request,
            span: {
              ...own,
              id: i + 2,
              parent: (up % (i + 1)) + 1,
              name: `${number}/${i + 2}`,
              failed: as === 'failed',
              durationMillis: as === 'slow' ? 3_000 : 1,
            } satisfies SpanSpec,
          }));
          return { last, below };
        });
        const [whole, cut] = [setUp({ sampling: half }), setUp({ sampling: half })];
        await whole.send(...made.flatMap(({ last, below }) => [last, ...below.map(({ span }) => span)]));
        for (const turn of [0, 1, 2, 3])
          await cut.send(
            ...made.flatMap(({ below }) =>
              below.filter(({ request }) => request === turn).map(({ span }) => span),
            ),
          );
        for (const { last } of made) await cut.send(last);
        assert.deepEqual(cut.states(), whole.states());
        assert.deepEqual(cut.calls(), whole.calls());
        assert.deepEqual(cut.ledger(), whole.ledger());
        assert.equal(cut.held(), 0);
      }),
      { seed: 20_261_130, numRuns: 400 },
    );
  });
});
