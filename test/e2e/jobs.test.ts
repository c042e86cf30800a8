import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EventAnswer, PageAnswer, TaskAnswer } from '../../src/admin/contract.ts';
import { eventually } from '../support/eventually.ts';
import { Child } from './support/child.ts';
import { TocsinProcess } from './support/tocsin.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** An instrumented program that is started, runs its jobs, and ends. */
async function runJobs(endpoint: string): Promise<void> {
  const sdk = at('../../src/demo/shop/instrument-protobuf.ts');
  const app = new Child(['--import', sdk, at('support/nightly.ts')], {
    OTEL_SERVICE_NAME: 'nightly',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_NODE_RESOURCE_DETECTORS: 'env',
  });
  assert.equal((await app.exited).code, 0, app.stderr.join('\n'));
}

suite('an app with jobs and tasks', () => {
  test('has its failed job told as one, and how they go is known over a restart', async (t) => {
    const tocsin = new TocsinProcess({});
    t.after(() => tocsin.stop());
    const { otlp } = await tocsin.start();
    await runJobs(otlp);
    const tasks = async (): Promise<readonly TaskAnswer[]> =>
      ((await tocsin.api('/api/tasks')) as PageAnswer<TaskAnswer>).items;
    await eventually('the runs to be there', async () => (await tasks()).length === 3);

    const { items: events } = (await tocsin.api(
      '/api/events?job_name=nightly-import',
    )) as PageAnswer<EventAnswer>;
    assert.deepEqual(
      events.map(({ type, severity, job_id }) => [type, severity, job_id]),
      [['ENOENT', 'high', 'import-17']],
    );
    assert.match(events[0]!.message, /ENOENT.*prices\.csv/);

    const runs = (task: string, outcome: string): Promise<number> =>
      tocsin.sum('tocsin_task_runs_total', { service_name: 'nightly', task, outcome });
    assert.equal(await runs('nightly-import', 'failure'), 1);
    assert.equal(await runs('clean-up', 'success'), 1);
    assert.deepEqual([await runs('send-mail', 'retried'), await runs('send-mail', 'success')], [2, 1]);
    const mail = (await tocsin.issues()).find(({ message }) => message.includes('mailbox'));
    assert.deepEqual([mail?.severity, mail?.count], ['medium', 2]);

    const before = await tasks();
    const [cleanUp, nightly, sendMail] = before as [TaskAnswer, TaskAnswer, TaskAnswer];
    assert.deepEqual([cleanUp.success_rate, nightly.success_rate, sendMail.success_rate], [1, 0, 1]);
    assert.equal(nightly.schedule, '0 2 * * *');
    assert.equal(nightly.last_failure?.issue_id, events[0]!.issue_id);

    await tocsin.stop();
    await tocsin.start();
    assert.deepEqual(await tasks(), before);
    const lastSuccess = await tocsin.sum('tocsin_job_last_success_timestamp_seconds', { task: 'clean-up' });
    assert.equal(lastSuccess * 1000, Date.parse(cleanUp.last_success_at!));
    await runJobs(otlp);
    await eventually('the runs to be there', async () => (await tasks())[1]!.runs.failure === 2);
  });
});
