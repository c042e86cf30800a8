import { requestFromJson } from '../otlp/json/request.ts';
import type { Signal } from '../otlp/signal.ts';
import type { Accepted, Acceptor } from '../pipeline/acceptor.ts';
import { ledgerSignalOf } from '../pipeline/ledger-signal.ts';
import type { Clock } from '../runtime/clock.ts';
import { withinDeadline } from '../runtime/deadline.ts';
import type { Events } from '../telemetry/events.ts';
import { digestOf } from './body-digest.ts';
import { type Answer, Duplicates } from './duplicates.ts';
import type { Encoding } from './encoding.ts';
import type { Journal, JournalEntry, LeftBody } from './journal/journal.ts';

/** The disk does not take the request in time: it is to be sent again. */
export class JournalStalled extends Error {
  override readonly name = 'JournalStalled';
}

/** As long as the store has, and longer for what is large, or comes behind it: at a rate that any disk has. */
function deadlineMillis(bytes: number): number {
  return 250 + bytes / 16_384;
}

export interface ReceptionDependencies {
  clock: Clock;
  events: Events;
  acceptors: Readonly<Record<Signal, Acceptor>>;
  /** Undefined if there is none. */
  journal: Pick<Journal, 'append' | 'waitingBytes'> | undefined;
}

/**
 * What happens to every request, by whatever protocol it came: a retry of one that was taken is known and answered as that was;
 * what is new and whole stands in the journal before it is worked on, until nothing of it is pending.
 */
export class Reception {
  private readonly dependencies: ReceptionDependencies;
  private readonly duplicates: Duplicates;

  constructor(dependencies: ReceptionDependencies) {
    this.dependencies = dependencies;
    this.duplicates = new Duplicates(dependencies.clock);
  }

  /** @throws MalformedOtlp, StoreUnavailable, JournalStalled */
  async receive(signal: Signal, encoding: Encoding, body: Uint8Array): Promise<Answer> {
    const request = encoding === 'json' ? requestFromJson(signal, body) : body;
    const { key, crc } = digestOf(signal, request);
    const earlier = this.duplicates.find(key);
    if (earlier !== undefined) {
      const accepted = await earlier;
      this.count(signal, accepted.items);
      return accepted;
    }
    const accepting = this.accept(signal, request, crc);
    this.duplicates.note(key, accepting);
    return accepting;
  }

  /**
   * Takes what a crash left. Error events of it that are stored are known by their ids.
   * @throws MalformedOtlp, StoreUnavailable, or what the system says of a file that cannot be read
   */
  async replay(left: LeftBody): Promise<void> {
    const request = await left.read();
    const accepting = this.acceptors[left.signal].accept(request);
    // Its sender may not have heard the answer.
    this.duplicates.note(digestOf(left.signal, request).key, accepting);
    finish(left, await accepting);
  }

  private count(signal: Signal, duplicates: number): void {
    const { events } = this.dependencies;
    const items = ledgerSignalOf[signal];
    events.itemsAccounted(items, 'received', duplicates);
    events.itemsAccounted(items, 'duplicate', duplicates);
  }

  private get acceptors(): ReceptionDependencies['acceptors'] {
    return this.dependencies.acceptors;
  }

  private async accept(signal: Signal, request: Uint8Array, crc: number): Promise<Accepted> {
    let entry: JournalEntry | undefined;
    try {
      const accepted = await this.acceptors[signal].accept(request, async () => {
        entry = await this.protect(signal, request, crc);
      });
      finish(entry, accepted);
      return accepted;
    } catch (error) {
      // It will be sent again, or not: either way it is not ours.
      entry?.done();
      throw error;
    }
  }

  private async protect(signal: Signal, request: Uint8Array, crc: number): Promise<JournalEntry | undefined> {
    const { journal, clock } = this.dependencies;
    if (journal === undefined) return undefined;
    const millis = deadlineMillis(journal.waitingBytes + request.length);
    const appending = journal.append(signal, request, crc);
    try {
      return await withinDeadline(appending, millis, clock);
    } catch (error) {
      appending.then(
        (entry) => entry.done(),
        () => undefined,
      );
      throw new JournalStalled('the journal cannot be written quickly enough', { cause: error });
    }
  }
}

function finish(entry: JournalEntry | undefined, { pending }: Accepted): void {
  if (entry === undefined) return;
  if (pending === undefined) entry.done();
  else void pending.finally(() => entry.done());
}
