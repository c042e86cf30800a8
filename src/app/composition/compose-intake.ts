import type { RequestListener } from 'node:http';
import type { LoopGuard } from '../../forward/loop-guard.ts';
import { Journal } from '../../intake/journal/journal.ts';
import { JournalReplay } from '../../intake/journal/replay.ts';
import { MemoryMark } from '../../intake/memory-mark.ts';
import { OtlpHttp } from '../../intake/otlp-http.ts';
import { Reception } from '../../intake/reception.ts';
import type { Signal } from '../../otlp/signal.ts';
import type { Acceptor } from '../../pipeline/acceptor.ts';
import { type Address, HttpServer } from '../../runtime/http-server.ts';
import { type Component, Lifecycle, together } from '../../runtime/lifecycle.ts';
import { UnixServer } from '../../runtime/unix-server.ts';
import type { Events } from '../../telemetry/events.ts';
import { MemoryEvents } from '../../telemetry/memory-events.ts';
import type { Tracing } from '../../telemetry/tracing/tracing.ts';
import type { Edges } from './edges.ts';
import { counted } from './crowding.ts';
import type { Configuration } from '../configuration/options.ts';
import { silentForOwnTraces, tracedReception } from './traced.ts';

export interface Intake {
  /** Started before anything that finishes what was taken, and stopped after it. */
  journal: Journal | undefined;
  component: Component;
  /** Where OTLP/HTTP really listens, once it has started. */
  address: () => Address;
  /** Those that have an address. */
  listeners: readonly HttpServer[];
}

export interface IntakeParts {
  events: Events;
  acceptors: Readonly<Record<Signal, Acceptor>>;
  tracing: Tracing;
  /** By which what this Tocsin sends is known when it comes back. */
  loopGuard: LoopGuard;
  /** As it is started: it may be that it can be missing. */
  optional: (listener: HttpServer) => Component;
  /** Called for each request that is asked to be sent again. */
  onTurnedAway: () => void;
}

/** Everything that takes OTLP in. What a crash left is taken before anything new. */
export function composeIntake(
  { intake }: Configuration,
  edges: Pick<Edges, 'clock' | 'log' | 'journalDirectory' | 'onFirstRequest' | 'memory'>,
  { events, acceptors, loopGuard, tracing, optional, onTurnedAway }: IntakeParts,
): Intake {
  const { clock, log, journalDirectory, onFirstRequest, memory } = edges;
  const journal =
    journalDirectory === undefined || !intake.journal
      ? undefined
      : new Journal({ clock, events, directory: journalDirectory });
  const reception = new Reception({ clock, events, acceptors, journal });
  const { max_body: maxBodyBytes, max_in_flight: maxInFlightBytes, http } = intake;
  const receiver = tracedReception(reception, tracing);
  const mark = memory && new MemoryMark({ clock, memory, events: new MemoryEvents(log) }, intake.max_memory);
  const limits = { maxBodyBytes, maxInFlightBytes, isShortOfMemory: mark?.isShort };
  const otlpHttp = new OtlpHttp(limits, receiver, events);
  let isFirst = true;
  const noted: RequestListener = (request, response) => {
    if (isFirst) onFirstRequest?.();
    isFirst = false;
    response.once('finish', () => {
      if (response.statusCode === 503) onTurnedAway();
    });
    otlpHttp.listener(request, response);
  };
  const handler = loopGuard.refusing(silentForOwnTraces(tracing, noted), otlpHttp.loopListener);
  const listener = new HttpServer('OTLP/HTTP listener', http.listen, handler, counted('otlp_http', events));
  const listeners: Component[] = [optional(listener)];
  if (http.unix !== '')
    listeners.push(new UnixServer('OTLP/HTTP socket', http.unix, handler, counted('otlp_unix', events)));
  const parts: Component[] = [];
  if (journal !== undefined) {
    const take = reception.replay.bind(reception);
    parts.push(new JournalReplay({ clock, events, journal, take }));
  }
  parts.push(together('OTLP listeners', listeners));
  const component = new Lifecycle(parts);
  return { journal, component, address: () => listener.address, listeners: [listener] };
}
