import { setTimeout as delay } from 'node:timers/promises';
import type { Addresses } from '../e2e/support/tocsin.ts';
import type { Random } from '../fuzz/random.ts';
import { send } from './door.ts';
import type { History } from './history.ts';
import type { Outcome, Shipment, Way } from './shipment.ts';
import type { Traffic } from './traffic.ts';

export interface SendersDependencies {
  random: Random;
  traffic: Traffic;
  history: History;
  at: () => Addresses;
}

/** Apps that send as SDKs do: what was not answered, or is to come again, is sent again; seldom also what was taken. */
export class Senders {
  private readonly dependencies: SendersDependencies;
  private readonly running: Promise<void>[];
  private isOver = false;
  private patience = Infinity;

  constructor(count: number, dependencies: SendersDependencies) {
    this.dependencies = dependencies;
    this.running = Array.from({ length: count }, () => this.run());
  }

  /** Begins nothing anew. @param withinMillis what is not answered by then is given up */
  async stop(withinMillis: number): Promise<void> {
    this.isOver = true;
    this.patience = performance.now() + withinMillis;
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    const { traffic, random } = this.dependencies;
    while (!this.isOver) {
      const { shipments, isInOrder } = traffic.next();
      if (isInOrder) for (const shipment of shipments) await this.deliver(shipment);
      else await Promise.all(shipments.map((shipment) => this.deliver(shipment)));
      await delay(random.below(60));
    }
  }

  private async deliver(shipment: Shipment): Promise<void> {
    const { random } = this.dependencies;
    // As JSON it would be another request, to whoever looks at bytes.
    const protocols = random.once(3) ? (['json'] as const) : (['protobuf', 'grpc'] as const);
    const mostAttempts = random.once(12) ? 1 + random.below(3) : Infinity;
    for (let attempt = 0; attempt < mostAttempts && performance.now() < this.patience; attempt++) {
      const { kind } = await this.try(shipment, protocols, attempt === 0 && random.once(15));
      if (kind === 'refused') return;
      if (kind === 'taken') break;
      await delay(50 + random.below(250));
    }
    for (let more = this.repeats(); more > 0; more--) {
      await delay(random.once(3) ? random.below(1_500) : 0);
      await this.try(shipment, protocols);
    }
  }

  private repeats(): number {
    const { random } = this.dependencies;
    return random.once(10) && !this.isOver ? 1 + random.below(2) : 0;
  }

  private async try(
    shipment: Shipment,
    protocols: readonly Way['protocol'][],
    goesAway = false,
  ): Promise<Outcome> {
    const { history, at } = this.dependencies;
    const way = this.way(protocols, goesAway);
    const life = history.current.number;
    const sentAt = performance.now();
    const outcome = await send(at(), shipment, way);
    shipment.attempts.push({ life, way, sentAt, endedAt: performance.now(), outcome });
    return outcome;
  }

  private way(protocols: readonly Way['protocol'][], goesAway: boolean): Way {
    const { random } = this.dependencies;
    return {
      protocol: random.one(protocols),
      gzip: random.once(2),
      goesAwayAfterMillis: goesAway ? random.below(8) : undefined,
    };
  }
}
