import { apiApp } from '../admin/api-app.ts';
import { publicApp } from '../admin/public-app.ts';
import type { AdminToken } from '../admin/token.ts';
import { newIssueDefaults } from '../alerting/new-issue.ts';
import { CallMetrics, noCallMetrics } from '../derive/calls.ts';
import { TargetInfo } from '../derive/target-info.ts';
import { OtlpHttp } from '../intake/otlp-http.ts';
import { exposition } from '../metrics/exposition.ts';
import type { ExpositionFormat } from '../metrics/exposition-format.ts';
import { MetricRegistry } from '../metrics/registry.ts';
import { SeriesBudget } from '../metrics/series-budget.ts';
import { Noise, noiseRules } from '../noise/noise.ts';
import { Dispatcher } from '../notify/dispatcher.ts';
import type { Receiver } from '../notify/receiver.ts';
import { TracePipeline } from '../pipeline/trace-pipeline.ts';
import type { Clock } from '../runtime/clock.ts';
import { type Address, HttpServer } from '../runtime/http-server.ts';
import { type Component, Lifecycle, together } from '../runtime/lifecycle.ts';
import type { Store } from '../store/store.ts';
import { Events } from '../telemetry/events.ts';
import type { Log } from '../telemetry/log.ts';
import { AlertingLoop } from './alerting-loop.ts';
import { exposeBuildInfo } from './build-info.ts';
import { storeGauges } from './gauges.ts';
import { health } from './health.ts';
import type { Configuration } from './options.ts';

/** Where the program touches the world. Running, replaying and testing differ in these and in nothing else. */
export interface Edges {
  clock: Clock;
  log: Log;
  store: Component & { calls: Store };
  receivers: readonly Receiver[];
  tokens: readonly AdminToken[];
  /** Metrics of the process, in the text format; a whole number of lines. */
  processMetrics: () => Promise<string>;
  /** 0 to 1. */
  random: () => number;
}

export interface Tocsin extends Component {
  /** Where it listens, once it has started. */
  readonly addresses: () => { otlpHttp: Address; metrics: Address; admin: Address };
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
  const noise = new Noise({ healthChecks: configuration.noise.health_checks });
  for (const rule of noiseRules) events.noiseRuleKnown(rule);
  const { duration_unit: unit, buckets: bounds, dimensions, span_metrics } = configuration.metrics;
  const calls = span_metrics
    ? new CallMetrics(registry, budget, { unit, bounds, dimensions })
    : noCallMetrics(registry);

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

  const pipeline = new TracePipeline({
    clock,
    noise,
    calls,
    targets,
    issues: store,
    events,
    onStored: wakeAlerting,
  });
  const { max_body: maxBodyBytes, max_in_flight: maxInFlightBytes } = configuration.intake;
  const otlpHttp = new OtlpHttp({ maxBodyBytes, maxInFlightBytes }, pipeline, events);

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
  const otlpListener = new HttpServer(
    'OTLP/HTTP listener',
    configuration.intake.http.listen,
    (request, response) => {
      void otlpHttp.handle(request, response);
    },
  );

  // Downstream first: nothing is taken in before there is somewhere to put it and somebody to tell.
  const parts = new Lifecycle([
    edges.store,
    together('dispatchers', dispatchers),
    alerting,
    together('listeners for people and machines', [publicListener, adminListener]),
    otlpListener,
  ]);
  return {
    name: 'tocsin',
    start: async () => {
      await parts.start();
      started = true;
    },
    stop: async () => {
      started = false;
      await parts.stop();
    },
    addresses: () => ({
      otlpHttp: otlpListener.address,
      metrics: publicListener.address,
      admin: adminListener.address,
    }),
  };
}
