import type { AlertStep } from '../../src/alerting/alert-store.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { noRouting, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import { AlertingLoop } from '../../src/app/composition/alerting-loop.ts';
import { SilenceBook } from '../../src/app/composition/silence-book.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import type { Budget } from '../../src/notify/budget.ts';
import { Dispatcher } from '../../src/notify/dispatcher.ts';
import { Links } from '../../src/notify/links.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import type { Store } from '../../src/store/store.ts';
import { Events } from '../../src/telemetry/events.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { errorEvent } from '../support/builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';

/** Ten minutes before the night that `nightRoutes` knows. */
const evening = Date.parse('2026-11-30T21:50Z');
const resolve = { kind: 'resolve', inNextVersion: false } as const;

/** Alerting and receivers over a real store, on a clock that is moved by hand. */
export async function startAlerting(
  routing: RoutingOptions,
  given: {
    store?: InlineStore;
    failSteps?: number;
    receivers?: readonly RecordingReceiver[];
    at?: number;
    budget?: Budget;
    dryRun?: boolean;
    fallbacks?: Readonly<Record<string, string>>;
  } = {},
) {
  const clock = new VirtualClock(given.at ?? evening);
  const store = given.store ?? new InlineStore();
  if (given.store === undefined) await store.start();
  const log = new RecordingLog();
  const events = new Events(new MetricRegistry(), log, new SeriesBudget(1000));
  const { receivers = ['slack', 'pager'].map((name) => new RecordingReceiver(name)) } = given;
  let { failSteps = 0 } = given;
  const calls: Store = Object.assign(Object.create(store.calls) as Store, {
    commitStep: (step: AlertStep) =>
      failSteps-- > 0 ? Promise.reject(new Error('full')) : store.calls.commitStep(step),
  });
  const { budget, dryRun = false, fallbacks = {} } = given;
  const shared = { clock, store: calls, events, ...(budget && { budget }) };
  const wakeAll = (): void => {
    for (const dispatcher of dispatchers) dispatcher.wake();
  };
  const dispatchers: readonly Dispatcher[] = receivers.map(
    (receiver) =>
      new Dispatcher(receiver, {
        ...shared,
        random: () => 0,
        links: new Links(),
        fallback: fallbacks[receiver.name],
        onFallback: wakeAll,
        onDryRunEnded: () => loop.storeReplaced(),
      }),
  );
  for (const dispatcher of dispatchers) dispatcher.dryRun(dryRun);
  const loop: AlertingLoop = new AlertingLoop({
    ...shared,
    rules: { issues: issueRuleDefaults, conditions: {}, own: [] },
    redact: (text) => text,
    routing,
    receivers: receivers.map(({ name }) => name),
    onCommitted: () => undefined,
    fallbacks,
    onIncidents: wakeAll,
  });
  const silences = new SilenceBook({ clock, store: calls, onChanged: () => loop.silencesChanged() });
  const parts = [...dispatchers, loop];
  for (const part of parts) await part.start();
  const pass = (millis: number): Promise<void> => clock.advanceTo(clock.now() + millis);
  await pass(0);
  const stop = async (): Promise<void> => {
    for (const part of parts.toReversed()) await part.stop();
  };
  /** Everything that was told since this was asked before. */
  const heard = (): string[] => {
    const all = receivers.flatMap(({ name, shown }) =>
      shown.map(({ message, in: edited }) => {
        const service = message.summary.split(' ')[1];
        return `${name}${edited === undefined ? '' : ' again'}: ${service} ${message.severity} ${message.state}`;
      }),
    );
    for (const { shown } of receivers) shown.length = 0;
    return all;
  };
  const record = async (...failures: Partial<ErrorEvent>[]): Promise<void> => {
    const made = failures.map((each) =>
      errorEvent({ environment: '', fingerprint: `1:${each.service}${each.severity}`, ...each }),
    );
    await store.calls.record(made, clock.now());
    loop.wake();
    await pass(300);
  };
  const fail = async (...failures: Partial<ErrorEvent>[]): Promise<string[]> => {
    await record(...failures);
    return heard();
  };
  const resolveAll = async (service: string): Promise<void> => {
    const { items } = await store.calls.listIssues({ limit: 10, service });
    for (const { id } of items) await store.calls.changeIssue(id, resolve, 'alice', clock.now());
    loop.wake();
    await pass(300);
  };
  const setDryRun = async (isOn: boolean): Promise<void> => {
    for (const dispatcher of dispatchers) dispatcher.dryRun(isOn);
    await pass(0);
  };
  return {
    clock,
    store,
    loop,
    silences,
    receivers,
    setDryRun,
    log,
    pass,
    heard,
    record,
    fail,
    resolveAll,
    stop,
  };
}

/** To the pager what is critical, and what batch jobs do, but for the night. */
export const nightRoutes: RoutingOptions = {
  ...noRouting,
  route: routeSpec({
    receiver: 'slack',
    routes: [
      { receiver: 'pager', matchers: ['severity="critical"'] },
      { receiver: 'pager', matchers: ['service="batch"'], mute_time_intervals: ['night'] },
    ],
  }),
  time_intervals: [
    { name: 'night', time_intervals: [{ times: [{ first: 22 * 60, last: 24 * 60 - 1 }], location: 'UTC' }] },
  ],
};
