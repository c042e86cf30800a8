import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Silence } from '../../../src/derive/breakers/silence.ts';

interface Example {
  promise: string;
  calls?: number;
  /** The last so many of them. */
  failed: number;
  everyMillis?: number;
  work: number;
  silentMillis: number;
  isSuspect: boolean;
}

const examples: Example[] = [
  {
    promise: 'calls that failed have stopped, and work goes on',
    failed: 5,
    work: 10,
    silentMillis: 5_000,
    isSuspect: true,
  },
  { promise: 'not while they may only be late', failed: 5, work: 10, silentMillis: 4_999, isSuspect: false },
  {
    promise: 'not where they are seldom anyway',
    failed: 5,
    everyMillis: 1_000,
    work: 10,
    silentMillis: 19_000,
    isSuspect: false,
  },
  {
    promise: 'where they are seldom, after twenty that did not come',
    failed: 5,
    everyMillis: 1_000,
    work: 10,
    silentMillis: 20_000,
    isSuspect: true,
  },
  {
    promise: 'not where nothing else is done either',
    failed: 5,
    work: 4,
    silentMillis: 60_000,
    isSuspect: false,
  },
  { promise: 'not where they were well', failed: 0, work: 100, silentMillis: 60_000, isSuspect: false },
  {
    promise: 'not where a few failed among many',
    failed: 3,
    work: 100,
    silentMillis: 60_000,
    isSuspect: false,
  },
  { promise: 'not of a few calls', calls: 9, failed: 9, work: 100, silentMillis: 60_000, isSuspect: false },
];

suite('a breaker of the app’s own is suspected to be open', () => {
  for (const { promise, calls = 20, failed, everyMillis = 100, work, silentMillis, isSuspect } of examples)
    test(promise, () => {
      const instance = { work: 0 };
      const silence = new Silence(instance);
      for (let call = 0; call < calls; call++) silence.called(call * everyMillis, call >= calls - failed);
      instance.work += work;
      silence.look((calls - 1) * everyMillis + silentMillis);
      assert.equal(silence.isSuspect, isSuspect);
    });

  test('until calls come again', () => {
    const instance = { work: 0 };
    const silence = new Silence(instance);
    for (let call = 0; call < 20; call++) silence.called(call * 100, true);
    instance.work = 10;
    silence.look(60_000);
    assert.ok(silence.isSuspect);
    silence.called(60_000, false);
    assert.ok(!silence.isSuspect);
    silence.look(200_000);
    assert.ok(!silence.isSuspect);
  });
});
