import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RetentionLoop } from '../../src/app/composition/retention-loop.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { settled } from '../../src/runtime/virtual-clock.ts';
import type { MaintenanceReport } from '../../src/store/retention.ts';
import { StoreEvents } from '../../src/telemetry/store-events.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

const mib = 2 ** 20;
const idle: MaintenanceReport = {
  events: 0,
  issues: 0,
  reason: undefined,
  bytes: 50 * mib,
  maxBytes: 100 * mib,
  usedBytes: 50 * mib,
  excess: undefined,
  hasMore: false,
  tookMillis: 4,
  storingShare: 0,
  pressure: 0,
};
const evicting = { ...idle, events: 20, reason: 'size', hasMore: true } as const;

/** Steps that take 4 ms each and end as they are told to. */
function setUp(report: () => MaintenanceReport) {
  const clock = new TestClock();
  const log = new RecordingLog();
  const registry = new MetricRegistry();
  const times: number[] = [];
  let steps = 0;
  const maintain = (now: number): Promise<MaintenanceReport> => {
    times.push(now);
    steps++;
    return new Promise((resolve, reject) => {
      clock.after(4, () => void Promise.resolve().then(report).then(resolve, reject));
    });
  };
  const loop = new RetentionLoop({ clock, store: { maintain }, events: new StoreEvents(registry, log) });
  return {
    loop,
    clock,
    log,
    times,
    exposed: () => [...registry.expose()].join(''),
    /** How many steps there are while so much time goes by. */
    stepsIn: async (millis: number): Promise<number> => {
      const before = steps;
      const until = clock.monotonic() + millis;
      while (clock.monotonic() < until) {
        clock.advance(1);
        await settled();
      }
      return steps - before;
    },
  };
}

suite('what keeps the store within its bounds', () => {
  test('looks every two seconds, and ten times a second while something is stored', async () => {
    let storingShare = 0;
    const { loop, stepsIn } = setUp(() => ({ ...idle, storingShare }));
    await loop.start();
    assert.equal(await stepsIn(9_000), 4);
    storingShare = 0.01;
    await stepsIn(2_000);
    assert.equal(await stepsIn(1_040), 10);
  });

  test('rests for ten times as long as a step took, so that the store is there for others', async () => {
    const { loop, stepsIn } = setUp(() => evicting);
    await loop.start();
    assert.equal(await stepsIn(440), 10);
  });

  test('works as much as all others, while more is stored than goes', async () => {
    let storingShare = 0.5;
    let pressure = 1;
    const { loop, stepsIn } = setUp(() => ({ ...evicting, pressure, storingShare }));
    await loop.start();
    await stepsIn(100);
    assert.equal(await stepsIn(80), 10);
    storingShare = 0.2;
    await stepsIn(100);
    assert.equal(await stepsIn(200), 10);
    pressure = 4;
    await stepsIn(100);
    assert.equal(await stepsIn(80), 10);
    storingShare = 0;
    await stepsIn(100);
    assert.equal(await stepsIn(440), 10);
  });

  test('takes nothing for older when somebody sets the clock forward, and for younger when it is set back', async () => {
    const { loop, clock, stepsIn, times } = setUp(() => idle);
    const began = clock.now();
    await loop.start();
    for (const days of [400, -800]) {
      clock.setWall(days * 86_400_000);
      await stepsIn(3_000);
    }
    assert.ok(times.length >= 3);
    for (const time of times) assert.ok(time - began <= 6_000, new Date(time).toISOString());
    assert.ok(times.at(-1)! < began - 300 * 86_400_000);
  });

  test('tries again after ten seconds when it fails, and says so once', async () => {
    let fails = true;
    const { loop, log, stepsIn } = setUp(() => {
      if (fails) throw new Error('database or disk is full');
      return idle;
    });
    await loop.start();
    assert.equal(await stepsIn(30_100), 3);
    assert.equal(log.warnings.length, 1);
    assert.match(log.warnings[0]!, /cannot be kept within its bounds/);
    fails = false;
    await stepsIn(10_100);
    fails = true;
    await stepsIn(10_100);
    assert.equal(log.warnings.length, 2);
  });

  test('counts what went, by why, and how large the store is', async () => {
    const reports: MaintenanceReport[] = [
      { ...evicting, reason: 'age', events: 3, issues: 1 },
      { ...evicting, events: 5 },
    ];
    const { loop, stepsIn, exposed } = setUp(() => reports.shift() ?? idle);
    for (const reason of ['age', 'size']) {
      assert.match(exposed(), new RegExp(`tocsin_store_events_evicted_total\\{reason="${reason}"} 0\n`));
      assert.match(exposed(), new RegExp(`tocsin_store_issues_evicted_total\\{reason="${reason}"} 0\n`));
    }
    await loop.start();
    await stepsIn(1_000);
    assert.match(exposed(), /tocsin_store_events_evicted_total\{reason="age"} 3\n/);
    assert.match(exposed(), /tocsin_store_events_evicted_total\{reason="size"} 5\n/);
    assert.match(exposed(), /tocsin_store_issues_evicted_total\{reason="age"} 1\n/);
    assert.match(exposed(), /tocsin_store_bytes 52428800\n/);
    assert.match(exposed(), /tocsin_store_max_bytes 104857600\n/);
  });
});
