import type { Batch, Sink } from '../../src/pipeline/sink.ts';

/** A sink that keeps what it is offered, and settles it when it is told to. */
export class RecordingSink implements Sink {
  readonly offered: Batch[] = [];

  offer(batch: Batch): void {
    this.offered.push(batch);
  }
}
