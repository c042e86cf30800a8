import type { SegmentRecord } from './record.ts';
import type { Segment } from './segment.ts';
import { readPayload } from './segment-file.ts';

/** Something that stands in a log until it is done. */
export class LogEntry {
  /** What it is about, to whoever wrote it. */
  readonly tag: number;
  readonly id: number;
  /** Of the payload, in bytes. */
  readonly length: number;
  readonly segment: Segment<LogEntry>;
  private readonly at: number;
  private readonly onDone: (entry: LogEntry) => void;

  constructor(
    segment: Segment<LogEntry>,
    { tag, id, at, length }: SegmentRecord,
    onDone: (entry: LogEntry) => void,
  ) {
    this.segment = segment;
    this.tag = tag;
    this.id = id;
    this.at = at;
    this.length = length;
    this.onDone = onDone;
    segment.open.add(this);
  }

  /** @throws DamagedRecord, or what the system says of a file that cannot be read */
  read(): Promise<Buffer> {
    const { at, length } = this;
    return readPayload(this.segment.path, { at, length });
  }

  /** It is not to be found again. Harmless when it is so already. */
  done(): void {
    if (this.segment.open.delete(this)) this.onDone(this);
  }

  /** The same, when it goes with its file. */
  giveUp(): void {
    this.segment.open.delete(this);
  }
}
