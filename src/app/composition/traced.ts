import type { RequestListener } from 'node:http';
import type { Answer } from '../../forward/answer.ts';
import type { Receiver as OtlpReceiver } from '../../intake/otlp-http.ts';
import type { Receiver } from '../../notify/receiver.ts';
import type { Signal } from '../../otlp/signal.ts';
import type { StreamHandler } from '../../runtime/http2-server.ts';
import type { Store } from '../../store/store.ts';
import type { Tracing, Work } from '../../telemetry/tracing/tracing.ts';

/** Sent with Tocsin's own traces: a Tocsin that takes them in makes none of that, or two would keep each other busy for ever. */
export const ownTracesHeader = 'tocsin-own-traces';

/**
 * Why a try was in vain. The span of it is no failed one: another Tocsin would make an issue of that, tell of it in vain as well, and
 * so on.
 */
const reason = 'tocsin.reason';

/** What is worked on for somebody's own traces is not traced itself. */
export function silentForOwnTraces(tracing: Tracing, listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.headers[ownTracesHeader] === undefined) listener(request, response);
    else tracing.silently(() => listener(request, response));
  };
}

export function silentForOwnTraceCalls(tracing: Tracing, handler: StreamHandler): StreamHandler {
  return {
    handle: (stream, headers) => {
      if (headers[ownTracesHeader] === undefined) handler.handle(stream, headers);
      else tracing.silently(() => handler.handle(stream, headers));
    },
    close: () => handler.close(),
  };
}

export function tracedReception(reception: OtlpReceiver, tracing: Tracing): OtlpReceiver {
  return {
    receive: (signal, encoding, body) => {
      const attributes = {
        'tocsin.signal': signal,
        'tocsin.encoding': encoding,
        'http.request.body.size': body.length,
      };
      return tracing.run({ name: 'receive', kind: 'server', attributes }, async (span) => {
        const accepted = await reception.receive(signal, encoding, body);
        span.set({ 'tocsin.items': accepted.items, 'tocsin.rejected': accepted.rejected });
        return accepted;
      });
    },
  };
}

/** The store, with what is written on behalf of apps and people traced. */
export function tracedStore(store: Store, tracing: Tracing): Store {
  const traced = (name: string, attributes: Record<string, number>): Work => ({
    name,
    kind: 'internal',
    attributes: { 'db.system.name': 'sqlite', ...attributes },
  });
  // All that is given is passed on: a function that names less of it would do for the type as well.
  const written: Pick<Store, 'record' | 'commitStep'> = {
    record: (...given) => {
      const [events, , counted = [], amendments = []] = given;
      const attributes = {
        'tocsin.events': events.length + counted.length,
        'tocsin.amendments': amendments.length,
      };
      return tracing.run(traced('store events', attributes), async (span) => {
        const stored = await store.record(...given);
        span.set({ 'tocsin.stored': stored.length });
        return stored;
      });
    },
    commitStep: (...given) => {
      const [{ incidents }] = given;
      const work = traced('commit alerts', { 'tocsin.incidents': incidents.length });
      return tracing.run({ ...work, isLoop: true }, () => store.commitStep(...given));
    },
  };
  return Object.assign(Object.create(store) as Store, written);
}

export function tracedReceiver(receiver: Receiver, tracing: Tracing): Receiver {
  const { name, description, canEdit, hasThreads = false } = receiver;
  return {
    name,
    description,
    canEdit,
    hasThreads,
    verify: (signal) => receiver.verify(signal),
    close: () => receiver.close?.(),
    notify: (message, shown, signal) => {
      const attributes = { 'tocsin.receiver': name, 'tocsin.edit': shown !== undefined };
      return tracing.run({ name: 'notify', kind: 'client', isLoop: true, attributes }, async (span) => {
        const outcome = await receiver.notify(message, shown, signal);
        span.set({ 'tocsin.outcome': outcome.kind });
        if ('reason' in outcome) span.set({ [reason]: outcome.reason });
        return outcome;
      });
    },
  };
}

/** One try to forward a request. */
export function tracedForward(
  tracing: Tracing,
): (signal: Signal, bytes: number, post: () => Promise<Answer>) => Promise<Answer> {
  return (signal, bytes, post) => {
    const attributes = { 'tocsin.signal': signal, 'http.request.body.size': bytes };
    return tracing.run({ name: 'forward', kind: 'client', attributes }, async (span) => {
      const answer = await post();
      if (answer.kind === 'answered') span.set({ 'http.response.status_code': answer.status });
      if (answer.kind === 'unreached') span.set({ [reason]: answer.cause });
      return answer;
    });
  };
}
