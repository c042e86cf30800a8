import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bodies, measure } from '../../bench/json/measure.ts';

suite('the bench from JSON to protobuf', () => {
  test('measures both ways on requests of the SDK, of which both make the same messages', () => {
    const given = bodies().slice(0, 2);
    assert.ok(given.every(({ json, spans }) => spans === 512 && json.length > 200_000));
    const rounds = measure(given, 3, 5);
    assert.equal(rounds.length, 3);
    assert.ok(rounds.every(({ tocsin, plain }) => tocsin > 0 && plain > 0));
  });

  test('refuses bodies of which they would not', () => {
    const json = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SPAN_KIND_SERVER"}]}]}]}');
    assert.throws(() => measure([{ json, spans: 1 }], 1, 1));
  });
});
