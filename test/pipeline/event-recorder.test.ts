import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { EventRecorder } from '../../src/pipeline/event-recorder.ts';
import { Events } from '../../src/telemetry/events.ts';
import { errorEvent } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

function setUp() {
  const clock = new TestClock();
  const log = new RecordingLog();
  const registry = new MetricRegistry();
  let told = 0;
  const answers: ((ids: readonly string[]) => void)[] = [];
  const recorder = new EventRecorder({
    clock,
    events: new Events(registry, log, new SeriesBudget(100)),
    issues: { record: () => new Promise((resolve) => answers.push(resolve)) },
    onStored: () => told++,
  });
  const counted = (): number =>
    Number(/tocsin_error_events_total\{.*} (\d+)/.exec([...registry.expose()].join(''))?.[1] ?? 0);
  return { clock, log, recorder, answers, told: () => told, counted };
}

test('a store that does not answer in 250 ms makes the request one to be sent again', async () => {
  const { clock, log, recorder } = setUp();
  const recording = recorder.record([errorEvent()]);
  clock.advance(249);
  clock.advance(1);
  await assert.rejects(recording, { name: 'StoreUnavailable' });
  assert.equal(log.errors.length, 1);
});

test('a store that does not answer is not given more until it does', async () => {
  const { clock, log, recorder, answers } = setUp();
  const recording = recorder.record([errorEvent()]);
  clock.advance(250);
  await assert.rejects(recording, { name: 'StoreUnavailable' });
  for (let i = 0; i < 100; i++)
    await assert.rejects(recorder.record([errorEvent()]), { name: 'StoreUnavailable' });
  assert.equal(answers.length, 1);
  answers[0]!([]);
  await eventually('the store to be asked again', () => {
    recorder.record([errorEvent()]).catch(() => undefined);
    return answers.length === 2;
  });
  assert.match(log.infos.join(), /takes error events again/);
});

test('what is stored late is counted and told all the same, once', async () => {
  const { clock, recorder, answers, told, counted } = setUp();
  const event = errorEvent();
  const recording = recorder.record([event]);
  clock.advance(250);
  await assert.rejects(recording);
  answers[0]!([event.id]);
  await eventually('it to be counted', () => counted() === 1);
  const again = recorder.record([event]);
  answers[1]!([]);
  await again;
  assert.deepEqual([counted(), told()], [1, 1]);
});
