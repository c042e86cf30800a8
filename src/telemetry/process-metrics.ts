import { collectDefaultMetrics, Registry } from 'prom-client';

/** Memory, CPU, event loop and garbage collection of Tocsin's own process, under prom-client's usual names. */
export class ProcessMetrics {
  private readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  expose(): Promise<string> {
    return this.registry.metrics();
  }
}
