import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import { SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { decodeTraceRequest } from '../support/otlp-reference.ts';
import { answerOverGrpc, answerOverHttp, AnswerThief, type FindAnswer } from './support/answer-thief.ts';
import { closes } from '../support/ledger-accounts.ts';
import { ledgerToClose, spanLedger } from './support/forwarded.ts';
import { TocsinProcess } from './support/tocsin.ts';

interface Exporter {
  export(spans: ReadableSpan[], done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

interface Way {
  protocol: string;
  address: 'otlp' | 'grpc';
  findAnswer: FindAnswer;
  exporterTo: (url: string) => Exporter;
  /** How often the exporter is given the same spans until it says that they are taken. */
  exports: number;
}

const ways: readonly Way[] = [
  {
    protocol: 'HTTP',
    address: 'otlp',
    findAnswer: answerOverHttp,
    exporterTo: (url) => new ProtoExporter({ url: `${url}/v1/traces` }),
    exports: 1,
  },
  {
    protocol: 'gRPC',
    address: 'grpc',
    findAnswer: answerOverGrpc,
    exporterTo: (url) => new GrpcExporter({ url }),
    // This one does not try again by itself when a connection breaks: it says that it failed, and is given the same again.
    exports: 2,
  },
];

const calls = 20;

/** What an app's SDK has recorded: one call that failed, and others. */
function recordedSpans(): ReadableSpan[] {
  const ended: ReadableSpan[] = [];
  const nothing = (): Promise<void> => Promise.resolve();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'payments' }),
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span: ReadableSpan) => ended.push(span),
        forceFlush: nothing,
        shutdown: nothing,
      },
    ],
  });
  const tracer = provider.getTracer('e2e');
  for (let call = 0; call < calls; call++) {
    const span = tracer.startSpan('charge');
    if (call === 7) {
      span.recordException(new RangeError('the card has no number'));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }
  return ended;
}

/** @returns how often it was exported until it was taken */
async function exported(exporter: Exporter, ready: () => Promise<unknown> | undefined): Promise<number> {
  const spans = recordedSpans();
  for (let attempt = 1; ; attempt++) {
    const { code } = await new Promise<{ code: number }>((resolve) => exporter.export(spans, resolve));
    if (code === 0) return attempt;
    assert.ok(attempt < 5, 'it is never taken');
    await ready();
  }
}

/** Events in the store of a process that is dead. A copy is looked at: who opens a file mends it. */
function storedEvents(dataDirectory: string): number {
  const copy = mkdtempSync(join(tmpdir(), 'tocsin-left-'));
  try {
    cpSync(dataDirectory, copy, { recursive: true });
    const database = new DatabaseSync(join(copy, 'tocsin.db'));
    const { count } = database.prepare('SELECT count(*) AS count FROM events').get() as { count: number };
    database.close();
    return count;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Kills Tocsin when its answer begins, starts it again, and has the SDK send until it is told that its spans are taken. */
async function sendAcrossKill(t: TestContext, tocsin: TocsinProcess, way: Way): Promise<void> {
  let restarted: Promise<unknown> | undefined;
  let stored = 0;
  let stolen = '';
  const dieAndStart = async (): Promise<void> => {
    await tocsin.stop('SIGKILL');
    stored = storedEvents(tocsin.dataDirectory);
    await tocsin.start();
  };
  const thief = new AnswerThief(tocsin.at[way.address], way.findAnswer, (answer) => {
    restarted = dieAndStart();
    stolen = answer.toString('latin1');
  });
  const exporter = way.exporterTo(await thief.start());
  t.after(() => thief.stop());
  assert.equal(await exported(exporter, () => restarted), way.exports);
  await exporter.shutdown();
  await restarted;
  if (way.protocol === 'HTTP') assert.match(stolen, /^HTTP\/1\.1 200 /);
  assert.equal(stored, 1, 'the failure was stored when the process died');
}

async function checkCountedOnce(tocsin: TocsinProcess): Promise<void> {
  const [issue, ...others] = await tocsin.issues('service=payments');
  assert.deepEqual([issue?.type, issue?.count, others], ['RangeError', 1, []]);
  const { items } = (await tocsin.api(`/api/issues/${issue!.id}/events`)) as { items: object[] };
  assert.equal(items.length, 1);
  const labels = { service_name: 'payments' };
  assert.equal(await tocsin.sum('traces_span_metrics_calls_total', labels), calls);
}

suite('killed after the commit and before the answer is read, then sent the same by the SDK', () => {
  for (const way of ways) {
    test(`over ${way.protocol}: it is a duplicate, and forwarded and counted once`, async (t) => {
      const backEnd = new OtlpBackEnd();
      // Until all is over nothing is taken there: the request is still in the journal when the process dies.
      backEnd.otherwise = { status: 503 };
      const tocsin = new TocsinProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: await backEnd.start() });
      t.after(async () => {
        await tocsin.stop();
        await backEnd.stop();
      });
      await tocsin.start();
      await sendAcrossKill(t, tocsin, way);
      const ledger = await spanLedger(tocsin);
      assert.partialDeepStrictEqual(ledger, { received: 2 * calls, duplicate: calls, pending: calls });
      await checkCountedOnce(tocsin);

      const taken: string[] = [];
      backEnd.otherwise = ({ body }) => {
        taken.push(...spanIdsIn(body));
        return {};
      };
      const { forwarded, duplicate } = await eventually('all of it to be forwarded', async () => {
        const now = await spanLedger(tocsin);
        return closes(now) && now['pending'] === 0 ? now : undefined;
      });
      assert.deepEqual([forwarded, duplicate], [calls, calls]);
      assert.deepEqual([taken.length, new Set(taken).size], [calls, calls]);
    });

    test(`over ${way.protocol}, with nothing left to do of it: it is counted once`, async (t) => {
      const tocsin = new TocsinProcess({});
      t.after(() => tocsin.stop());
      await tocsin.start();
      await sendAcrossKill(t, tocsin, way);
      // The journal may have been told before the end that it is done: then the retry is all that this process knows of it.
      const { received, duplicate } = await ledgerToClose(tocsin);
      assert.equal(received - duplicate, calls);
      await checkCountedOnce(tocsin);
    });
  }
});

function spanIdsIn(body: Uint8Array): string[] {
  return (decodeTraceRequest(body).resourceSpans ?? [])
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .flatMap(({ spans = [] }) => spans)
    .map(({ spanId }) => Buffer.from(spanId!).toString('hex'));
}
