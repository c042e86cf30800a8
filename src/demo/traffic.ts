import type { Clock } from '../runtime/clock.ts';
import type { Shop } from './shop/processes.ts';

/** What the customers of the demo meet, one act after the other, again from the start at the end. */
interface Act {
  title: string;
  /** Faults of the payments service; see `shop/faults.ts`. */
  faults: Readonly<Record<string, unknown>>;
  seconds: number;
}

const acts: readonly Act[] = [
  { title: 'all is well: customers buy, probes ask for /healthz', faults: {}, seconds: 10 },
  { title: 'payments has a bug: every order throws', faults: { throw: true }, seconds: 15 },
  { title: 'mended', faults: {}, seconds: 10 },
  { title: 'payments is down: it answers 503', faults: { unavailable: true }, seconds: 15 },
  { title: 'mended', faults: {}, seconds: 40 },
];

const secondMillis = 1_000;

/** Customers who buy something every second, from a shop that breaks and is mended. */
export class Traffic {
  private readonly shop: Shop;
  private readonly clock: Clock;
  private readonly tell: (line: string) => void;
  private stopped = false;

  constructor(shop: Shop, clock: Clock, tell: (line: string) => void) {
    this.shop = shop;
    this.clock = clock;
    this.tell = tell;
  }

  /** Goes on until it is stopped. */
  async run(): Promise<void> {
    let order = 0;
    for (let act = 0; !this.stopped; act = (act + 1) % acts.length) {
      const { title, faults, seconds } = acts[act]!;
      this.tell(title);
      await this.setFaults(faults);
      for (let second = 0; second < seconds && !this.stopped; second++) {
        await this.visit(`/checkout?order=A-${++order}`);
        await this.visit('/healthz');
        await new Promise<void>((resolve) => this.clock.after(secondMillis, resolve));
      }
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private async setFaults(faults: Act['faults']): Promise<void> {
    const url = `${this.shop.payments.url}/faults`;
    await fetch(url, { method: 'DELETE' });
    if (Object.keys(faults).length === 0) return;
    const headers = { 'content-type': 'application/json' };
    await fetch(url, { method: 'PUT', headers, body: JSON.stringify(faults) });
  }

  /** Whatever is answered: that it fails is what is shown. */
  private async visit(path: string): Promise<void> {
    const response = await fetch(`${this.shop.storefront.url}${path}`).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
  }
}
