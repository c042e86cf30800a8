import type { Forwarder } from '../../forward/forwarder.ts';
import { listenerBehind } from '../../forward/own-endpoint.ts';
import { shownUrl } from '../../forward/signals.ts';
import type { Signal } from '../../otlp/signal.ts';
import type { Listener } from '../../runtime/http-server.ts';
import type { ForwardEvents } from '../../telemetry/forward-events.ts';
import { thisMachine } from './machine.ts';

/**
 * Keeps signals from being forwarded whose endpoint is one of our own listeners. Only once these listen, since before nobody knows
 * which port a listener on port 0 has.
 * @returns those signals
 */
export function avoidOurselves(
  forwarder: Forwarder,
  events: ForwardEvents,
  listeners: readonly Listener[],
): Signal[] {
  const toOurselves: Signal[] = [];
  for (const target of forwarder.targets) {
    const { signal, url } = target;
    const own = ownListenerBehind(url, listeners);
    if (own === undefined) continue;
    toOurselves.push(signal);
    forwarder.turnAway(target);
    events.leadsToOurselves(signal, shownUrl(url), own.name);
  }
  return toOurselves;
}

/** The name of the listener of ours that a URL leads to, if it leads to one. */
export function ownListenerBehind(url: URL, listeners: readonly Listener[]): { name: string } | undefined {
  const where = listeners.map((listener) => ({ ...listener.address, name: listener.name }));
  return listenerBehind(url, where, thisMachine());
}
