import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Tasks } from '../../../src/derive/tasks/tasks.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { SpanView } from '../../../src/otlp/span-view.ts';
import { TraceScanner } from '../../../src/otlp/trace-scanner.ts';
import { redactSchema } from '../../../src/redact/config.ts';
import { Redactor } from '../../../src/redact/redactor.ts';
import { judgeOpenMetrics } from '../../support/openmetrics-judge.ts';
import { type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';
import { TestClock } from '../../support/test-clock.ts';

const minute = 60_000;
const usual = new Redactor(redactSchema.parse({}));

function setUp({ maxLines = 3000, redaction = () => usual } = {}) {
  const clock = new TestClock();
  const registry = new MetricRegistry(clock);
  const budget = new SeriesBudget(maxLines, { expireAfterMillis: 15 * minute });
  const tasks = new Tasks(registry, budget, redaction);
  const scanner = new TraceScanner();
  const view = new SpanView();
  /** Each run ends when the clock says, or as long before it as is said. */
  const run = (spec: Omit<SpanSpec, 'id'> & { endedAgo?: number }): void => {
    const end = BigInt(clock.now() - (spec.endedAgo ?? 0)) * 1_000_000n;
    const start = end - BigInt(Math.round((spec.durationMillis ?? 3) * 1e6));
    const times = { startTimeUnixNano: String(start), endTimeUnixNano: String(end) };
    const batch = scanner.scan(traceRequestBytes([{ id: 1, ...times, ...spec }]));
    view.open(batch);
    registry.expireStale();
    for (const index of batch.tasks) tasks.count(view.moveTo(index), 'shop', clock.now());
  };
  const text = (): string => [...registry.expose()].join('');
  return {
    clock,
    budget,
    tasks,
    run,
    text,
    openMetrics: () => judgeOpenMetrics(`${[...registry.expose('openmetrics')].join('')}# EOF\n`),
    job: (name: string, more: Omit<SpanSpec, 'id'> & { endedAgo?: number } = {}) =>
      run({ ...more, attributes: { 'job.name': name, ...more.attributes } }),
    task: (name: string, more: Omit<SpanSpec, 'id'> = {}) =>
      run({ ...more, attributes: { 'task.name': name, ...more.attributes } }),
    value: (series: string): number | undefined => {
      const line = text()
        .split('\n')
        .find((each) => each.startsWith(`${series} `));
      return line === undefined ? undefined : Number(line.slice(series.length + 1));
    },
  };
}

function runs(task: string, kind: string, outcome: string): string {
  return `tocsin_task_runs_total{service_name="shop",task="${task}",kind="${kind}",outcome="${outcome}"}`;
}

function lastSuccess(task: string): string {
  return `tocsin_job_last_success_timestamp_seconds{service_name="shop",task="${task}"}`;
}

suite('runs of jobs and tasks', () => {
  const cases: [name: string, spec: Omit<SpanSpec, 'id'>, expected: string][] = [
    ['a job that ended well', { attributes: { 'job.name': 'j' } }, 'job success'],
    ['a job that failed', { attributes: { 'job.name': 'j' }, failed: true }, 'job failure'],
    ['a task that failed', { attributes: { 'task.name': 'j' }, failed: true }, 'task failure'],
    [
      'an attempt before the last',
      { attributes: { 'task.name': 'j', 'task.attempt': 2, 'task.max_attempts': 3 }, failed: true },
      'task retried',
    ],
    [
      'the last attempt',
      { attributes: { 'task.name': 'j', 'task.attempt': 3, 'task.max_attempts': 3 }, failed: true },
      'task failure',
    ],
    [
      'an attempt beyond the last',
      { attributes: { 'task.name': 'j', 'task.attempt': 9, 'task.max_attempts': 3 }, failed: true },
      'task failure',
    ],
    [
      'an attempt of nobody knows how many',
      { attributes: { 'task.name': 'j', 'task.attempt': 1 }, failed: true },
      'task failure',
    ],
    [
      'attempts that are numbers as texts',
      { attributes: { 'task.name': 'j', 'task.attempt': '1', 'task.max_attempts': '3' }, failed: true },
      'task retried',
    ],
    [
      'attempts that are no numbers',
      { attributes: { 'task.name': 'j', 'task.attempt': 'one', 'task.max_attempts': true }, failed: true },
      'task failure',
    ],
    [
      'an attempt that went well',
      { attributes: { 'task.name': 'j', 'task.attempt': 1, 'task.max_attempts': 3 } },
      'task success',
    ],
    ['an exception that was handled', { attributes: { 'job.name': 'j' }, exceptions: [{}] }, 'job success'],
    [
      'a job that is also named as a task',
      { attributes: { 'task.name': 't', 'job.name': 'j' } },
      'job success',
    ],
    ['a task whose job has no name', { attributes: { 'task.name': 'j', 'job.name': '' } }, 'task success'],
  ];
  for (const [name, spec, expected] of cases) {
    test(`count ${name} as ${expected}`, () => {
      const { run, value } = setUp();
      run(spec);
      const [kind, outcome] = expected.split(' ') as [string, string];
      for (const each of ['success', 'failure', 'retried'])
        assert.equal(value(runs('j', kind, each)), each === outcome ? 1 : 0);
    });
  }

  test('are none where the name is empty', () => {
    const { task, job, text, tasks } = setUp();
    task('');
    job('');
    assert.doesNotMatch(text(), /tocsin_/);
    assert.deepEqual(tasks.book.all, []);
  });

  test('are observed in seconds, and not where a time is missing', () => {
    const { job, openMetrics, value } = setUp();
    job('j', { durationMillis: 1500 });
    job('j', { durationMillis: 2500 });
    job('j', { endTimeUnixNano: '0' });
    const samples = openMetrics().get('tocsin_task_duration_seconds')!.samples;
    const sample = (name: string): number | undefined =>
      samples.find((each) => each.name.endsWith(name))?.value;
    assert.equal(sample('_count'), 2);
    assert.equal(sample('_sum'), 4);
    assert.equal(value(runs('j', 'job', 'success')), 3);
  });

  test('stand for as many as their sampling threshold says', () => {
    const { job, value, tasks } = setUp();
    job('j', { traceState: 'ot=th:c' });
    assert.equal(value(runs('j', 'job', 'success')), 4);
    assert.equal(tasks.book.all[0]!.runs.success, 4);
  });

  test('have bounded names, and services and names are told apart whatever is in them', () => {
    const { task, tasks } = setUp();
    task('x'.repeat(1000));
    task('a\u0000b"\n');
    assert.deepEqual(
      tasks.book.all.map(({ name }) => name),
      ['x'.repeat(256), 'a\u0000b"\n'],
    );
  });
});

suite('the last success of a job', () => {
  test('is when its run ended, by the clock of the app', () => {
    const { job, value, clock } = setUp();
    job('j', { endedAgo: 5_000 });
    assert.equal(value(lastSuccess('j')), (clock.now() - 5_000) / 1000);
  });

  test('never goes back with spans that come late', () => {
    const { job, value, clock } = setUp();
    const latest = clock.now() / 1000;
    job('j');
    job('j', { endedAgo: 60_000 });
    assert.equal(value(lastSuccess('j')), latest);
  });

  test('is not in the future, or a job that never runs again would look well', () => {
    const { job, value, clock } = setUp();
    job('j', { endedAgo: -3_600_000 });
    assert.equal(value(lastSuccess('j')), clock.now() / 1000);
  });

  test('is 0 of a job that only failed, and not said of tasks', () => {
    const { job, task, value, text } = setUp();
    job('j', { failed: true });
    task('t');
    assert.equal(value(lastSuccess('j')), 0);
    assert.doesNotMatch(text(), /last_success.*task="t"/);
  });

  test('is shown for as long as it is scraped, with the runs, though a task that does not run disappears', () => {
    const { job, task, value, clock } = setUp();
    const at = clock.now() / 1000;
    job('nightly');
    task('mail');
    for (let hours = 0; hours < 48; hours += 0.2) {
      clock.advance(12 * minute);
      assert.equal(value(lastSuccess('nightly')), at);
    }
    assert.equal(value(runs('nightly', 'job', 'success')), 1);
    assert.equal(value(runs('mail', 'task', 'success')), undefined);
  });

  test('is shown of a job that ran before a restart, with runs from 0', () => {
    const before = setUp();
    before.job('nightly');
    const after = setUp();
    after.tasks.book.restore(structuredClone(before.tasks.book.all));
    assert.equal(after.value(lastSuccess('nightly')), before.clock.now() / 1000);
    assert.equal(after.value(runs('nightly', 'job', 'success')), 0);
    after.job('nightly');
    assert.equal(after.value(runs('nightly', 'job', 'success')), 1);
  });
});

suite('the budget of series', () => {
  test('holds for names without an end: what is over it is counted as overflow', () => {
    const { task, budget, text } = setUp({ maxLines: 300 });
    for (let i = 0; i < 1000; i++) task(`mail ${i}`);
    assert.ok(budget.used <= 300);
    const [, overflow] = /^tocsin_task_runs_total\{otel_metric_overflow="true"\} (\d+)$/m.exec(text())!;
    const counted = [...text().matchAll(/^tocsin_task_runs_total\{service_name.* (\d+)$/gm)];
    assert.equal(Number(overflow) + counted.reduce((sum, match) => sum + Number(match[1]), 0), 1000);
  });

  test('is left to others by jobs whose names never end, but for the last of them', () => {
    const { job, clock, text, budget } = setUp({ maxLines: 100_000 });
    for (let i = 0; i < 1000; i++) job(`import ${i}`);
    for (let i = 0; i < 3; i++) {
      clock.advance(10 * minute);
      text();
    }
    const shown = [...text().matchAll(/^tocsin_job_last_success/gm)];
    assert.equal(shown.length, 64);
    assert.ok(budget.used < 64 * 25, String(budget.used));
  });

  test('is not noted as exceeded by scrapes', () => {
    const { job, budget, text } = setUp({ maxLines: 30 });
    for (let i = 0; i < 10; i++) job(`import ${i}`);
    const { overflowed } = budget;
    text();
    assert.equal(budget.overflowed, overflowed);
  });
});

suite('secrets in names of jobs and tasks', () => {
  test('are kept nowhere: runs that differ in them only are of one', () => {
    const { job, tasks, value } = setUp();
    job('login password=hunter2x', { attributes: { 'job.schedule': '@daily token=hunter2x' } });
    job('login password=hunter3y');
    assert.equal(value(runs('login password=<redacted>', 'job', 'success')), 2);
    assert.deepEqual(
      tasks.book.all.map(({ name, schedule }) => [name, schedule]),
      [['login password=<redacted>', '@daily token=<redacted>']],
    );
  });

  test('are what the user says, from when it is said', () => {
    let redaction = usual;
    const { job, task, value } = setUp({ redaction: () => redaction });
    job('bill CUST-1');
    redaction = new Redactor(redactSchema.parse({ patterns: ['CUST-[0-9]+'], attributes: ['task.name'] }));
    job('bill CUST-1');
    job('bill CUST-2');
    task('bill');
    assert.equal(value(runs('bill CUST-1', 'job', 'success')), 1);
    assert.equal(value(runs('bill <redacted>', 'job', 'success')), 2);
    assert.equal(value(runs('<redacted>', 'task', 'success')), 1);
  });
});
