import { instanceHeader } from '../../forward/loop-guard.ts';
import type { Listener } from '../../runtime/http-server.ts';
import { LazyTracing } from '../../telemetry/tracing/lazy-tracing.ts';
import { TracingEvents } from '../../telemetry/tracing/tracing-events.ts';
import type { Configuration } from '../configuration/options.ts';
import { readVersion } from '../start/version.ts';
import { ownListenerBehind } from './avoid-ourselves.ts';
import type { Edges } from './edges.ts';
import type { Metering } from './compose-core.ts';
import { ownTracesHeader } from './traced.ts';

export interface TracingParts extends Pick<Edges, 'clock' | 'log'> {
  metering: Metering;
  /** By which what this Tocsin sends is known when it comes back. */
  instance: string;
}

/** Tocsin's own traces. Started before all that is traced, and stopped after it. */
export class ComposedTracing extends LazyTracing {
  private readonly events: TracingEvents;

  constructor({ telemetry }: Configuration, { clock, log, metering, instance }: TracingParts) {
    const events = new TracingEvents(metering.registry, log);
    super({
      clock,
      config: telemetry.traces,
      headers: { [instanceHeader]: instance, [ownTracesHeader]: '1' },
      version: readVersion().version,
      instance,
      events,
    });
    this.events = events;
  }

  /** Ends them if they lead to one of our own listeners: only once these listen is it known where that is. */
  async avoidOurselves(listeners: readonly Listener[]): Promise<void> {
    const { target } = this;
    if (target === undefined) return;
    const own = ownListenerBehind(target, listeners);
    if (own === undefined) return;
    this.events.leadsToOurselves(target.origin, own.name);
    await this.stop();
  }
}
