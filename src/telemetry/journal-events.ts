import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter } from '../metrics/scalar.ts';
import type { Log } from './log.ts';
import { reasonOf, type TellOwnFailure } from './own-failure.ts';

/** What happens to the journal of the intake, one method each, as in `Events`. */
export class JournalEvents {
  private readonly log: Log;
  private readonly tell: TellOwnFailure;
  private readonly bypasses: Counter;
  private isFailing = false;

  constructor(registry: MetricRegistry, log: Log, tell: TellOwnFailure) {
    this.log = log;
    this.tell = tell;
    this.bypasses = registry.counter({
      name: 'tocsin_journal_bypassed_total',
      help: 'Requests taken that would not survive a crash, since the journal was full or could not be written.',
    });
    this.bypasses.series();
  }

  worked(): void {
    if (!this.isFailing) return;
    this.isFailing = false;
    this.log.info('the journal is written again');
  }

  /** Told when it begins. */
  failed(error: unknown): void {
    if (this.isFailing) return;
    this.isFailing = true;
    this.log.error(
      { err: error },
      'the journal cannot be written: what is taken in the meantime would not survive a crash of Tocsin',
    );
    this.tell({ kind: 'JournalFailed', message: `the journal cannot be written: ${reasonOf(error)}` });
  }

  /** A body was taken without being in the journal. */
  bypassed(): void {
    this.bypasses.add(this.bypasses.series());
  }

  /** What a process that ended had taken and not done. */
  replayed(bodies: number): void {
    if (bodies > 0) this.log.info({ requests: bodies }, 'took from the journal what was not done before');
  }

  bodyLost(error: unknown): void {
    this.log.error({ err: error }, 'a request in the journal cannot be taken again; it is left out');
    const message = `a request in the journal cannot be taken again: ${reasonOf(error)}`;
    this.tell({ kind: 'JournalBodyLost', message });
  }

  cut(files: number): void {
    this.log.warn({ files }, 'the journal ends where it should not: a crash cut it off, or it is damaged');
  }

  damaged(places: number): void {
    this.log.error(
      { places },
      'the journal is damaged, as when a disk fails: requests in it that were not done are lost',
    );
    this.tell({ kind: 'JournalBodyLost', message: 'the journal is damaged', details: { places } });
  }

  /** They stay where they are. */
  unknown(files: number): void {
    this.log.warn({ files }, 'there are files in the journal that this version cannot read: left alone');
  }

  /** The journal is at its bound, and what is oldest in it is still open. */
  gaveUp(bodies: number): void {
    this.bypasses.add(this.bypasses.series(), bodies);
    this.log.warn({ bodies }, 'the journal is full: the oldest in it would not survive a crash of Tocsin');
    this.tell({ kind: 'JournalFull', message: 'the journal is full', details: { bodies } });
  }
}
