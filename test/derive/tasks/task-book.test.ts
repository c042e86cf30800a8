import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mostTasks, TaskBook } from '../../../src/derive/tasks/task-book.ts';
import {
  durationAt,
  type EndedRun,
  keptDurations,
  successRate,
  type TaskRecord,
} from '../../../src/derive/tasks/task-record.ts';

function ended(given: Partial<EndedRun> = {}): EndedRun {
  return {
    outcome: 'success',
    endedAt: 1000,
    duration: 1,
    schedule: '',
    weight: 1,
    traceId: 'a',
    issueId: undefined,
    ...given,
  };
}

const nightly = { service: 'shop', kind: 'job', name: 'nightly' } as const;

suite('the record of a task', () => {
  test('has what is known of the latest run, in whatever order the runs are heard of', () => {
    const runs = [
      ended({ endedAt: 1000, schedule: '0 1 * * *' }),
      ended({ endedAt: 3000, outcome: 'failure', traceId: 'c', issueId: 'i', schedule: '0 2 * * *' }),
      ended({ endedAt: 2000, outcome: 'failure', traceId: 'b' }),
      ended({ endedAt: 2500, outcome: 'retried' }),
    ];
    for (const order of [runs, runs.toReversed()]) {
      const book = new TaskBook();
      for (const run of order) book.add(nightly, run);
      const { durations, ...record } = book.all[0]!;
      assert.equal(durations.length, 4);
      assert.deepEqual(record, {
        ...nightly,
        schedule: '0 2 * * *',
        runs: { success: 1, failure: 2, retried: 1 },
        firstRunAt: 1000,
        lastRunAt: 3000,
        lastOutcome: 'failure',
        lastSuccessAt: 1000,
        lastFailure: { at: 3000, traceId: 'c', issueId: 'i' },
      });
    }
  });

  test('has the share of the ended runs that went well; an attempt before another is no end', () => {
    const book = new TaskBook();
    const record = book.add(nightly, ended({ outcome: 'retried' }));
    assert.equal(successRate(record), undefined);
    book.add(nightly, ended({ weight: 3 }));
    book.add(nightly, ended({ outcome: 'failure' }));
    assert.equal(successRate(record), 0.75);
  });

  test('has the durations of the last runs, exactly', () => {
    const book = new TaskBook();
    const record = book.add(nightly, ended({ duration: undefined }));
    assert.equal(durationAt(record, 0.5), undefined);
    for (let i = 0; i < 50; i++) book.add(nightly, ended({ duration: 1_000_000 }));
    for (let i = keptDurations; i > 0; i--) book.add(nightly, ended({ duration: i }));
    assert.equal(record.durations.length, keptDurations);
    assert.equal(durationAt(record, 0.5), 50);
    assert.equal(durationAt(record, 0.95), 95);
    assert.equal(durationAt(record, 1), 100);
  });
});

suite('the book of tasks', () => {
  test('goes on where the process before ended, also if runs came before that was read', () => {
    const first = new TaskBook();
    first.add(nightly, ended({ endedAt: 1000 }));
    first.add(nightly, ended({ endedAt: 2000, outcome: 'failure', issueId: 'i' }));
    first.add({ ...nightly, name: 'other' }, ended());
    const second = new TaskBook();
    second.add(nightly, ended({ endedAt: 3000 }));
    second.restore(structuredClone(first.all));
    const [other, record] = second.all as [TaskRecord, TaskRecord];
    assert.equal(other.name, 'other');
    assert.deepEqual(record.runs, { success: 2, failure: 1, retried: 0 });
    assert.equal(record.lastFailure?.issueId, 'i');
    assert.deepEqual([record.firstRunAt, record.lastRunAt, record.lastSuccessAt], [1000, 3000, 3000]);
  });

  test('forgets those that have not run for the longest time', () => {
    const book = new TaskBook();
    for (let i = 0; i < mostTasks; i++) book.add({ ...nightly, name: String(i) }, ended());
    book.add({ ...nightly, name: '0' }, ended());
    book.add({ ...nightly, name: 'new' }, ended());
    const names = book.all.map(({ name }) => name);
    assert.equal(names.length, mostTasks);
    assert.ok(names.includes('0') && names.includes('new') && !names.includes('1'));
    assert.equal(book.takeChanged().length, mostTasks, 'what was forgotten is not kept either');
  });

  test('tells apart what differs in service, kind or name only', () => {
    const book = new TaskBook();
    for (const [service, kind, name] of [
      ['a', 'job', 'b'],
      ['a', 'task', 'b'],
      ['ab', 'job', ''],
      ['', 'job', 'ab'],
    ] as const)
      book.add({ service, kind, name }, ended());
    assert.equal(book.all.length, 4);
  });

  test('says once what has changed, and again if that could not be kept', () => {
    const book = new TaskBook();
    book.add(nightly, ended());
    book.add(nightly, ended());
    const taken = book.takeChanged();
    assert.equal(taken.length, 1);
    assert.deepEqual(book.takeChanged(), []);
    book.putBack(taken);
    assert.deepEqual(book.takeChanged(), taken);
  });
});
