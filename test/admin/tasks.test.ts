import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import type { PageAnswer, ProblemAnswer, TaskAnswer } from '../../src/admin/contract.ts';
import { taskRecord } from '../support/builders.ts';
import { TestApi } from './support.ts';

suite('GET /api/tasks', () => {
  const api = new TestApi();
  const list = (query = '') => api.get<PageAnswer<TaskAnswer>>('listTasks', `/api/tasks${query}`);
  const names = async (query = ''): Promise<string[]> =>
    (await list(query)).items.map(({ service, task, kind }) => `${service} ${task} ${kind}`);

  before(() =>
    api.tasks.restore([
      taskRecord({
        runs: { success: 3, failure: 1, retried: 4 },
        lastOutcome: 'failure',
        lastRunAt: Date.UTC(2026, 0, 3),
        lastFailure: { at: Date.UTC(2026, 0, 3), traceId: '0af7651916cd43dd8448eb211c80319c', issueId: 'i' },
        durations: [4, 1, 3, 2],
      }),
      taskRecord({
        name: 'mail',
        kind: 'task',
        schedule: '',
        durations: [],
        lastSuccessAt: 0,
        runs: { success: 0, failure: 0, retried: 1 },
        lastOutcome: 'retried',
      }),
      taskRecord({ service: 'a "quoted"', name: 'x\u0000y' }),
      taskRecord({ name: 'mail', kind: 'job' }),
    ]),
  );

  test('says how each goes', async () => {
    const { items } = await list('?service=shop&kind=job');
    assert.deepEqual(items[1], {
      service: 'shop',
      task: 'nightly-import',
      kind: 'job',
      schedule: '0 2 * * *',
      runs: { success: 3, failure: 1, retried: 4 },
      success_rate: 0.75,
      first_run_at: '2026-01-02T00:00:00.000Z',
      last_run_at: '2026-01-03T00:00:00.000Z',
      last_outcome: 'failure',
      last_success_at: '2026-01-02T00:00:00.000Z',
      last_failure: {
        at: '2026-01-03T00:00:00.000Z',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        issue_id: 'i',
      },
      duration_seconds: { p50: 2, p95: 4 },
    });
  });

  test('says nothing of what is not known', async () => {
    const { items } = await list('?kind=task');
    const { success_rate, last_success_at, last_failure, duration_seconds, schedule } = items[0]!;
    assert.deepEqual(
      [success_rate, last_success_at, last_failure, duration_seconds, schedule],
      [null, null, null, null, null],
    );
  });

  const all = ['a "quoted" x\u0000y job', 'shop mail job', 'shop mail task', 'shop nightly-import job'];

  test('lists them by service, name and kind, and those that are asked for', async () => {
    assert.deepEqual(await names(), all);
    assert.deepEqual(await names('?kind=task,job'), all);
    assert.deepEqual(await names('?service=nobody'), []);
    assert.deepEqual(await names('?last_outcome=failure,retried'), all.slice(2));
  });

  test('gives pages that follow one another, though others come and go', async () => {
    const first = await list('?limit=2');
    assert.equal(first.items.length, 2);
    api.tasks.restore([taskRecord({ service: 'a' }), taskRecord({ service: 'z' })]);
    assert.deepEqual(await names(`?limit=2&cursor=${first.next_cursor}`), all.slice(2));
    const { next_cursor } = await list(`?limit=3&cursor=${first.next_cursor}`);
    assert.equal(next_cursor, null);
  });

  for (const [query, detail] of [
    ['?kind=cron', /^kind: not one of: job, task/],
    ['?cursor=x', /^cursor: not one that a page gave out/],
    ['?cursor=WyIiXQ%3D', /^cursor: not one that a page gave out/],
    ['?name=x', /no parameter "name"/],
  ] as const) {
    test(`refuses ${query}`, async () => {
      const { status, body } = await api.ask(`/api/tasks${query}`);
      assert.equal(status, 400);
      assert.match((JSON.parse(body) as ProblemAnswer).detail, detail);
    });
  }
});
