import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { type Maintained, StoreEvents } from '../../src/telemetry/store-events.ts';
import { RecordingLog } from '../support/recording-log.ts';

const hour = 3_600_000;
const nothing: Maintained = {
  events: 0,
  issues: 0,
  reason: undefined,
  bytes: 1000,
  maxBytes: 2000,
  excess: undefined,
};

function setUp() {
  const log = new RecordingLog();
  return { log, events: new StoreEvents(new MetricRegistry(), log) };
}

suite('what is told of the store', () => {
  test('is nothing of old events that go', () => {
    const { log, events } = setUp();
    events.maintained({ ...nothing, reason: 'age', events: 500 }, 0);
    assert.deepEqual([log.warnings, log.errors, log.infos], [[], [], []]);
  });

  test('is that others go for want of room: at once, and then with their number once an hour', () => {
    const { log, events } = setUp();
    const bySize = (count: number, at: number): void =>
      events.maintained({ ...nothing, reason: 'size', events: count }, at);
    bySize(5, 0);
    assert.match(log.warnings[0]!, /"events":5,.*store\.max_size/);
    for (let i = 1; i < 100; i++) bySize(10, i * 1000);
    assert.equal(log.warnings.length, 1);
    events.maintained(nothing, hour);
    assert.match(log.warnings[1]!, /"events":990,/);
    events.maintained(nothing, 3 * hour);
    assert.equal(log.warnings.length, 2);
  });

  test('is that it stays too large, with what to do, when that begins and when it is over', () => {
    const { log, events } = setUp();
    assert.equal(events.problem, undefined);
    for (let i = 0; i < 3; i++) events.maintained({ ...nothing, excess: 'nothing_to_evict' }, i);
    assert.equal(log.errors.length, 1);
    assert.match(log.errors[0]!, /Resolve what is done, .*or raise store\.max_size/);
    assert.match(events.problem ?? '', /nothing is left in it that may go/);
    events.maintained({ ...nothing, excess: 'cannot_shrink' }, 4);
    assert.match(log.errors[1]!, /VACUUM/);
    for (let i = 5; i < 8; i++) events.maintained(nothing, i);
    assert.equal(log.infos.length, 1);
    assert.equal(events.problem, undefined);
  });
});
