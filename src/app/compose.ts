import { apiApp } from '../admin/api-app.ts';
import { publicApp } from '../admin/public-app.ts';
import { ChangeFeed } from '../admin/stream/change-feed.ts';
import { EventStreams } from '../admin/stream/event-streams.ts';
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
import { Events } from '../telemetry/events.ts';
import type { Log } from '../telemetry/log.ts';
import { AlertingLoop } from './alerting-loop.ts';
import { storeGauges } from './gauges.ts';
import { Health } from './health.ts';
import type { Configuration } from './options.ts';
import { Recent } from './recent.ts';
import { readVersion } from './version.ts';

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
  const registry = new MetricRegistry();
  const budget = new SeriesBudget(configuration.metrics.max_series);
  const events = new Events(registry, log, budget);
  const noise = new Noise({ healthChecks: configuration.noise.health_checks });
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
  const feed = new ChangeFeed(newEpoch(random));
  const streams = new EventStreams(clock, feed);
  const alerting = new AlertingLoop({
    clock,
    store,
    events,
    rule: newIssueDefaults,
    receivers,
    onCommitted: (changes, incidents) => feed.publishStep(changes, incidents),
    onIncidents: wakeDispatchers,
  });
  const wakeAlerting = (): void => alerting.wake();

  const storeFailures = new Recent(clock);
  const issues: Pick<Store, 'record'> = {
    record: (errors, at) =>
      store.record(errors, at).catch((error: unknown) => {
        storeFailures.add();
        throw error;
      }),
  };
  const pipeline = new TracePipeline({ clock, noise, calls, issues, events, onStored: wakeAlerting });
  const { max_body: maxBodyBytes, max_in_flight: maxInFlightBytes } = configuration.intake;
  const otlpHttp = new OtlpHttp({ maxBodyBytes, maxInFlightBytes }, pipeline, events);

  const gauges = storeGauges(registry, store, receivers, clock);
  let started = false;
  async function* metrics(): AsyncGenerator<string> {
    await gauges.refresh();
    yield* registry.expose();
    yield await edges.processMetrics();
  }
  const onUnexpected = (error: unknown): void => events.adminFailed(error);
  const turnedAway = new Recent(clock);
  const health = new Health({
    clock,
    store,
    turnedAway: () => turnedAway.count,
    storeFailures: () => storeFailures.count,
    alertingIsFailing: () => alerting.isFailing,
    receivers: () => dispatchers.map((dispatcher) => dispatcher.health),
    limits: configuration.health,
  });

  const publicListener = new HttpServer(
    'metrics listener',
    configuration.metrics.listen,
    publicApp({ metrics, health: () => health.now(), ready: () => started, onUnexpected }),
  );
  const apiDependencies = {
    clock,
    store,
    streams,
    ledger: () => events.ledgerTotals(),
    since: clock.now(),
    version: readVersion().version,
    tokens: edges.tokens,
    hosts: configuration.admin.hosts,
    onChanged: wakeAlerting,
    onAnswered: (code: number) => events.adminAnswered(code),
    onUnexpected,
  };
  const adminListener = new HttpServer('admin listener', configuration.admin.listen, apiApp(apiDependencies));
  const otlpListener = new HttpServer(
    'OTLP/HTTP listener',
    configuration.intake.http.listen,
    (request, response) => {
      response.once('finish', () => {
        if (response.statusCode === 503) turnedAway.add();
      });
      void otlpHttp.handle(request, response);
    },
  );

  // Downstream first: nothing is taken in before there is somewhere to put it and somebody to tell.
  const parts = new Lifecycle([
    edges.store,
    together('dispatchers', dispatchers),
    alerting,
    together('listeners for people and machines', [publicListener, adminListener]),
    // Stopped before their listener, which waits for what is open.
    streams,
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
      for (const listener of [otlpListener, publicListener, adminListener]) listener.closeAfterAnswers();
      await parts.stop();
    },
    addresses: () => ({
      otlpHttp: otlpListener.address,
      metrics: publicListener.address,
      admin: adminListener.address,
    }),
  };
}

/** Tells the events of this process from those of the one before. */
function newEpoch(random: () => number): string {
  return Math.floor(random() * Number.MAX_SAFE_INTEGER).toString(36);
}
