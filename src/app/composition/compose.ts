import { randomUUID } from 'node:crypto';
import { ChangeFeed } from '../../admin/stream/change-feed.ts';
import { EventStreams } from '../../admin/stream/event-streams.ts';
import { Forwarder } from '../../forward/forwarder.ts';
import { LoopGuard } from '../../forward/loop-guard.ts';
import { shownUrl } from '../../forward/signals.ts';
import type { Address } from '../../runtime/http-server.ts';
import { type Component, Lifecycle, together } from '../../runtime/lifecycle.ts';
import { Readiness } from '../../runtime/readiness.ts';
import { ConfigurationEvents } from '../../telemetry/configuration-events.ts';
import type { LedgerSignal } from '../../telemetry/events.ts';
import { ForwardEvents } from '../../telemetry/forward-events.ts';
import { StoreEvents } from '../../telemetry/store-events.ts';
import { ButtonEvents } from '../../telemetry/button-events.ts';
import { avoidOurselves } from './avoid-ourselves.ts';
import { ComposedTracing } from './compose-tracing.ts';
import { composeAdmin } from './compose-admin.ts';
import { composeButtons } from './compose-buttons.ts';
import { composeCore, composeMetering } from './compose-core.ts';
import { composeIntake } from './compose-intake.ts';
import { counted } from './crowding.ts';
import { Degradations, type DegradedPart, failOpenGauge } from './degradations.ts';
import { DryRun } from './dry-run.ts';
import type { Configuration } from '../configuration/options.ts';
import type { Edges } from './edges.ts';
import { type IncidentActionsDependencies, incidentActions, offeredActions } from './incident-actions.ts';
import { LedgerBook } from './ledger-book.ts';
import { readVersion } from '../start/version.ts';
import { OwnFailures } from './own-failures.ts';
import { OptionalListener } from './optional-listener.ts';
import { type Signal, signals } from '../../otlp/signal.ts';
import { ledgerSignalOf } from '../../pipeline/ledger-signal.ts';
import { PendingItems } from '../../pipeline/pending-items.ts';
import type { OtlpAddress } from './otlp-listeners.ts';
import { budgetOf } from '../../notify/config.ts';
import { policies } from '../configuration/policies.ts';
import { Recent } from './recent.ts';
import { TaskKeeper } from './task-keeper.ts';
import { RetentionLoop } from './retention-loop.ts';
import { tracedForward, tracedReceiver, tracedStore } from './traced.ts';

/** Where what is kept is sent; a signal that is not in it is sent nowhere. */
export interface Forwarding {
  targets: readonly { signal: Signal; url: string }[];
  /** Signals whose endpoint is Tocsin itself, and which are therefore not sent. */
  toOurselves: readonly Signal[];
}

export interface Addresses {
  otlpHttp: OtlpAddress;
  otlpGrpc?: OtlpAddress;
  metrics: Address;
  admin: Address;
  buttons?: Address;
}

export interface Tocsin extends Component {
  /** Takes over what can be changed while it runs: see policies.ts. */
  reconfigure(configuration: Configuration): void;
  readonly configurationEvents: ConfigurationEvents;
  /** Records that the process is about to end, and why; settled soon, whatever comes of it. */
  crashed(error: unknown): Promise<void>;
  /** Where it listens, once it has started. */
  readonly addresses: () => Addresses;
  /** Where what is kept is sent, once it has started. */
  readonly forwarding: () => Forwarding;
}

/** Joins all parts: this and the files it is made of are the only place that knows them all. */
export function compose(configuration: Configuration, edges: Edges): Tocsin {
  const { clock, log, random, degradations = new Degradations(), failOpen = false } = edges;
  const feed = new ChangeFeed(newEpoch(random));
  const streams = new EventStreams(clock, feed);
  const instance = randomUUID();
  const loopGuard = new LoopGuard(instance);
  const isJournaled = configuration.intake.journal && edges.journalDirectory !== undefined;
  const metering = composeMetering(configuration, clock);
  const own = new OwnFailures({
    clock,
    resource: { version: readVersion().version, environment: edges.environment ?? '' },
  });
  const configurationEvents = new ConfigurationEvents(metering.registry, log, clock, own.tell);
  failOpenGauge(metering.registry, degradations);
  const tracing = new ComposedTracing(configuration, { clock, log, metering, instance });
  const forwardEvents = new ForwardEvents(metering.registry, log, own.tell);
  const forwarder = new Forwarder(configuration.forward, {
    clock,
    events: forwardEvents,
    instance,
    upstream: loopGuard.upstream,
    isJournaled,
    spoolDirectory: edges.spoolDirectory,
    ledger: {
      settle: (...given) => new PendingItems(core.events).settle(...given),
      takeOver: (...given) => new PendingItems(core.events).takeOver(...given),
    },
    random,
    gatherMillis: edges.gatherMillis ?? 0,
    around: tracedForward(tracing),
  });
  const buttonEvents = new ButtonEvents(metering.registry, log, own.tell);
  const actions: IncidentActionsDependencies = {
    clock,
    store: edges.store.calls,
    onChanged: () => core.alerting.wake(),
    onFailed: (error) => buttonEvents.actionFailed(error),
    silence: (incident, durationMillis, createdBy) =>
      core.silences.ofIncident(incident, { createdBy, comment: 'by a button', durationMillis }),
  };
  const core = composeCore(configuration, {
    ...edges,
    metering,
    tell: own.tell,
    store: tracedStore(edges.store.calls, tracing),
    receivers: edges.receivers.map((receiver) => tracedReceiver(receiver, tracing)),
    sinkFor: (signal) =>
      forwarder.targets.some((target) => target.signal === signal) ? forwarder : undefined,
    budget: budgetOf(configuration.alerts.budget),
    unwell: () => admin.unwell(),
    offered: offeredActions(actions),
    onCommitted: (changes, incidents) => feed.publishStep(changes, incidents),
  });

  const buttons = composeButtons(edges.slackApps ?? [], {
    clock,
    random,
    events: buttonEvents,
    listen: configuration.alerts.buttons.listen,
    act: incidentActions(actions),
    store: edges.store.calls,
    isDryRun: () => dryRun.isOn,
    counted: () => counted('buttons', core.events),
  });
  const dryRun = new DryRun({
    dispatchers: core.dispatchers,
    degradations,
    events: configurationEvents,
    onChanged: buttons.reconsider,
  });
  dryRun.configure(configuration.alerts.dry_run);
  own.recordWith(core.recorder);
  edges.store.onReplaced?.(({ reason, detail }) => {
    core.events.storeReplaced(reason, detail);
    core.alerting.storeReplaced();
    degradations.set({ part: 'store_replaced', detail, isFailOpen: false });
  });
  const optional = (part: DegradedPart, server: Component): Component =>
    failOpen ? new OptionalListener(part, server, { clock, log, degradations }) : server;
  const turnedAway = new Recent(clock);
  const readiness = new Readiness();
  const intake = composeIntake(configuration, edges, {
    optional,
    events: core.events,
    acceptors: core.acceptors,
    loopGuard,
    tracing,
    readiness,
    degradations,
    onTurnedAway: () => turnedAway.add(),
  });
  const ledger = new LedgerBook({
    clock,
    store: edges.store.calls,
    counted: () => core.events.ledgerTotals(),
    onDisk: () => onDiskOf(forwarder),
    isJournaled,
  });
  const storeEvents = new StoreEvents(metering.registry, log);
  const retention = new RetentionLoop({ clock, store: edges.store.calls, events: storeEvents });
  const admin = composeAdmin(configuration, edges, {
    core,
    registry: metering.registry,
    streams,
    turnedAway,
    forwarder,
    degradations,
    ledger,
    storeEvents,
    withButtonProblems: buttons.withProblems,
    ready: () => readiness.isReady,
  });

  // Downstream first: nothing is taken in before there is somewhere to put it and somebody to tell.
  const parts = new Lifecycle([
    tracing,
    edges.store,
    ledger,
    core.versions,
    own,
    new TaskKeeper({ clock, store: edges.store.calls, book: core.tasks.book }),
    ...(intake.journal === undefined ? [] : [intake.journal]),
    together('dispatchers', core.dispatchers),
    core.alerting,
    core.failures,
    forwarder,
    // Stopped before the way out is closed, and once nothing comes in any more.
    core.localTraces,
    together('listeners for people and machines', [
      optional('metrics_listener', admin.metricsListener),
      optional('admin_listener', admin.adminListener),
      ...(buttons.listener === undefined ? [] : [optional('buttons_listener', buttons.listener)]),
      ...buttons.sockets,
    ]),
    // Stopped before their listener, which waits for what is open.
    streams,
    intake.component,
    // Last: what the journal has is taken again before anything is deleted.
    retention,
  ]);
  const listeners = [
    ...intake.listeners,
    admin.metricsListener,
    admin.adminListener,
    ...(buttons.listener === undefined ? [] : [buttons.listener]),
  ];
  let toOurselves: Forwarding['toOurselves'] = [];
  return {
    name: 'tocsin',
    start: async () => {
      await parts.start();
      toOurselves = avoidOurselves(forwarder, forwardEvents, listeners);
      await tracing.avoidOurselves(listeners);
      for (const { part, detail, isFailOpen } of degradations.list)
        if (isFailOpen) own.tell({ kind: 'FailOpen', subject: part, message: detail });
      readiness.set(true);
    },
    stop: async () => {
      readiness.set(false);
      for (const listener of listeners) listener.closeAfterAnswers();
      await parts.stop();
    },
    reconfigure: (next) => {
      for (const apply of new Set(Object.values(policies))) apply({ ...core, dryRun }, next);
    },
    configurationEvents,
    crashed: (error) => own.crashed({ kind: 'Crash', message: 'Tocsin crashed', error }),
    addresses: () => ({
      ...intake.addresses(),
      metrics: admin.metricsListener.address,
      admin: admin.adminListener.address,
      ...(buttons.listener && { buttons: buttons.listener.address }),
    }),
    forwarding: () => ({
      targets: forwarder.targets.map(({ signal, url }) => ({ signal, url: shownUrl(url) })),
      toOurselves,
    }),
  };
}

function onDiskOf(forwarder: Forwarder): Record<LedgerSignal, number> {
  const counts = signals.map((signal) => [ledgerSignalOf[signal], forwarder.countedOnDisk(signal)] as const);
  return Object.fromEntries(counts) as Record<LedgerSignal, number>;
}

/** Tells the events of this process from those of the one before. */
function newEpoch(random: () => number): string {
  return Math.floor(random() * Number.MAX_SAFE_INTEGER).toString(36);
}
