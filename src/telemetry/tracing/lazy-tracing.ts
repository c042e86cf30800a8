import type { Component } from '../../runtime/lifecycle.ts';
import type { OwnTraces, OwnTracesOptions } from './own-traces.ts';
import { type ActiveSpan, noTracing, type Tracing, type Work } from './tracing.ts';

/** Loads OpenTelemetry's SDK when it starts, if somebody wants Tocsin's own traces: everybody else would pay for it with memory and with time to start. */
export class LazyTracing implements Tracing, Component {
  readonly name = 'own traces';
  private readonly options: OwnTracesOptions;
  private traces: OwnTraces | undefined;

  constructor(options: OwnTracesOptions) {
    this.options = options;
  }

  /** Where they go; undefined if there are none. */
  get target(): URL | undefined {
    return this.traces === undefined ? undefined : new URL(this.options.config.endpoint);
  }

  async start(): Promise<void> {
    if (this.options.config.endpoint === '') return;
    const { OwnTraces } = await import('./own-traces.ts');
    this.traces = new OwnTraces(this.options);
  }

  async stop(): Promise<void> {
    const { traces } = this;
    this.traces = undefined;
    await traces?.stop();
  }

  run<T>(work: Work, doing: (span: ActiveSpan) => Promise<T>): Promise<T> {
    return (this.traces ?? noTracing).run(work, doing);
  }

  silently<T>(doing: () => T): T {
    return (this.traces ?? noTracing).silently(doing);
  }
}
