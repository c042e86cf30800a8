import type { TestContext } from 'node:test';
import { type ForwardConfig, forwardSchema } from '../../src/forward/config.ts';
import { Forwarder } from '../../src/forward/forwarder.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import type { Signal } from '../../src/otlp/signal.ts';
import type { Batch, Settlement } from '../../src/pipeline/sink.ts';
import { ForwardEvents } from '../../src/telemetry/forward-events.ts';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { decodeTraceRequest } from '../support/otlp-reference.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

export type WrittenConfig = Record<string, unknown>;

export interface Settled {
  fate: Settlement;
  refused: number;
}

/** A forwarder that runs, with a clock that is moved by hand, and its back end. */
export async function setUp(
  t: Pick<TestContext, 'after'>,
  config: WrittenConfig = {},
  given: {
    isStarted?: boolean;
    isJournaled?: boolean;
    random?: number;
    gatherMillis?: number;
    spoolDirectory?: string;
  } = {},
) {
  const backEnd = new OtlpBackEnd();
  const url = await backEnd.start();
  const clock = new TestClock();
  const log = new RecordingLog();
  const registry = new MetricRegistry();
  const parsed: ForwardConfig = forwardSchema.parse({ endpoint: url, ...config });
  const ledger = new CountingLedger();
  const forwarder = new Forwarder(parsed, {
    clock,
    events: new ForwardEvents(registry, log),
    instance: 'this one',
    isJournaled: given.isJournaled ?? false,
    spoolDirectory: given.spoolDirectory,
    ledger,
    random: () => given.random ?? 0,
    gatherMillis: given.gatherMillis ?? 0,
  });
  if (given.isStarted !== false) await forwarder.start();
  t.after(async () => {
    await backEnd.stop();
    const stopping = forwarder.stop();
    const isOver = stopping.then(() => true);
    // Its grace is over as soon as the clock says so.
    await eventually('the forwarder to stop', async () => {
      clock.advance(2_000);
      return Promise.race([isOver, new Promise<false>((resolve) => setImmediate(() => resolve(false)))]);
    });
  });
  const settled: Settled[] = [];
  const linesOf = (series: string): string[] =>
    [...registry.expose()]
      .join('')
      .split('\n')
      .filter((text) => text.startsWith(series));
  const value = (series: string): number | undefined => {
    const [line] = linesOf(`${series} `);
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  const sum = (series: string): number =>
    linesOf(series).reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
  const offerBytes = (bytes: Uint8Array, items: number, signal: Signal = 'traces'): void =>
    forwarder.offer({ signal, bytes, items, settled: settledWhole(items, (fates) => settled.push(fates)) });
  return {
    backEnd,
    url,
    clock,
    log,
    forwarder,
    ledger,
    settled,
    value,
    sum,
    offerBytes,
    offer: (...ids: number[]): void => offerBytes(request(...ids), ids.length),
    fates: (): string[] =>
      settled.map(({ fate, refused }) =>
        fate === 'forwarded' && refused > 0 ? `${fate} -${refused}` : fate,
      ),
    outcome: (name: string, signal: Signal = 'traces') =>
      value(`tocsin_forward_items_total{destination="default",signal="${signal}",outcome="${name}"}`) ?? 0,
    requests: (code: string, signal: Signal = 'traces') =>
      value(`tocsin_forward_requests_total{destination="default",signal="${signal}",code="${code}"}`) ?? 0,
    allSettled: (count: number) => eventually(`${count} to be settled`, () => settled.length >= count),
    /** Lets time pass until something holds; answers come in their own time in between. */
    passing: (what: string, holds: () => boolean, stepMillis = 500) =>
      eventually(what, () => {
        if (holds()) return true;
        clock.advance(stepMillis);
        return false;
      }),
  };
}

/** The same with further destinations, by their names, each with a back end of its own. */
export async function setUpSeveral(
  t: Pick<TestContext, 'after'>,
  others: Readonly<Record<string, WrittenConfig>>,
  config: WrittenConfig = {},
  given: Parameters<typeof setUp>[2] = {},
) {
  const backEnds = new Map<string, OtlpBackEnd>();
  const destinations: WrittenConfig[] = [];
  for (const [name, other] of Object.entries(others)) {
    const backEnd = new OtlpBackEnd();
    t.after(() => backEnd.stop());
    backEnds.set(name, backEnd);
    destinations.push({ name, endpoint: await backEnd.start(), ...other });
  }
  const set = await setUp(t, { ...config, destinations }, given);
  backEnds.set('default', set.backEnd);
  return {
    ...set,
    at: (destination: string): OtlpBackEnd => backEnds.get(destination)!,
    outcomeAt: (destination: string, name: string, signal: Signal = 'traces'): number => {
      const labels = `destination="${destination}",signal="${signal}",outcome="${name}"`;
      return set.value(`tocsin_forward_items_total{${labels}}`) ?? 0;
    },
    /** Tries that have ended, however they did. */
    answersTo: (destination: string): number =>
      set.sum(`tocsin_forward_requests_total{destination="${destination}",`),
  };
}

/** What is told to the ledger of what waits on disk. */
export class CountingLedger {
  readonly counts = { received: 0, forwarded: 0, lost: 0, unrouted: 0 };

  takeOver(_signal: Signal, items: number): void {
    this.counts.received += items;
  }

  settle(_signal: Signal, fate: 'forwarded' | 'lost' | 'unrouted', items: number): void {
    this.counts[fate] += items;
  }
}

/** Tells of a batch when all of it is settled. */
function settledWhole(items: number, tell: (settled: Settled) => void): Batch['settled'] {
  const counts = { forwarded: 0, lost: 0, unrouted: 0, stored: 0 };
  let left = items;
  return (fate, some) => {
    counts[fate] += some;
    left -= some;
    if (left > 0) return;
    const { forwarded, lost, unrouted } = counts;
    if (forwarded > 0) tell({ fate: 'forwarded', refused: lost });
    else tell({ fate: lost > 0 ? 'lost' : unrouted > 0 ? 'unrouted' : 'stored', refused: lost });
  };
}

/** A request with spans of these ids. */
export function request(...ids: number[]): Uint8Array {
  return new Uint8Array(traceRequestBytes(ids.map((id) => ({ id }))));
}

/** The names of the spans that came in, request by request. */
export function spansOf({ received }: Pick<OtlpBackEnd, 'received'>): string[][] {
  return received.map(({ body }) =>
    (decodeTraceRequest(body).resourceSpans ?? []).flatMap(({ scopeSpans = [] }) =>
      scopeSpans.flatMap(({ spans = [] }) => spans.map(({ name = '' }) => name)),
    ),
  );
}

/** An Export*ServiceResponse with a partial success. */
export function partialSuccess(rejected: number, message = ''): Uint8Array {
  const text = Buffer.from(message);
  const content = Buffer.concat([
    Buffer.of(0x08, rejected),
    text.length === 0 ? text : Buffer.concat([Buffer.of(0x12, text.length), text]),
  ]);
  return Buffer.concat([Buffer.of(0x0a, content.length), content]);
}
