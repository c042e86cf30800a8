import { routingOptions } from '../../alerting/config.ts';
import { rulesOf } from '../../alerting/rules-config.ts';
import { AppActivity } from '../../derive/app-activity.ts';
import type { BreakerSource } from '../../derive/breakers/breaker-summary.ts';
import { CallMetrics, noCallMetrics } from '../../derive/calls.ts';
import { breakerSettings } from '../../derive/breakers/config.ts';
import { Dependencies } from '../../derive/dependencies.ts';
import { linkerOptions } from '../../derive/retries/config.ts';
import { Reported } from '../../derive/reported/reported.ts';
import { reportedBreakers } from '../../derive/reported/reported-breakers.ts';
import { TargetInfo } from '../../derive/target-info.ts';
import { Tasks } from '../../derive/tasks/tasks.ts';
import { errorOptions } from '../../errors/config.ts';
import { ErrorPolicy } from '../../errors/policy.ts';
import { MetricRegistry } from '../../metrics/registry.ts';
import { SeriesBudget } from '../../metrics/series-budget.ts';
import { NoiseAudit } from '../../noise/audit.ts';
import { noiseOptions } from '../../noise/config.ts';
import { Noise } from '../../noise/noise.ts';
import type { Budget } from '../../notify/budget.ts';
import { fallbacksOf, linksOf } from '../../notify/config.ts';
import { Dispatcher } from '../../notify/dispatcher.ts';
import type { IncidentActionName } from '../../notify/incident-action.ts';
import { Links } from '../../notify/links.ts';
import type { Signal } from '../../otlp/signal.ts';
import type { Acceptor } from '../../pipeline/acceptor.ts';
import { EventRecorder } from '../../pipeline/failures/event-recorder.ts';
import { LogPipeline } from '../../pipeline/log-pipeline.ts';
import { MetricPipeline } from '../../pipeline/metric-pipeline.ts';
import { RecentLogs } from '../../pipeline/failures/recent-logs.ts';
import { type ResourceFacts, ResourceReader } from '../../pipeline/resource-facts.ts';
import type { Sink } from '../../pipeline/sink.ts';
import { Symptoms } from '../../pipeline/failures/symptoms.ts';
import { holdOptions } from '../../pipeline/config.ts';
import { Sampler } from '../../pipeline/sampling/sampler.ts';
import { TracePipeline } from '../../pipeline/trace-pipeline.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import { Events } from '../../telemetry/events.ts';
import type { TellOwnFailure } from '../../telemetry/own-failure.ts';
import { AlertingLoop, type AlertingLoopDependencies } from './alerting-loop.ts';
import { exposeBuildInfo } from './build-info.ts';
import type { ConditionSources } from './condition-watch.ts';
import type { Edges } from './edges.ts';
import { hearing } from './hearing.ts';
import type { Configuration } from '../configuration/options.ts';
import { Recent } from './recent.ts';
import { ofDependencies, openReported } from './resilience-sources.ts';
import { SilenceBook } from './silence-book.ts';
import { VersionBook } from './version-book.ts';

export interface CoreEdges extends Pick<Edges, 'clock' | 'log' | 'receivers' | 'random'> {
  store: Edges['store']['calls'];
  metering: Metering;
  /** Where what is kept of a signal goes; undefined = nowhere. */
  sinkFor: (signal: Signal) => Sink | undefined;
  /** Is told of what fails of Tocsin itself. */
  tell?: TellOwnFailure;
  /** Of each receiver; undefined: everything is told. */
  budget?: Budget;
  /** What of Tocsin is not well; undefined where nothing is live: then neither silence nor this is alerted of. */
  unwell?: ConditionSources['unwell'];
  /** What people can do about an incident where they are told of it; nothing, if it is absent. */
  offered?: readonly IncidentActionName[];
  /** Called with what alerting has committed. */
  onCommitted: AlertingLoopDependencies['onCommitted'];
}

/** The metrics of one Tocsin, which all parts have in common. */
export interface Metering {
  registry: MetricRegistry;
  /** For the series that are named by apps. */
  budget: SeriesBudget;
  targets: TargetInfo;
}

export function composeMetering({ metrics }: Configuration, clock: Clock): Metering {
  const registry = new MetricRegistry(clock);
  const { max_series: maxLines, expire_after: expireAfterMillis } = metrics;
  const budget = new SeriesBudget(maxLines, expireAfterMillis === 0 ? {} : { expireAfterMillis });
  // OpenMetrics wants it before all others.
  const targets = new TargetInfo(registry, budget);
  exposeBuildInfo(registry);
  return { registry, budget, targets };
}

/** What becomes of telemetry from the moment it is here, without the doors on either side. */
export interface Core {
  events: Events;
  audit: NoiseAudit;
  noise: Noise;
  sampler: Sampler;
  policy: ErrorPolicy;
  tasks: Tasks;
  dependencies: Dependencies;
  /** What apps say of their circuit breakers and retries. */
  reported: Reported;
  /** Of each source those that it knows. */
  breakers: readonly BreakerSource[];
  recorder: EventRecorder;
  acceptors: Readonly<Record<Signal, Acceptor>>;
  versions: Component;
  /** When it stops, what became of those that wait for more is taken to be the worst. */
  failures: Component;
  /** When it stops, spans that wait for their local root go on without it. */
  localTraces: Component;
  alerting: AlertingLoop;
  silences: SilenceBook;
  dispatchers: readonly Dispatcher[];
  links: Links;
  /** Error events that could lately not be stored, in requests. */
  storeFailures: Recent;
}

export function composeCore(configuration: Configuration, edges: CoreEdges): Core {
  const { clock, log, store, random } = edges;
  const { registry, budget, targets } = edges.metering;
  const events = new Events(registry, log, budget, edges.tell);
  const noise = new Noise(noiseOptions(configuration.noise));
  const policy = new ErrorPolicy(errorOptions(configuration.errors));
  const redaction = () => policy.redaction;
  const audit = new NoiseAudit(clock, redaction);
  for (const rule of noise.names) events.noiseRuleKnown(rule);

  const links = new Links(linksOf(configuration.links));
  const fallbacks = fallbacksOf(configuration.alerts.receivers);
  const wakeAll = (): void => {
    for (const dispatcher of dispatchers) dispatcher.wake();
  };
  const dispatchers: readonly Dispatcher[] = edges.receivers.map(
    (receiver) =>
      new Dispatcher(receiver, {
        clock,
        store,
        events,
        random,
        links,
        fallback: fallbacks[receiver.name],
        onFallback: wakeAll,
        onDryRunEnded: () => alerting.storeReplaced(),
        ...(edges.budget === undefined ? {} : { budget: edges.budget }),
        ...(edges.offered === undefined ? {} : { offered: edges.offered }),
      }),
  );
  const sinks = {
    traces: edges.sinkFor('traces'),
    logs: edges.sinkFor('logs'),
    metrics: edges.sinkFor('metrics'),
  };
  const { duration_unit: unit, buckets: bounds, dimensions, span_metrics } = configuration.metrics;
  // Somebody who follows an exemplar must find its trace.
  const exemplars = sinks.traces !== undefined;
  const counted = span_metrics
    ? new CallMetrics(registry, budget, { unit, bounds, dimensions, exemplars, redaction })
    : undefined;
  const calls = counted ?? noCallMetrics(registry);
  const tasks = new Tasks(registry, budget, redaction);
  const dependencies = new Dependencies({
    clock,
    registry,
    budget,
    redaction,
    retries: configuration.retries.infer ? linkerOptions(configuration.retries) : undefined,
    breakers: configuration.breakers.shadow ? breakerSettings(configuration.breakers) : undefined,
  });
  const reported = new Reported(clock, registry, budget, redaction);
  const activity = new AppActivity();
  const { unwell } = edges;
  const alerting: AlertingLoop = new AlertingLoop({
    clock,
    store,
    events,
    rules: rulesOf(configuration.alerts.rules),
    redact: (text) => policy.redactText(text),
    conditions: {
      rates: counted?.rates,
      tasks,
      activity,
      resilience: [openReported(reported), ofDependencies(dependencies)],
      breakers: reported.book,
      unwell,
      ignores: (environment) => policy.ignores(environment),
    },
    routing: routingOptions(configuration.alerts),
    receivers: edges.receivers.map(({ name }) => name),
    onCommitted: edges.onCommitted,
    fallbacks,
    onIncidents: wakeAll,
  });
  const silences = new SilenceBook({ clock, store, onChanged: () => alerting.silencesChanged() });

  const storeFailures = new Recent(clock);
  const recorder = new EventRecorder({
    clock,
    policy,
    issues: {
      record: async (...given) => {
        const ids = await store.record(...given);
        storeFailures.clear();
        return ids;
      },
    },
    events,
    onStored: () => alerting.wake(),
    onFailed: () => {
      storeFailures.add();
      alerting.missed();
    },
  });
  const versions = new VersionBook({ clock, store, onNoted: () => alerting.versionsNoted() });
  const onNew = (facts: ResourceFacts): void => {
    versions.heard(facts);
    // Of a service that sends no spans nothing else says where it runs.
    activity.named(facts.service, facts.environment, clock.monotonic());
  };
  const resources = new ResourceReader({ onNew, redaction });
  const common = { events, resources, reported };
  const shared = { ...common, clock, recorder, symptoms: new Symptoms(), recent: new RecentLogs() };
  const heard = hearing(activity, clock);
  const seen = heard.targets(targets);
  // Without a way out there is nothing to sample.
  const sampler = new Sampler(configuration.forward.sampling);
  const traces = new TracePipeline({
    ...shared,
    noise,
    audit,
    calls,
    targets: seen,
    tasks,
    dependencies,
    ...(sinks.traces === undefined ? {} : { sampler }),
    hold: holdOptions(configuration.local_traces),
    sink: sinks.traces,
  });
  const acceptors = {
    traces,
    logs: heard.anything(new LogPipeline({ ...shared, sink: sinks.logs })),
    metrics: heard.anything(new MetricPipeline({ ...common, sink: sinks.metrics })),
  };
  const failures: Component = {
    name: 'failures',
    start: () => Promise.resolve(),
    stop: () => {
      traces.stop();
      return recorder.drained();
    },
  };
  const localTraces: Component = {
    name: 'local traces',
    start: () => Promise.resolve(),
    stop: () => {
      traces.passOnHeld();
      return Promise.resolve();
    },
  };
  return {
    events,
    audit,
    noise,
    sampler,
    policy,
    tasks,
    dependencies,
    reported,
    breakers: [() => reportedBreakers(reported.book), () => dependencies.shadowBreakers()],
    recorder,
    acceptors,
    versions,
    failures,
    localTraces,
    alerting,
    silences,
    dispatchers,
    links,
    storeFailures,
  };
}
