import { readFile } from 'node:fs/promises';
import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';

/*
 * An app without requests, as cron starts it: a job that fails, one that goes well, and a task that goes well at its third attempt. To be
 * started with an SDK (`--import`), and `OTEL_EXPORTER_OTLP_ENDPOINT`.
 */

const tracer = trace.getTracer('nightly');

/** As docs/errors.md shows it. */
function run(name: string, attributes: Attributes, work: () => Promise<unknown>): Promise<boolean> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      await work();
      return true;
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      return false;
    } finally {
      span.end();
    }
  });
}

await run(
  'nightly import',
  { 'job.name': 'nightly-import', 'job.id': 'import-17', 'job.schedule': '0 2 * * *' },
  () =>
    tracer.startActiveSpan('read prices', async (span) => {
      try {
        return await readFile('/nowhere/prices.csv');
      } catch (error) {
        span.recordException(error as Error);
        throw error;
      } finally {
        span.end();
      }
    }),
);
await run('clean up', { 'job.name': 'clean-up' }, () => Promise.resolve());
for (let attempt = 1; attempt <= 3; attempt++) {
  const attributes = { 'task.name': 'send-mail', 'task.attempt': attempt, 'task.max_attempts': 3 };
  const isDone = await run('send mail', attributes, () =>
    attempt < 3 ? Promise.reject(new Error('the mailbox is full')) : Promise.resolve(),
  );
  if (isDone) break;
}
