import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AppActivity } from '../../src/derive/app-activity.ts';

const second = 1_000;
const minute = 60 * second;

/** Heard of at each of these times. */
function activityAt(...times: number[]): AppActivity {
  const activity = new AppActivity();
  for (const time of times) activity.heard('shop', 'prod', time);
  return activity;
}
const every = (millis: number, until: number, from = 0): number[] =>
  Array.from({ length: Math.floor((until - from) / millis) + 1 }, (_, i) => from + i * millis);

suite('what is heard of apps', () => {
  const cases: [what: string, times: number[], isSteady: boolean][] = [
    ['every 5 s, for 10 min', every(5 * second, 10 * minute), true],
    ['every 5 s, for an hour', every(5 * second, 60 * minute), true],
    ['once a minute', every(minute, 20 * minute), true],
    ['every 2 minutes', every(2 * minute, 20 * minute), false],
    ['for 5 minutes only', every(5 * second, 5 * minute), false],
    ['a lot, then nothing for 3 minutes, then once', [...every(second, 20 * minute), 23 * minute], true],
    ['a lot, then nothing for half an hour, then once', [...every(second, 20 * minute), 50 * minute], false],
    ['now and then', [0, 3, 4, 9, 10, 17].map((at) => at * minute), false],
  ];
  for (const [what, times, isSteady] of cases)
    test(`${isSteady ? 'is' : 'is not'} steady: ${what}`, () => {
      const last = times.at(-1)!;
      assert.deepEqual(activityAt(...times).all(last + minute), [
        { service: 'shop', environment: 'prod', silentMillis: minute, wasSteady: isSteady },
      ]);
    });

  test('is broken by anything that comes of which nobody knows whose it is', () => {
    const activity = activityAt(0);
    activity.heardAnything(5 * minute);
    assert.equal(activity.all(6 * minute)[0]?.silentMillis, minute);
  });

  test('is anything at all, or not', () => {
    const activity = new AppActivity();
    assert.equal(activity.hasHeard, false);
    activity.heardAnything(1);
    assert.equal(activity.hasHeard, true);
    assert.equal(activityAt(1).hasHeard, true);
  });

  test('ends after a day, and holds a bound', () => {
    const activity = activityAt(0);
    assert.equal(activity.all(24 * 60 * minute).length, 1);
    assert.equal(activity.all(24 * 60 * minute + 1).length, 0);
    for (let i = 0; i < 2_000; i++) activity.heard(`service ${i}`, '', 0);
    assert.equal(activity.all(0).length, 1_000);
  });

  test('knows the environment of a service, though it is silent for days', () => {
    const activity = activityAt(0);
    activity.all(72 * 60 * minute);
    assert.deepEqual([activity.environmentOf('shop'), activity.environmentOf('other')], ['prod', '']);
  });

  test('of several environments of a service takes the first for as long as that is named', () => {
    const activity = activityAt(0);
    const heardOf = (environment: string, at: number): string => {
      activity.heard('shop', environment, at);
      return activity.environmentOf('shop');
    };
    assert.equal(heardOf('', minute), 'prod');
    assert.equal(heardOf('staging', 10 * minute), 'prod');
    assert.equal(heardOf('staging', 10 * minute + 1), 'staging');
    assert.equal(heardOf('prod', 12 * minute), 'staging');
  });

  test('knows environments of so many services only', () => {
    const activity = activityAt(0);
    for (let i = 0; i < 1_000; i++) activity.heard(`service ${i}`, 'prod', 0);
    assert.deepEqual([activity.environmentOf('shop'), activity.environmentOf('service 999')], ['', 'prod']);
  });
});
