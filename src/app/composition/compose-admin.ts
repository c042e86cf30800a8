import type { ApiDependencies } from '../../admin/api-app.ts';
import type { ComponentHealth } from '../../admin/contract.ts';
import { publicApp } from '../../admin/public-app.ts';
import type { EventStreams } from '../../admin/stream/event-streams.ts';
import type { Forwarder } from '../../forward/forwarder.ts';
import { exposition } from '../../metrics/exposition.ts';
import type { ExpositionFormat } from '../../metrics/exposition-format.ts';
import type { MetricRegistry } from '../../metrics/registry.ts';
import { HttpServer } from '../../runtime/http-server.ts';
import { loadedWithFirst } from '../../runtime/loaded-with-first.ts';
import type { Buttons } from './compose-buttons.ts';
import { counted } from './crowding.ts';
import type { Core } from './compose-core.ts';
import type { Edges } from './edges.ts';
import { type Degradations, withDegradations } from './degradations.ts';
import { storeGauges } from './gauges.ts';
import { Health } from './health.ts';
import type { Configuration } from '../configuration/options.ts';
import type { LedgerBook } from './ledger-book.ts';
import type { Recent } from './recent.ts';
import type { StoreEvents } from '../../telemetry/store-events.ts';
import { readVersion } from '../start/version.ts';

export interface AdminParts {
  core: Core;
  registry: MetricRegistry;
  streams: EventStreams;
  /** Requests that were lately asked to be sent again. */
  turnedAway: Recent;
  forwarder: Forwarder;
  degradations: Degradations;
  ledger: Pick<LedgerBook, 'totals' | 'since'>;
  storeEvents: Pick<StoreEvents, 'problem'>;
  withButtonProblems: Buttons['withProblems'];
  ready: () => boolean;
}

export interface Admin {
  metricsListener: HttpServer;
  adminListener: HttpServer;
  unwell: Health['unwell'];
}

/** Everything by which people and machines look at Tocsin. */
export function composeAdmin(configuration: Configuration, edges: Edges, parts: AdminParts): Admin {
  const { clock } = edges;
  const store = edges.store.calls;
  const { core, registry, streams, turnedAway, forwarder, degradations, ready } = parts;
  const { events, alerting, dispatchers } = core;
  const receivers = edges.receivers.map(({ name }) => name);
  const gauges = storeGauges(registry, store, receivers, clock);
  const dispatcherOf = (receiver: string) => dispatchers.find(({ health }) => health.receiver === receiver);
  async function* metrics(format: ExpositionFormat): AsyncGenerator<string> {
    await gauges.refresh();
    yield* exposition(registry, await edges.processMetrics(), format);
  }
  const onUnexpected = (error: unknown): void => events.adminFailed(error);
  const health = new Health({
    clock,
    store,
    turnedAway: () => turnedAway.count,
    storeFailures: () => core.storeFailures.count,
    storeExcess: () => parts.storeEvents.problem,
    alertingIsFailing: () => alerting.isFailing,
    receivers: () => parts.withButtonProblems(dispatchers.map((dispatcher) => dispatcher.health)),
    forward: () => forwardHealth(forwarder),
    limits: configuration.health,
  });
  const healthNow = async () => withDegradations(await health.now(), degradations.list);
  const metricsListener = new HttpServer(
    'metrics listener',
    configuration.metrics.listen,
    publicApp({ metrics, health: healthNow, ready, onUnexpected }),
    counted('metrics', events),
  );
  const dependencies: ApiDependencies = {
    clock,
    store,
    streams,
    noise: () => core.audit.report(core.noise.names),
    sampling: () => core.sampler,
    localTraces: () => events.localTraces.report,
    ledger: () => ({ signals: parts.ledger.totals(), since: parts.ledger.since }),
    tasks: () => core.tasks.book.all,
    retries: () => core.dependencies.retriesReport(),
    called: () => core.dependencies.all,
    breakers: () => core.breakers.flatMap((source) => source()),
    version: readVersion().version,
    tokens: edges.tokens,
    hosts: configuration.admin.hosts,
    silences: core.silences,
    firing: () => alerting.firing(),
    post: (alerts) => alerting.post(alerts),
    routing: () => alerting.routing,
    receivers,
    links: core.links,
    onChanged: () => alerting.wake(),
    problemOf: (receiver) => dispatcherOf(receiver)?.health.problem,
    onRetry: (receiver) => dispatcherOf(receiver)?.retry(),
    onAnswered: (code) => events.adminAnswered(code),
    onUnexpected,
  };
  // Many a Tocsin is never asked: the API is a tenth of what would be loaded at the start.
  const load = async () => (await import('../../admin/api-app.ts')).apiApp(dependencies);
  const api = loadedWithFirst(load, onUnexpected);
  const adminListener = new HttpServer(
    'admin listener',
    configuration.admin.listen,
    api,
    counted('admin', events),
  );
  return { metricsListener, adminListener, unwell: () => health.unwell() };
}

function forwardHealth({ targets, health }: Forwarder): ComponentHealth {
  if (targets.length === 0) return { status: 'healthy', detail: 'not configured' };
  return health === undefined ? { status: 'healthy' } : { status: 'degraded', detail: health };
}
