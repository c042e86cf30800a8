import { randomUUID } from 'node:crypto';
import { apiApp } from '../admin/api-app.ts';
import { publicApp } from '../admin/public-app.ts';
import type { AdminToken } from '../admin/token.ts';
import { newIssueDefaults } from '../alerting/new-issue.ts';
import { CallMetrics, noCallMetrics } from '../derive/calls.ts';
import { TargetInfo } from '../derive/target-info.ts';
import { Forwarder } from '../forward/forwarder.ts';
import { listenerBehind } from '../forward/own-endpoint.ts';
import { shownUrl } from '../forward/signals.ts';
import { exposition } from '../metrics/exposition.ts';
import type { ExpositionFormat } from '../metrics/exposition-format.ts';
import { MetricRegistry } from '../metrics/registry.ts';
import { SeriesBudget } from '../metrics/series-budget.ts';
import { NoiseAudit } from '../noise/audit.ts';
import { noiseOptions } from '../noise/config.ts';
import { Noise } from '../noise/noise.ts';
import { Dispatcher } from '../notify/dispatcher.ts';
import type { Receiver } from '../notify/receiver.ts';
import type { Signal } from '../otlp/signal.ts';
import { EventRecorder } from '../pipeline/event-recorder.ts';
import { PassThrough } from '../pipeline/pass-through.ts';
import { TracePipeline } from '../pipeline/trace-pipeline.ts';
import type { Clock } from '../runtime/clock.ts';
import { type Address, HttpServer } from '../runtime/http-server.ts';
import { type Component, Lifecycle, together } from '../runtime/lifecycle.ts';
import type { Store } from '../store/store.ts';
import { Events } from '../telemetry/events.ts';
import { ForwardEvents } from '../telemetry/forward-events.ts';
import type { Log } from '../telemetry/log.ts';
import { AlertingLoop } from './alerting-loop.ts';
import { exposeBuildInfo } from './build-info.ts';
import { composeIntake } from './compose-intake.ts';
import { storeGauges } from './gauges.ts';
import { health } from './health.ts';
import { thisMachine } from './machine.ts';
import type { Forwarding } from './greeting.ts';
import type { Configuration } from './options.ts';

/** Where the program touches the world. Running, replaying and testing differ in these and in nothing else. */
export interface Edges {
  clock: Clock;
  log: Log;
  store: Component & { calls: Store };
  receivers: readonly Receiver[];
  tokens: readonly AdminToken[];
  /** Where the journal is; undefined = there is none. */
  journalDirectory: string | undefined;
  /** Metrics of the process, in the text format; a whole number of lines. */
  processMetrics: () => Promise<string>;
  /** 0 to 1. */
  random: () => number;
}

export interface Tocsin extends Component {
  /** Where it listens, once it has started. */
  readonly addresses: () => { otlpHttp: Address; metrics: Address; admin: Address };
  /** Where what is kept is sent, once it has started. */
  readonly forwarding: () => Forwarding;
}

/** Joins all parts: the only place that knows them all. */
export function compose(configuration: Configuration, edges: Edges): Tocsin {
  const { clock, log, random } = edges;
  const store = edges.store.calls;
  const registry = new MetricRegistry(clock);
  const { max_series: maxLines, expire_after: expireAfterMillis } = configuration.metrics;
  const budget = new SeriesBudget(maxLines, expireAfterMillis === 0 ? {} : { expireAfterMillis });
  // OpenMetrics wants it before all others.
  const targets = new TargetInfo(registry, budget);
  exposeBuildInfo(registry);
  const events = new Events(registry, log, budget);
  const noise = new Noise(noiseOptions(configuration.noise));
  const audit = new NoiseAudit(clock);
  for (const rule of noise.names) events.noiseRuleKnown(rule);

  const dispatchers = edges.receivers.map(
    (receiver) => new Dispatcher(receiver, { clock, store, events, random }),
  );
  const receivers = edges.receivers.map(({ name }) => name);
  const wakeDispatchers = (): void => {
    for (const dispatcher of dispatchers) dispatcher.wake();
  };
  const alerting = new AlertingLoop({
    clock,
    store,
    events,
    rule: newIssueDefaults,
    receivers,
    onIncidents: wakeDispatchers,
  });
  const wakeAlerting = (): void => alerting.wake();

  const forwardEvents = new ForwardEvents(registry, log);
  const instance = randomUUID();
  const isJournaled = configuration.intake.journal && edges.journalDirectory !== undefined;
  const forwarder = new Forwarder(configuration.forward, {
    clock,
    events: forwardEvents,
    instance,
    isJournaled,
    random,
  });
  /** The way out for a signal; undefined if it was given no endpoint. */
  const sinkFor = (signal: Signal): Forwarder | undefined =>
    forwarder.targets.some((target) => target.signal === signal) ? forwarder : undefined;

  const { duration_unit: unit, buckets: bounds, dimensions, span_metrics } = configuration.metrics;
  // Somebody who follows an exemplar must find its trace.
  const sink = sinkFor('traces');
  const exemplars = sink !== undefined;
  const calls = span_metrics
    ? new CallMetrics(registry, budget, { unit, bounds, dimensions, exemplars })
    : noCallMetrics(registry);
  const recorder = new EventRecorder({ clock, issues: store, events, onStored: wakeAlerting });
  const intake = composeIntake(configuration, edges, events, instance, {
    traces: new TracePipeline({ clock, noise, audit, calls, targets, recorder, events, sink }),
    logs: new PassThrough('logs', events, sinkFor('logs')),
    metrics: new PassThrough('metrics', events, sinkFor('metrics')),
  });

  const gauges = storeGauges(registry, store, receivers, clock);
  let started = false;
  async function* metrics(format: ExpositionFormat): AsyncGenerator<string> {
    await gauges.refresh();
    yield* exposition(registry, await edges.processMetrics(), format);
  }
  const onUnexpected = (error: unknown): void => events.requestFailed(error);
  const healthNow = () =>
    health({ store, receivers: () => dispatchers.map((dispatcher) => dispatcher.health) });

  const publicListener = new HttpServer(
    'metrics listener',
    configuration.metrics.listen,
    publicApp({ metrics, health: healthNow, ready: () => started, onUnexpected }),
  );
  const apiDependencies = {
    clock,
    issues: store,
    onChanged: wakeAlerting,
    tokens: edges.tokens,
    onUnexpected,
  };
  const adminListener = new HttpServer('admin listener', configuration.admin.listen, apiApp(apiDependencies));

  // Downstream first: nothing is taken in before there is somewhere to put it and somebody to tell.
  const parts = new Lifecycle([
    edges.store,
    ...(intake.journal === undefined ? [] : [intake.journal]),
    together('dispatchers', dispatchers),
    alerting,
    forwarder,
    together('listeners for people and machines', [publicListener, adminListener]),
    intake.component,
  ]);
  const toOurselves: Signal[] = [];
  /** Only now, since before nobody knows which port a listener on port 0 has. */
  const avoidOurselves = (): void => {
    const listeners = [
      { ...intake.address(), name: intake.listenerName },
      { ...publicListener.address, name: publicListener.name },
      { ...adminListener.address, name: adminListener.name },
    ];
    for (const { signal, url } of forwarder.targets) {
      const own = listenerBehind(url, listeners, thisMachine());
      if (own === undefined) continue;
      toOurselves.push(signal);
      forwarder.turnAway(signal);
      forwardEvents.leadsToOurselves(signal, shownUrl(url), own.name);
    }
  };
  return {
    name: 'tocsin',
    start: async () => {
      await parts.start();
      avoidOurselves();
      started = true;
    },
    stop: async () => {
      started = false;
      await parts.stop();
    },
    addresses: () => ({
      otlpHttp: intake.address(),
      metrics: publicListener.address,
      admin: adminListener.address,
    }),
    forwarding: () => ({
      targets: forwarder.targets.map(({ signal, url }) => ({ signal, url: shownUrl(url) })),
      toOurselves,
    }),
  };
}
