import type { TestContext } from 'node:test';
import { OtlpHttp, type Receiver } from '../../src/intake/otlp-http.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { Events } from '../../src/telemetry/events.ts';
import { RecordingLog } from '../support/recording-log.ts';

export const limits = { maxBodyBytes: 2 ** 20, maxInFlightBytes: 2 ** 22 };

/** The door alone, which really listens, before a pipeline that does as it is told. */
export async function scriptedIntake(
  t: Pick<TestContext, 'after'>,
  receive: Receiver['receive'],
): Promise<{ port: number }> {
  const events = new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(1000));
  const { listener } = new OtlpHttp(limits, { receive }, events);
  const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, listener);
  await server.start();
  t.after(() => server.stop());
  return { port: server.address.port };
}
