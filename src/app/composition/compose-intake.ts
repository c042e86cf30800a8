import type { RequestListener } from 'node:http';
import type { LoopGuard } from '../../forward/loop-guard.ts';
import { Admission } from '../../intake/admission.ts';
import { OtlpGrpc } from '../../intake/grpc/otlp-grpc.ts';
import { Journal } from '../../intake/journal/journal.ts';
import { JournalReplay } from '../../intake/journal/replay.ts';
import { MemoryMark } from '../../intake/memory-mark.ts';
import { OtlpHttp } from '../../intake/otlp-http.ts';
import { Reception } from '../../intake/reception.ts';
import type { Signal } from '../../otlp/signal.ts';
import type { Acceptor } from '../../pipeline/acceptor.ts';
import { type Component, Lifecycle } from '../../runtime/lifecycle.ts';
import type { Readiness } from '../../runtime/readiness.ts';
import type { Events } from '../../telemetry/events.ts';
import { MemoryEvents } from '../../telemetry/memory-events.ts';
import type { Tracing } from '../../telemetry/tracing/tracing.ts';
import type { Configuration } from '../configuration/options.ts';
import type { Degradations } from './degradations.ts';
import type { Edges } from './edges.ts';
import {
  type OtlpHandlers,
  type OtlpListeners,
  type OtlpListenersDependencies,
  otlpListeners,
} from './otlp-listeners.ts';
import { silentForOwnTraceCalls, silentForOwnTraces, tracedReception } from './traced.ts';

export interface Intake extends OtlpListeners {
  /** Started before anything that finishes what was taken, and stopped after it. */
  journal: Journal | undefined;
}

export interface IntakeParts extends Pick<OtlpListenersDependencies, 'optional'> {
  events: Events;
  acceptors: Readonly<Record<Signal, Acceptor>>;
  tracing: Tracing;
  /** By which what this Tocsin sends is known when it comes back. */
  loopGuard: LoopGuard;
  readiness: Readiness;
  degradations: Degradations;
  /** Called for each request that is asked to be sent again. */
  onTurnedAway: () => void;
}

type IntakeEdges = Pick<Edges, 'clock' | 'log' | 'journalDirectory' | 'onFirstRequest' | 'memory'>;

/** Everything that takes OTLP in. What a crash left is taken before anything new. */
export function composeIntake({ intake }: Configuration, edges: IntakeEdges, parts: IntakeParts): Intake {
  const { clock, log, journalDirectory } = edges;
  const { events, acceptors, degradations, optional } = parts;
  const journal =
    journalDirectory === undefined || !intake.journal
      ? undefined
      : new Journal({ clock, events, directory: journalDirectory });
  const reception = new Reception({ clock, events, acceptors, journal });
  const handlers = otlpHandlers(intake, reception, edges, parts);
  const opened = otlpListeners(intake, handlers, { clock, log, events, degradations, optional });
  const steps: Component[] = [];
  if (journal !== undefined) {
    const take = reception.replay.bind(reception);
    steps.push(new JournalReplay({ clock, events, journal, take }));
  }
  steps.push(opened.component);
  return { ...opened, journal, component: new Lifecycle(steps) };
}

/** What works on requests, by each protocol: into the one reception, and within the one bound. */
function otlpHandlers(
  { max_body: maxBodyBytes, max_in_flight: maxInFlightBytes, max_memory: maxMemory }: Configuration['intake'],
  reception: Reception,
  { clock, log, memory, onFirstRequest }: IntakeEdges,
  { events, loopGuard, readiness, tracing, onTurnedAway }: IntakeParts,
): OtlpHandlers {
  const receiver = tracedReception(reception, tracing);
  const mark = memory && new MemoryMark({ clock, memory, events: new MemoryEvents(log) }, maxMemory);
  const admission = new Admission(maxInFlightBytes, mark?.isShort);
  const onRequest = once(onFirstRequest);
  const otlpHttp = new OtlpHttp({ maxBodyBytes, maxInFlightBytes }, receiver, events, admission);
  const noted: RequestListener = (request, response) => {
    onRequest();
    response.once('finish', () => {
      if (response.statusCode === 503) onTurnedAway();
    });
    otlpHttp.listener(request, response);
  };
  const otlpGrpc = new OtlpGrpc({
    clock,
    maxBodyBytes: Math.min(maxBodyBytes, admission.mostOfOne),
    admission,
    receiver,
    readiness,
    events,
    onTurnedAway,
    onRequest,
  });
  return {
    http: loopGuard.refusing(silentForOwnTraces(tracing, noted), otlpHttp.loopListener),
    grpc: loopGuard.refusingCalls(silentForOwnTraceCalls(tracing, otlpGrpc), otlpGrpc.refuseLoop),
  };
}

function once(task: (() => void) | undefined): () => void {
  let isDone = false;
  return () => {
    if (!isDone) task?.();
    isDone = true;
  };
}
