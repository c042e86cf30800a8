import type { ConnectionLimit } from '../../runtime/connections.ts';
import type { Events } from '../../telemetry/events.ts';

/** Has connections that a listener closed to make room counted under its name. */
export function counted(listener: string, events: Events): Pick<ConnectionLimit, 'onEvicted'> {
  events.listenerKnown(listener);
  return { onEvicted: () => events.connectionEvicted(listener) };
}
