import type { Log } from './log.ts';

/** What is said of the memory of this process: when there is too little for requests, and when there is enough again. */
export class MemoryEvents {
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  /** Until there is memory again, every request meets the same. */
  memoryShort(usedBytes: number, mostBytes: number): void {
    this.log.error(
      { used_bytes: usedBytes, most_bytes: mostBytes },
      'there is no memory for more requests (intake.max_memory): their senders are asked to send again',
    );
  }

  memoryEnough(): void {
    this.log.info('there is memory for requests again');
  }
}
