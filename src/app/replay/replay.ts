import type { Incident } from '../../alerting/incident.ts';
import { reportMetrics } from '../../derive/reported/known-metrics.ts';
import { isForwarded } from '../../forward/signals.ts';
import { Reception } from '../../intake/reception.ts';
import type { Issue } from '../../issues/issue.ts';
import type { Page } from '../../issues/issue-store.ts';
import { exposition } from '../../metrics/exposition.ts';
import type { RuleReport } from '../../noise/audit.ts';
import { countLogRecords } from '../../otlp/count-items.ts';
import { breakerChangeLogs, logFailures } from '../../otlp/log-scanner.ts';
import { LogView } from '../../otlp/log-view.ts';
import { scanMetrics } from '../../otlp/metric-scanner.ts';
import { MetricView } from '../../otlp/metric-view.ts';
import { SpanView } from '../../otlp/span-view.ts';
import { TraceScanner } from '../../otlp/trace-scanner.ts';
import type { Sink } from '../../pipeline/sink.ts';
import { settled, VirtualClock } from '../../runtime/virtual-clock.ts';
import { InlineStore } from '../../store/sqlite/inline-store.ts';
import type { Ledger } from '../../telemetry/events.ts';
import type { Log } from '../../telemetry/log.ts';
import { composeCore, composeMetering } from '../composition/compose-core.ts';
import { noProxies } from '../../config/proxies.ts';
import { createReceiver } from '../../notify/receivers/index.ts';
import type { Configuration } from '../configuration/options.ts';
import type { RecordedRequest } from './recording.ts';
import { RehearsalReceiver, type RehearsedMessage } from './rehearsal.ts';

export interface Replayed {
  ledger: Ledger;
  dropped: readonly RuleReport[];
  issues: readonly ReplayedIssue[];
  incidents: readonly Incident[];
  messages: readonly RehearsedMessage[];
  /** The text format. */
  metrics: string;
}

/** An issue, and its events in each of the data's last hours. */
export interface ReplayedIssue {
  issue: Issue;
  trend: readonly number[];
}

/** By then every edit that is due has been made. */
const restMillis = 60_000;
/** Of a longer gap in the data only so much is gone through: after it nothing is left that time would change. */
const longestGapMillis = 2 * 86_400_000;
const pageSize = 1000;

/**
 * Takes recorded requests through everything that live ones go through, on the data's own clock, with a store in memory; what would
 * be told and forwarded is noted and not sent.
 * @throws MalformedOtlp
 */
export async function replay(
  configuration: Configuration,
  requests: readonly RecordedRequest[],
  log: Log,
): Promise<Replayed> {
  const clock = new VirtualClock(requests.map(timeOf).find((time) => time !== undefined) ?? 0);
  const store = new InlineStore();
  await store.start();
  const messages: RehearsedMessage[] = [];
  const metering = composeMetering(configuration, clock);
  const core = composeCore(configuration, {
    clock,
    log,
    metering,
    store: store.calls,
    receivers: receiversOf(configuration, clock, messages),
    random: () => 0.5,
    sinkFor: (signal) => (isForwarded(configuration.forward, signal) ? taken : undefined),
    onCommitted: () => undefined,
  });
  const { events, acceptors } = core;
  const reception = new Reception({ clock, events, acceptors, journal: undefined });
  for (const part of [core.versions, ...core.dispatchers, core.alerting]) await part.start();
  await settled();
  for (const request of requests) {
    await pass(clock, timeOf(request));
    await reception.receive(request.signal, 'protobuf', request.body);
  }
  await clock.advanceTo(clock.now() + restMillis);
  const incidents = await all((cursor) => store.calls.listIncidents({ limit: pageSize, ...cursor }));
  const result: Replayed = {
    ledger: events.ledgerTotals(),
    dropped: core.audit.report(core.noise.names),
    issues: await all(async (cursor) => {
      const { items, nextCursor } = await store.calls.listIssues({ limit: pageSize, ...cursor });
      const trends = await store.calls.trends(
        items.map(({ id }) => id),
        clock.now(),
      );
      return { items: items.map((issue) => ({ issue, trend: trends[issue.id]! })), nextCursor };
    }),
    incidents: incidents.toReversed(),
    messages,
    metrics: await textOf(exposition(metering.registry, '', 'text')),
  };
  for (const part of [core.failures, core.alerting, ...core.dispatchers, core.versions, store])
    await part.stop();
  return result;
}

/** Where no receiver is configured, one is shown what it would be told. */
function receiversOf(
  { alerts }: Configuration,
  clock: VirtualClock,
  messages: RehearsedMessage[],
): RehearsalReceiver[] {
  const receivers =
    alerts.receivers.length === 0
      ? [{ name: 'slack', canEdit: true }]
      : alerts.receivers.map((config) => createReceiver(config, { clock, proxies: noProxies }));
  return receivers.map((receiver) => new RehearsalReceiver(receiver, clock, messages));
}

const taken: Sink = { offer: ({ settled: settle, items }) => settle('forwarded', items) };

async function pass(clock: VirtualClock, time: number | undefined): Promise<void> {
  if (time === undefined) return;
  await clock.advanceTo(Math.min(time, clock.now() + longestGapMillis));
  clock.skipTo(time);
}

const scanner = new TraceScanner();
const view = new SpanView();

/**
 * When it was sent, as far as it says: after its last span ended, or the last failure or change of a circuit breaker in it was logged or
 * measured. Other log records and metrics do not move the clock.
 */
function timeOf({ signal, body }: RecordedRequest): number | undefined {
  let latest = 0;
  if (signal === 'traces') {
    const batch = scanner.scan(body);
    view.open(batch);
    for (let index = 0; index < batch.spans.length; index++)
      latest = Math.max(latest, view.moveTo(index).endMillis);
  } else if (signal === 'logs') {
    countLogRecords(body);
    const record = new LogView(body);
    for (const find of [logFailures, breakerChangeLogs])
      for (const range of find(body)) latest = Math.max(latest, record.moveTo(range).timeMillis);
  } else {
    const batch = scanMetrics(body, reportMetrics);
    const metric = new MetricView(batch);
    for (const range of batch.known)
      for (const { timeMillis } of metric.moveTo(range).points()) latest = Math.max(latest, timeMillis);
  }
  return latest === 0 ? undefined : Math.ceil(latest);
}

async function all<T>(read: (cursor: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read(cursor === undefined ? {} : { cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
