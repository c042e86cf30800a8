import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { ConfigurationEvents } from '../../src/telemetry/configuration-events.ts';
import { Events } from '../../src/telemetry/events.ts';
import { ForwardEvents } from '../../src/telemetry/forward-events.ts';
import { type OwnFailure, ownFailureFacts } from '../../src/telemetry/own-failure.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

function setUp() {
  const told: OwnFailure[] = [];
  const tell = (failure: OwnFailure): void => void told.push(failure);
  const log = new RecordingLog();
  const registry = new MetricRegistry();
  return {
    told,
    log,
    events: new Events(registry, log, new SeriesBudget(1000), tell),
    forward: new ForwardEvents(registry, log, tell),
    configuration: new ConfigurationEvents(registry, log, new TestClock(), tell),
  };
}

type Parts = ReturnType<typeof setUp>;

const full = new Error('database or disk is full');
const slow = Object.assign(new Error('not done within 250 ms'), { name: 'DeadlineExceeded' });
const url = 'http://collector:4318/v1/traces';

const cases: [expected: string, happens: (parts: Parts) => void][] = [
  ['StoreFailed high', ({ events }) => events.storeFailed(full)],
  ['StoreSlow medium', ({ events }) => events.storeFailed(slow)],
  ['StoreReplaced corrupt high', ({ events }) => events.storeReplaced('corrupt', 'it was set aside')],
  ['AlertingFailed medium', ({ events }) => events.alertingFailed(full)],
  ['JournalFailed high', ({ events }) => events.journal.failed(full)],
  ['JournalBodyLost high', ({ events }) => events.journal.bodyLost(full)],
  ['JournalFull medium', ({ events }) => events.journal.gaveUp(3)],
  ['DispatchFailed slack medium', ({ events }) => events.dispatchFailed('slack', full)],
  ['RequestFailed high', ({ events }) => events.requestFailed(new TypeError('a bug'))],
  ['AdminFailed medium', ({ events }) => events.adminFailed(new TypeError('a bug'))],
  [
    'ForwardFailing traces medium',
    ({ forward }) => forward.of('default').failing('traces', url, 'HTTP 503', 'busy'),
  ],
  [
    'ForwardRefused traces high',
    ({ forward }) => forward.of('default').refused('traces', url, 'HTTP 401', ''),
  ],
  [
    'ForwardRejected traces medium',
    ({ forward }) => forward.of('default').rejected('traces', url, 3, 'too old'),
  ],
  ['ForwardGaveUp traces high', ({ forward }) => forward.of('default').gaveUp('traces', url, 3, 'HTTP 500')],
  ['ForwardOverflowed high', ({ forward }) => forward.of('default').overflowed(1024)],
  ['ForwardTooLarge traces high', ({ forward }) => forward.of('default').tooLarge('traces', 2048, 1024)],
  ['SpoolFailed high', ({ forward }) => forward.of('default').spool.failed(full)],
  ['SpoolFailed archive high', ({ forward }) => forward.of('archive').spool.failed(full)],
  ['SpoolOverflowed high', ({ forward }) => forward.of('default').spool.gone('overflowed', 3, 0)],
  ['SpoolDamaged high', ({ forward }) => forward.of('default').spool.damaged(1)],
  ['ForwardAbandoned medium', ({ forward }) => forward.abandoned(3, false)],
  ['ForwardToItself traces high', ({ forward }) => forward.leadsToOurselves('traces', url, 'listener')],
  ['ConfigurationRefused high', ({ configuration }) => configuration.refused(['tocsin.yaml:1:1: a mistake'])],
];

suite('what fails of Tocsin itself', () => {
  for (const [expected, happens] of cases) {
    test(`is told as ${expected}, beside its line in the log`, () => {
      const parts = setUp();
      happens(parts);
      assert.equal(parts.told.length, 1);
      const { kind, subject, message } = parts.told[0]!;
      const { severity } = ownFailureFacts(kind);
      assert.equal([kind, subject, severity].filter((part) => part !== undefined).join(' '), expected);
      assert.notEqual(message, '');
      assert.equal(parts.log.errors.length + parts.log.warnings.length, 1);
    });
  }

  test('is told when it begins, where it is logged when it begins', () => {
    const { events, told } = setUp();
    for (let i = 0; i < 3; i++) {
      events.storeFailed(full);
      events.alertingFailed(full);
      events.journal.failed(full);
    }
    assert.equal(told.length, 3);
    events.storeWorked();
    events.storeFailed(full);
    assert.equal(told.length, 4);
  });

  test('is nothing where all will be well after the next start, or nothing was lost', () => {
    const { events, forward, told } = setUp();
    forward.abandoned(3, true);
    forward.of('default').works('traces', url);
    forward.of('default').remarked('traces', url, 'hello');
    events.journal.cut(1);
    events.journal.replayed(1);
    events.receiverWorks('slack', 'slack #alerts');
    assert.deepEqual(told, []);
  });
});
