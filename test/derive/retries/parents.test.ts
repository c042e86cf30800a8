import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { none } from '../../../src/runtime/hash-chains.ts';
import { mostParents, Parents } from '../../../src/derive/retries/parents.ts';
import { SpanView } from '../../../src/otlp/span-view.ts';
import { TraceScanner } from '../../../src/otlp/trace-scanner.ts';
import { traceRequestBytes } from '../../support/otlp-builders.ts';

function setUp() {
  const parents = new Parents();
  const span = new SpanView();
  const endsAt = (millis: number): SpanView => {
    const endTimeUnixNano = String(BigInt(millis) * 1_000_000n);
    span.open(
      new TraceScanner().scan(traceRequestBytes([{ id: 1, startTimeUnixNano: '1', endTimeUnixNano }])),
    );
    return span.moveTo(0);
  };
  return { parents, endsAt };
}

suite('parents', () => {
  test('are known by their hash, with when they ended and whom they are alike', () => {
    const { parents, endsAt } = setUp();
    parents.note(7, 3, endsAt(50));
    parents.note(8, 3, endsAt(60));
    const [one, other] = [parents.find(7), parents.find(8)];
    assert.equal(parents.endOf(one), 50);
    assert.equal(parents.kinshipOf(one), parents.kinshipOf(other));
    assert.equal(parents.find(9), none);
  });

  test('are not lost to one other that has the same place', () => {
    const { parents, endsAt } = setUp();
    const [first, second, third] = [7, 7 + mostParents, 7 + 2 * mostParents];
    parents.note(first, 0, endsAt(50));
    parents.note(second, 0, endsAt(60));
    assert.equal(parents.endOf(parents.find(first)), 50);
    assert.equal(parents.endOf(parents.find(second)), 60);
    parents.note(first, 0, endsAt(70));
    parents.note(third, 0, endsAt(80));
    assert.equal(parents.find(first), none);
    assert.equal(parents.endOf(parents.find(second)), 60);
    assert.equal(parents.endOf(parents.find(third)), 80);
  });
});
