import type { Message } from '../../src/notify/message.ts';
import type { Obstacle, Outcome, Receiver, Reference } from '../../src/notify/receiver.ts';

export interface Shown {
  message: Message;
  in: Reference | undefined;
}

/** A receiver that remembers what it was to show, and answers as it is told. */
export class RecordingReceiver implements Receiver {
  readonly name: string;
  readonly description = 'a recording receiver';
  canEdit = true;
  hasThreads = true;
  /** Takes every edit for one of a message that is gone. */
  forbidsEdits = false;
  /** Messages that are never taken. */
  refuses: (message: Message) => boolean = () => false;
  readonly shown: Shown[] = [];
  /** Answers to come, first in first out; after them everything is delivered. */
  readonly outcomes: Outcome[] = [];
  readonly verifications: Obstacle[] = [];
  /** What happens once, before the answer to the next message comes. */
  meanwhile: (() => Promise<unknown>) | undefined;
  closed = 0;
  private posts = 0;

  constructor(name = 'recorder') {
    this.name = name;
  }

  async notify(message: Message, reference: Reference | undefined): Promise<Outcome> {
    const outcome = this.outcomes.shift() ?? {
      kind: 'delivered',
      reference: reference ?? { post: String(++this.posts) },
    };
    this.shown.push({ message, in: reference });
    const { meanwhile } = this;
    this.meanwhile = undefined;
    if (meanwhile !== undefined) await meanwhile();
    if (this.refuses(message)) return { kind: 'refused', reason: 'x', remedy: 'y' };
    if (this.forbidsEdits && reference !== undefined) return { kind: 'gone', reason: 'edit_window_closed' };
    return outcome;
  }

  close(): void {
    this.closed++;
  }

  verify(): Promise<Obstacle | undefined> {
    return Promise.resolve(this.verifications.shift());
  }
}
