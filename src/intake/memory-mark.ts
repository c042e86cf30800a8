import type { Clock } from '../runtime/clock.ts';
import type { ProcessMemory } from '../runtime/process-memory.ts';
import type { MemoryEvents } from '../telemetry/memory-events.ts';

/** Of what the container may have, if nothing is configured: where it ends the process is killed. */
const shareOfLimit = 0.9;
/** Of the mark: who has passed it has memory again when it is so far below it. */
const shareOfMark = 0.95;
/** To look costs 20 µs. */
const looksEveryMillis = 100;
/** What is garbage is no reason to turn anybody away, and nobody may come to whom it would matter. */
const collectsEveryMillis = 10_000;

export interface MemoryMarkDependencies {
  clock: Clock;
  memory: ProcessMemory;
  events: Pick<MemoryEvents, 'memoryShort' | 'memoryEnough'>;
}

/**
 * Says when the process as a whole has no memory for more requests, whoever took it. Before that is said, garbage is collected: the
 * engine does so in its own time, and does not know of the limit.
 */
export class MemoryMark {
  private readonly dependencies: MemoryMarkDependencies;
  private readonly markBytes: number;
  private lookedAt = -Infinity;
  private collectedAt = -Infinity;
  private isPassed = false;

  /** @param most in bytes; auto: by the limit of the container, if it has one */
  constructor(dependencies: MemoryMarkDependencies, most: number | 'auto') {
    const { limitBytes = Infinity } = dependencies.memory;
    this.dependencies = dependencies;
    this.markBytes = most === 'auto' ? limitBytes * shareOfLimit : most;
  }

  /** For every request: it looks again when some time has passed. */
  readonly isShort = (): boolean => {
    const now = this.dependencies.clock.monotonic();
    if (this.markBytes === Infinity || now - this.lookedAt < looksEveryMillis) return this.isPassed;
    this.lookedAt = now;
    const wasPassed = this.isPassed;
    this.isPassed = this.look(now);
    if (this.isPassed !== wasPassed) this.tell();
    return this.isPassed;
  };

  private look(now: number): boolean {
    const { memory } = this.dependencies;
    const mostBytes = this.isPassed ? this.markBytes * shareOfMark : this.markBytes;
    if (memory.usedBytes() <= mostBytes) return false;
    if (now - this.collectedAt < collectsEveryMillis) return true;
    this.collectedAt = now;
    memory.collect();
    return memory.usedBytes() > mostBytes;
  }

  private tell(): void {
    const { events, memory } = this.dependencies;
    if (this.isPassed) events.memoryShort(memory.usedBytes(), this.markBytes);
    else events.memoryEnough();
  }
}
