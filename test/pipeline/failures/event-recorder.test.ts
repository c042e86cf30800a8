import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { EventRecorder } from '../../../src/pipeline/failures/event-recorder.ts';
import { Events } from '../../../src/telemetry/events.ts';
import { failure } from '../../support/builders.ts';
import { eventually } from '../../support/eventually.ts';
import { errorPolicy } from '../../support/policy.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { TestClock } from '../../support/test-clock.ts';

const tracked = (given: Parameters<typeof failure>[0] = {}) => ({ failure: failure(given) });

function setUp(given: { refuses?: string } = {}) {
  const clock = new TestClock();
  const log = new RecordingLog();
  const registry = new MetricRegistry();
  let told = 0;
  const answers: ((ids: readonly string[]) => void)[] = [];
  const batches: number[] = [];
  const counts: number[] = [];
  const recorder = new EventRecorder({
    clock,
    policy: errorPolicy(),
    events: new Events(registry, log, new SeriesBudget(100)),
    issues: {
      record: (errors, _at, only = []) => {
        batches.push(errors.length);
        counts.push(only.length);
        if (errors.some(({ id }) => id === given.refuses))
          return Promise.reject(new Error('cannot be stored'));
        return new Promise((resolve) => answers.push(resolve));
      },
    },
    onStored: () => told++,
  });
  const counted = (): number =>
    Number(/tocsin_error_events_total\{.*} (\d+)/.exec([...registry.expose()].join(''))?.[1] ?? 0);
  return { clock, log, recorder, answers, batches, counts, told: () => told, counted };
}

test('a store that does not answer in 250 ms makes the request one to be sent again', async () => {
  const { clock, log, recorder } = setUp();
  const recording = recorder.record([tracked()]);
  clock.advance(249);
  clock.advance(1);
  await assert.rejects(recording, { name: 'StoreUnavailable' });
  assert.equal(log.errors.length, 1);
});

test('what comes while the store is at work is stored together, in its order', async () => {
  const { recorder, answers, batches } = setUp();
  const all = Array.from({ length: 5 }, () => recorder.record([tracked()]));
  assert.deepEqual(batches, [1]);
  answers[0]!([]);
  await eventually('the next', () => answers.length === 2);
  assert.deepEqual(batches, [1, 4]);
  answers[1]!([]);
  await Promise.all(all);
});

test('not more is stored together than a transaction should hold', async () => {
  const { recorder, answers, batches } = setUp();
  const many = (count: number) => recorder.record(Array.from({ length: count }, () => tracked()));
  const all = [many(1), many(100), many(100), many(100), many(300), many(1)];
  for (let i = 0; i < 5; i++) {
    await eventually('a transaction', () => answers.length === i + 1);
    answers[i]!([]);
  }
  await Promise.all(all);
  assert.deepEqual(batches, [1, 200, 100, 300, 1]);
});

test('one that cannot be stored keeps no other from it', async () => {
  const bad = tracked({ message: 'bad' });
  const { recorder, answers } = setUp({ refuses: bad.failure.id });
  const first = recorder.record([tracked()]);
  const others = [recorder.record([tracked()]), recorder.record([bad]), recorder.record([tracked()])];
  const outcomes = Promise.allSettled(others);
  answers[0]!([]);
  await first;
  let answered = 1;
  await eventually('all to be tried', async () => {
    for (; answered < answers.length; answered++) answers[answered]!([]);
    return (
      (await Promise.race([
        outcomes,
        new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
      ])) !== undefined
    );
  });
  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('a store that does not answer is not given more until it does', async () => {
  const { clock, log, recorder, answers } = setUp();
  const recording = recorder.record([tracked()]);
  clock.advance(250);
  await assert.rejects(recording, { name: 'StoreUnavailable' });
  for (let i = 0; i < 100; i++)
    await assert.rejects(recorder.record([tracked()]), { name: 'StoreUnavailable' });
  assert.equal(answers.length, 1);
  answers[0]!([]);
  await eventually('the store to be asked again', () => {
    clock.advance(1);
    recorder.record([tracked()]).catch(() => undefined);
    return answers.length === 2;
  });
  assert.match(log.infos.join(), /takes error events again/);
});

test('what is stored late is counted and told all the same, once', async () => {
  const { clock, recorder, answers, told, counted } = setUp();
  const event = tracked();
  const recording = recorder.record([event]);
  clock.advance(250);
  await assert.rejects(recording);
  answers[0]!([event.failure.id]);
  await eventually('it to be counted', () => counted() === 1);
  const again = recorder.record([event]);
  await eventually('the store to be asked again', () => {
    clock.advance(1);
    return answers.length === 2;
  });
  answers[1]!([]);
  await again;
  assert.deepEqual([counted(), told()], [1, 1]);
});

test('between two transactions it rests, the longer the more they take, and what comes meanwhile is stored together', async () => {
  const { clock, recorder, answers, batches } = setUp();
  const record = () => recorder.record([tracked()]);
  const first = record();
  clock.advance(0.2);
  answers[0]!([]);
  await first;
  const others = [record(), record()];
  clock.advance(1.9);
  others.push(record());
  assert.deepEqual(batches, [1]);
  clock.advance(0.2);
  await eventually('the others to be stored', () => answers.length === 2);
  assert.deepEqual(batches, [1, 3]);
  clock.advance(100);
  answers[1]!([]);
  await Promise.all(others);
  const late = record();
  clock.advance(4.9);
  assert.equal(answers.length, 2);
  clock.advance(0.2);
  await eventually('the last to be stored', () => answers.length === 3);
  answers[2]!([]);
  await late;
});

test('of a storm so many a minute are stored whole, and the others counted, once the first is stored', async () => {
  const { recorder, answers, batches, counts, counted } = setUp();
  const storm = Array.from({ length: 1500 }, () => tracked());
  const [first, ...others] = storm;
  const recording = recorder.record([first!]);
  answers[0]!([first!.failure.id]);
  await recording;
  const rest = recorder.record(others);
  assert.deepEqual(
    [batches, counts],
    [
      [1, 999],
      [0, 500],
    ],
  );
  answers[1]!(others.map(({ failure: { id } }) => id));
  await rest;
  assert.equal(counted(), 1500);
});

test('two of a group that are one are counted once', async () => {
  const { recorder, answers, counted } = setUp();
  const event = tracked();
  const recording = recorder.record([event, event]);
  answers[0]!([event.failure.id]);
  await recording;
  assert.equal(counted(), 1);
});

test('after events could not be stored, the next are stored whole, whatever came before', async () => {
  const bad = tracked({ fingerprint: '1:bad' });
  const { recorder, answers, batches, counts } = setUp({ refuses: bad.failure.id });
  const storm = recorder.record(Array.from({ length: 1500 }, () => tracked()));
  answers[0]!([]);
  await storm;
  await assert.rejects(recorder.record([bad]), { name: 'StoreUnavailable' });
  const next = recorder.record([tracked(), tracked()]);
  await eventually('the next to be stored', () => answers.length === 2);
  assert.deepEqual([batches.at(-1), counts.at(-1)], [2, 0]);
  answers[1]!([]);
  await next;
});

test('of a storm by a wrong clock those that are only counted are corrected as well', async () => {
  const clock = new TestClock();
  const times: number[] = [];
  const recorder = new EventRecorder({
    clock,
    policy: errorPolicy({ kept_per_minute: 1 }),
    events: new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(100)),
    issues: {
      record: (whole, _at, counted = []) => {
        times.push(...[...whole, ...counted].map(({ time }) => time));
        return Promise.resolve([...whole, ...counted].map(({ id }) => id));
      },
    },
    onStored: () => undefined,
  });
  for (let i = 0; i < 5; i++) {
    const { failure } = tracked({ time: clock.now() + 3_600_000 });
    await recorder.record([{ failure: recorder.judge(failure)! }]);
  }
  assert.deepEqual(times, Array(5).fill(clock.now()));
});

test('what a failure was called before is computed until its issue is stored, and not once more', async () => {
  const { recorder, answers } = setUp();
  let computed = 0;
  const once = (): ReturnType<typeof tracked> => {
    const each = tracked();
    each.failure.formerFingerprints = () => {
      computed++;
      return [];
    };
    return each;
  };
  const first = once();
  const recording = recorder.record([first]);
  answers[0]!([first.failure.id]);
  await recording;
  assert.equal(computed, 1);
  for (let i = 0; i < 3; i++) recorder.record([once()]).catch(() => undefined);
  assert.equal(computed, 1);
});
