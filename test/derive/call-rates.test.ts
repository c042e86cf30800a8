import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type CallRate, CallRates } from '../../src/derive/call-rates.ts';

/** Counters that are set by hand, and the rates of what they say. */
function setUp() {
  const values = new Map<number, number>();
  const rates = new CallRates({ read: (series) => values.get(series) });
  const [ok, failed] = [1, 2];
  const watch = (): void => {
    rates.watch(ok, { service: 'shop', operation: 'GET /', failed: false });
    rates.watch(failed, { service: 'shop', operation: 'GET /', failed: true });
  };
  /** So many looks, before each of which there are so many calls more. */
  const pass = (looks: number, calls: number, failures: number): void => {
    for (let look = 0; look < looks; look++) {
      values.set(ok, (values.get(ok) ?? 0) + calls - failures);
      values.set(failed, (values.get(failed) ?? 0) + failures);
      rates.look();
    }
  };
  return { values, rates, watch, pass, ok, failed, all: (): CallRate[] => [...rates.all()] };
}

const fiveMinutes = 20;

suite('the rates of calls', () => {
  test('are those of the last 5 minutes, and of the hour before them', () => {
    const { watch, pass, all } = setUp();
    watch();
    assert.deepEqual(all(), []);
    pass(1, 10, 1);
    const of = { service: 'shop', operation: 'GET /' };
    assert.deepEqual(all(), [{ ...of, recent: { calls: 10, failed: 1 }, before: { calls: 0, failed: 0 } }]);
    pass(fiveMinutes - 1, 10, 1);
    pass(fiveMinutes, 1, 0);
    assert.deepEqual(all(), [
      { ...of, recent: { calls: 20, failed: 0 }, before: { calls: 200, failed: 20 } },
    ]);
    pass(12 * fiveMinutes, 2, 1);
    assert.deepEqual(all()[0]?.before, { calls: 20 + 11 * 40, failed: 11 * 20 });
    pass(fiveMinutes, 2, 1);
    assert.deepEqual(all()[0]?.before, { calls: 12 * 40, failed: 12 * 20 });
  });

  test('leave out what nobody calls any more, whose series expires and may come back', () => {
    const { values, watch, pass, all, rates, ok, failed } = setUp();
    watch();
    pass(3, 10, 5);
    values.clear();
    for (let look = 0; look < fiveMinutes; look++) rates.look();
    assert.deepEqual(all(), []);
    watch();
    pass(1, 4, 1);
    assert.deepEqual(all()[0]?.recent, { calls: 4, failed: 1 });
    assert.deepEqual([values.get(ok), values.get(failed)], [3, 1]);
  });

  test('count nothing twice where a series is made known again', () => {
    const { watch, pass, all } = setUp();
    watch();
    pass(1, 10, 5);
    watch();
    pass(1, 10, 5);
    assert.deepEqual(all()[0]?.recent, { calls: 20, failed: 10 });
  });

  test('hold a bound where names are made up', () => {
    const { rates, values } = setUp();
    for (let series = 1; series <= 10_000; series++) {
      values.set(series, 1);
      rates.watch(series, { service: 'shop', operation: `GET /${series}`, failed: false });
    }
    rates.look();
    assert.equal([...rates.all()].length, 5_000);
    values.clear();
    for (let look = 0; look < 240; look++) rates.look();
    values.set(1, 1);
    rates.watch(1, { service: 'shop', operation: 'GET /new', failed: false });
    rates.look();
    assert.deepEqual(
      [...rates.all()].map(({ operation }) => operation),
      ['GET /new'],
    );
  });
});
