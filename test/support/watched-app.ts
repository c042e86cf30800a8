import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { composeCore, composeMetering } from '../../src/app/composition/compose-core.ts';
import { TaskKeeper } from '../../src/app/composition/task-keeper.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { kind, type SpanSpec, traceRequestBytes } from './otlp-builders.ts';
import { RecordingLog } from './recording-log.ts';
import { RecordingReceiver } from './recording-receiver.ts';

export const second = 1_000;
export const minute = 60 * second;

interface Given {
  store?: InlineStore;
  clock?: VirtualClock;
  rules?: object[];
  /** Routes, inhibition and the like. */
  alerts?: object;
  /** Names of receivers, each of which is told. */
  receivers?: readonly string[];
  errors?: object;
}

const shop = { 'service.name': 'shop', 'deployment.environment.name': 'prod' };

/** All that there is between intake and receivers, on a clock that is moved by hand. */
export async function watchedApp(t: TestContext, given: Given = {}) {
  const { store = new InlineStore(), rules = [], clock = new VirtualClock(Date.UTC(2026, 0, 2)) } = given;
  const { alerts = {}, errors = {}, receivers: names = ['recorder'] } = given;
  if (given.store === undefined) await store.start();
  const receivers = names.map((name) => new RecordingReceiver(name));
  const [receiver] = receivers as [RecordingReceiver];
  const log = new RecordingLog();
  const unwell: { part: string; detail: string }[] = [];
  const configured = names.map((name) => ({ name, webhook: { url: 'http://127.0.0.1:9/' } }));
  const configuration = configurationSchema.parse({
    errors,
    alerts: { rules, receivers: configured, ...alerts },
  });
  const core = composeCore(configuration, {
    clock,
    log,
    metering: composeMetering(configuration, clock),
    store: store.calls,
    receivers,
    random: () => 0,
    sinkFor: () => undefined,
    unwell: () => unwell,
    onCommitted: () => undefined,
  });
  const keeper = new TaskKeeper({ clock, store: store.calls, book: core.tasks.book });
  const parts = [core.versions, keeper, ...core.dispatchers, core.alerting];
  for (const part of parts) await part.start();
  const stop = async (): Promise<void> => {
    for (const part of parts.toReversed()) await part.stop();
  };
  t.after(stop);
  t.after(() => assert.deepEqual(log.errors, []));
  const pass = (millis: number): Promise<void> => clock.advanceTo(clock.monotonic() + millis);
  let lastTrace = 0;
  /** Calls that the shop answers, each a trace of its own, so many of which fail. */
  const answer = async (
    calls: number,
    failed = 0,
    given: Partial<SpanSpec> = {},
    resource = {},
  ): Promise<void> => {
    const spans = Array.from(
      { length: calls },
      (_, i): SpanSpec => ({
        trace: ++lastTrace,
        id: 1,
        name: 'GET /cart',
        kind: kind.server,
        failed: i < failed,
        attributes: { 'http.response.status_code': i < failed ? 500 : 200 },
        ...given,
      }),
    );
    await core.acceptors.traces.accept(traceRequestBytes(spans, { ...shop, ...resource }));
  };
  /** For so many minutes, every 5 seconds. */
  const keepAnswering = async (
    minutes: number,
    calls = 1,
    failed = 0,
    given: Partial<SpanSpec> = {},
  ): Promise<void> => {
    for (let i = 0; i < (minutes * minute) / (5 * second); i++) {
      await answer(calls, failed, given);
      await pass(5 * second);
    }
  };
  /** What was told since this was asked before, posts and ends. */
  const heard = (by = receiver): string[] =>
    by.shown
      .splice(0)
      .filter(({ message, in: edited }) => edited === undefined || message.state === 'ended')
      .map(({ message }) => message.summary);
  return { clock, core, store, unwell, receiver, receivers, stop, pass, answer, keepAnswering, heard };
}
