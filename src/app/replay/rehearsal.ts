import type { Message } from '../../notify/message.ts';
import type { Outcome, Receiver, Reference } from '../../notify/receiver.ts';
import type { Clock } from '../../runtime/clock.ts';

/** What a receiver would have been told. */
export interface RehearsedMessage {
  receiver: string;
  /** Milliseconds since the Unix epoch, by the data's clock. */
  at: number;
  kind: 'post' | 'edit' | 'reply';
  text: string;
}

/** Stands in for a receiver: everything that it is to show is noted, and nothing sent. */
export class RehearsalReceiver implements Receiver {
  readonly name: string;
  readonly description: string;
  readonly canEdit: boolean;
  readonly hasThreads: boolean;
  private readonly clock: Clock;
  private readonly messages: RehearsedMessage[];
  private posts = 0;

  /** @param messages to which it adds */
  constructor(
    { name, canEdit, hasThreads = false }: Pick<Receiver, 'name' | 'canEdit' | 'hasThreads'>,
    clock: Clock,
    messages: RehearsedMessage[],
  ) {
    this.name = name;
    this.hasThreads = hasThreads;
    this.description = `${name} (rehearsed)`;
    this.canEdit = canEdit;
    this.clock = clock;
    this.messages = messages;
  }

  notify(message: Message, shown: Reference | undefined): Promise<Outcome> {
    const isEdit = this.canEdit && shown !== undefined;
    const kind = isEdit ? 'edit' : 'post';
    const note = (what: RehearsedMessage['kind'], text: string): void =>
      void this.messages.push({ receiver: this.name, at: this.clock.now(), kind: what, text });
    note(kind, message.summary);
    if (isEdit) for (const { text } of message.news) note('reply', text);
    const reference = isEdit ? shown : { post: String(++this.posts) };
    return Promise.resolve({ kind: 'delivered', reference: this.canEdit ? reference : undefined });
  }

  verify(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
