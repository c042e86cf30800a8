import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { kind, type SpanSpec } from '../../support/otlp-builders.ts';
import { setUp } from './set-up.ts';

const out = { traceState: 'ot=rv:00000000000001' };
const root: SpanSpec = { id: 1, name: 'wanted', kind: kind.server };
const child: SpanSpec = { id: 2, parent: 1, name: 'child' };
const grandchild: SpanSpec = { id: 3, parent: 2, name: 'grandchild' };
const later: SpanSpec = { id: 4, parent: 3, name: 'later' };

suite('what comes with its local root, below a span that came before it', () => {
  test('is dropped by the rule of the root, and so is what hangs on it later', async () => {
    const { send, forwarded, ledger, values } = setUp();
    await send(child);
    await send({ ...root, name: 'noise' }, grandchild);
    await send(later);
    assert.deepEqual([forwarded(), ledger()], [[], { received: 4, dropped: 4 }]);
    assert.deepEqual([...values('tocsin_noise_spans_dropped_total')], [['{rule="quiet"}', 4]]);
  });

  test('is left out by the sampling ratio like the root', async () => {
    const { send, forwarded, ledger } = setUp({ sampling: { ratio: 0.5 } });
    await send({ ...child, ...out });
    await send({ ...root, ...out }, { ...grandchild, ...out });
    assert.deepEqual([forwarded(), ledger()], [[], { received: 3, sampled_out: 3 }]);
  });

  test('is forwarded with the root where something speaks for it', async () => {
    const { send, forwarded } = setUp({ sampling: { ratio: 0.5, always: ['duration>2s'] } });
    await send({ ...child, ...out, durationMillis: 2_500 });
    await send({ ...root, ...out }, { ...grandchild, ...out });
    assert.deepEqual(forwarded().sort(), ['child', 'grandchild', 'wanted']);
  });
});
