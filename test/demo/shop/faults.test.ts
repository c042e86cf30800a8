import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FaultSwitch, parseFaults } from '../../../src/demo/shop/faults.ts';

suite('parseFaults', () => {
  const accepted = [
    {},
    { throw: true },
    { throw: false, unavailable: true, healthFails: true },
    { slowMillis: 0 },
    { slowMillis: 60_000, for: 1 },
  ];
  for (const body of accepted)
    test(`accepts ${JSON.stringify(body)}`, () => assert.deepEqual(parseFaults(body), body));

  const refused: [body: unknown, complaint: RegExp][] = [
    [undefined, /JSON object/],
    [null, /JSON object/],
    [[{ throw: true }], /JSON object/],
    ['throw', /JSON object/],
    [{ throw: 'true' }, /^throw must be true or false$/],
    [{ unavailable: 1 }, /^unavailable must be/],
    [{ healthFails: null }, /^healthFails must be/],
    [{ slowMillis: -1 }, /^slowMillis must be a whole number from 0/],
    [{ slowMillis: 60_001 }, /^slowMillis must be/],
    [{ slowMillis: '800' }, /^slowMillis must be/],
    [{ for: 0 }, /^for must be a whole number above 0$/],
    [{ for: 1.5 }, /^for must be/],
    [{ toString: true }, /^toString is not known/],
    [{ thorw: true, for: -1 }, /^thorw is not known: .*; for must be/],
  ];
  for (const [body, complaint] of refused)
    test(`refuses ${JSON.stringify(body)}`, () => {
      const answer = parseFaults(body);
      assert(typeof answer === 'string');
      assert.match(answer, complaint);
    });
});

suite('FaultSwitch', () => {
  test('has no fault at first', () => {
    const faults = new FaultSwitch();
    assert.deepEqual(faults.takeForRequest(), {});
    assert.equal(faults.takeForHealthCheck(), false);
  });

  test('keeps a fault until it is cleared', () => {
    const faults = new FaultSwitch();
    faults.set({ throw: true });
    for (let i = 0; i < 3; i++) assert.equal(faults.takeForRequest().throw, true);
    faults.clear();
    assert.deepEqual(faults.takeForRequest(), {});
  });

  test('ends a fault after so many requests', () => {
    const faults = new FaultSwitch();
    faults.set({ unavailable: true, for: 2 });
    assert.equal(faults.takeForRequest().unavailable, true);
    assert.deepEqual(faults.current, { unavailable: true, for: 1 });
    assert.equal(faults.takeForRequest().unavailable, true);
    assert.deepEqual(faults.current, {});
    assert.deepEqual(faults.takeForRequest(), {});
  });

  test('counts only what a fault affects', () => {
    const faults = new FaultSwitch();
    faults.set({ healthFails: true, for: 1 });
    assert.deepEqual(faults.takeForRequest(), {});
    assert.equal(faults.takeForHealthCheck(), true);
    faults.set({ slowMillis: 800, for: 1 });
    assert.equal(faults.takeForHealthCheck(), false);
    assert.equal(faults.takeForRequest().slowMillis, 800);
    assert.deepEqual(faults.current, {});
  });

  test('replaces the faults before', () => {
    const faults = new FaultSwitch();
    faults.set({ throw: true, for: 5 });
    faults.set({ slowMillis: 10 });
    assert.deepEqual(faults.takeForRequest(), { slowMillis: 10 });
  });
});
