import { apiApp } from '../admin/api-app.ts';
import { publicApp } from '../admin/public-app.ts';
import type { AdminToken } from '../admin/token.ts';
import { newIssueDefaults } from '../alerting/new-issue.ts';
import { CallMetrics } from '../derive/calls.ts';
import { OtlpHttp } from '../intake/otlp-http.ts';
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
import { ConfigurationEvents } from '../telemetry/configuration-events.ts';
import { Events } from '../telemetry/events.ts';
import type { Log } from '../telemetry/log.ts';
import { AlertingLoop } from './alerting-loop.ts';
import { Degradations, type DegradedPart, failOpenGauge, withDegradations } from './degradations.ts';
import { storeGauges } from './gauges.ts';
import { health } from './health.ts';
import { OptionalListener } from './optional-listener.ts';
import type { Configuration } from './options.ts';
import { noiseOptions, policies } from './policies.ts';

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
  /** What is not as it was configured already before this begins. */
  degradations?: Degradations;
  /** A listener whose port is taken is left out until it is free. */
  failOpen?: boolean;
}

export interface Tocsin extends Component {
  /** Takes over what can be changed while it runs: see policies.ts. */
  reconfigure(configuration: Configuration): void;
  readonly configurationEvents: ConfigurationEvents;
  /** Where it listens, once it has started. */
  readonly addresses: () => { otlpHttp: Address; metrics: Address; admin: Address };
}

/** Joins all parts: the only place that knows them all. */
export function compose(configuration: Configuration, edges: Edges): Tocsin {
  const { clock, log, random } = edges;
  const store = edges.store.calls;
  const registry = new MetricRegistry();
  const budget = new SeriesBudget(configuration.metrics.max_series);
  const events = new Events(registry, log, budget);
  const configurationEvents = new ConfigurationEvents(registry, log, clock);
  const { degradations = new Degradations(), failOpen = false } = edges;
  failOpenGauge(registry, degradations);
  const noise = new Noise(noiseOptions(configuration));
  for (const rule of noiseRules) events.noiseRuleKnown(rule);
  const { duration_unit: unit, buckets: bounds } = configuration.metrics;
  const calls = new CallMetrics(registry, budget, { unit, bounds });

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

  const pipeline = new TracePipeline({ clock, noise, calls, issues: store, events, onStored: wakeAlerting });
  const { max_body: maxBodyBytes, max_in_flight: maxInFlightBytes } = configuration.intake;
  const otlpHttp = new OtlpHttp({ maxBodyBytes, maxInFlightBytes }, pipeline, events);

  const gauges = storeGauges(registry, store, receivers, clock);
  let started = false;
  async function* metrics(): AsyncGenerator<string> {
    await gauges.refresh();
    yield* registry.expose();
    yield await edges.processMetrics();
  }
  const onUnexpected = (error: unknown): void => events.requestFailed(error);
  const healthNow = async () => {
    const receivers = () => dispatchers.map((dispatcher) => dispatcher.health);
    return withDegradations(await health({ store, receivers }), degradations.list);
  };

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

  const listener = (part: DegradedPart, server: HttpServer): Component =>
    failOpen ? new OptionalListener(part, server, { clock, log, degradations }) : server;
  // Downstream first: nothing is taken in before there is somewhere to put it and somebody to tell.
  const parts = new Lifecycle([
    edges.store,
    together('dispatchers', dispatchers),
    alerting,
    together('listeners for people and machines', [
      listener('metrics_listener', publicListener),
      listener('admin_listener', adminListener),
    ]),
    listener('otlp_listener', otlpListener),
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
    reconfigure: (next) => {
      for (const apply of Object.values(policies)) apply({ noise }, next);
    },
    configurationEvents,
    addresses: () => ({
      otlpHttp: otlpListener.address,
      metrics: publicListener.address,
      admin: adminListener.address,
    }),
  };
}
