import type { Metadata } from './content.ts';

/** A message as it is now. Named as Slack names it where Slack has a name. */
export interface RecordedMessage {
  /** The channel's id. */
  channel: string;
  channelName: string;
  ts: string;
  bot_id: string;
  text: string;
  blocks: readonly unknown[];
  metadata: Metadata | undefined;
  /** Undefined for a message of the channel itself, also where a reply was wanted to what is not there. */
  thread_ts: string | undefined;
  reply_broadcast: boolean;
  /** By the injected clock; milliseconds since the Unix epoch. */
  at: number;
  /** When the call came, by the machine's high-resolution clock; milliseconds since the Unix epoch. */
  arrivedMillis: number;
  /** As it was posted. */
  original: { text: string; blocks: readonly unknown[] };
  /** Oldest first; the last one is what the message shows. */
  edits: Edit[];
  /** Edits that are no longer kept. */
  editsForgotten: number;
  deleted: boolean;
}

export interface Edit {
  at: number;
  arrivedMillis: number;
  text: string;
  blocks: readonly unknown[];
}

export interface RecordedCall {
  /** `chat.postMessage` and so on, or `webhook`. */
  method: string;
  at: number;
  arrivedMillis: number;
  /** `ok`, Slack's error, `ratelimited`, `http_500`, `unanswered`; `pending` while it is worked on. */
  outcome: string;
  /** The kind of the fault that was played, if one was. */
  fault: string | undefined;
}

/** A message that one person was shown, and nobody else. */
export interface RecordedEphemeral {
  channel: string;
  user: string;
  text: string;
  at: number;
}

/** A button that somebody pressed. */
export interface RecordedPress {
  action_id: string;
  /** The id of who did. */
  user: string;
  /** `acknowledged`, `late`, `http_401`, `unreached`, or `nowhere` if there is nobody to hear of it. */
  outcome: string;
  /** Until then. */
  millis: number;
  at: number;
}

export interface Keep {
  messages: number;
  editsPerMessage: number;
  calls: number;
}

export const keepByDefault: Keep = { messages: 5_000, editsPerMessage: 200, calls: 50_000 };

/** All that was posted and called, the newest of it once there is too much. */
export class History {
  readonly #keep: Keep;
  readonly #messages = new Map<string, RecordedMessage>();
  readonly #calls: RecordedCall[] = [];
  readonly #ephemerals: RecordedEphemeral[] = [];
  readonly #presses: RecordedPress[] = [];
  messagesForgotten = 0;
  callsForgotten = 0;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  get messages(): readonly RecordedMessage[] {
    return [...this.#messages.values()];
  }

  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  get ephemerals(): readonly RecordedEphemeral[] {
    return this.#ephemerals;
  }

  get presses(): readonly RecordedPress[] {
    return this.#presses;
  }

  addEphemeral(ephemeral: RecordedEphemeral): void {
    this.#ephemerals.push(ephemeral);
    if (this.#ephemerals.length > this.#keep.messages) this.#ephemerals.shift();
  }

  addPress(press: RecordedPress): void {
    this.#presses.push(press);
    if (this.#presses.length > this.#keep.calls) this.#presses.shift();
  }

  /** Undefined also for a deleted message. */
  find(channelId: string, ts: string): RecordedMessage | undefined {
    const message = this.#messages.get(key(channelId, ts));
    return message?.deleted === true ? undefined : message;
  }

  addMessage(message: RecordedMessage): void {
    this.#messages.set(key(message.channel, message.ts), message);
    for (const oldest of this.#messages.keys()) {
      if (this.#messages.size <= this.#keep.messages) return;
      this.#messages.delete(oldest);
      this.messagesForgotten += 1;
    }
  }

  addEdit(message: RecordedMessage, edit: Edit): void {
    message.text = edit.text;
    message.blocks = edit.blocks;
    message.edits.push(edit);
    if (message.edits.length > this.#keep.editsPerMessage) {
      message.edits.shift();
      message.editsForgotten += 1;
    }
  }

  addCall(call: RecordedCall): void {
    this.#calls.push(call);
    if (this.#calls.length > this.#keep.calls) {
      this.#calls.shift();
      this.callsForgotten += 1;
    }
  }
}

function key(channelId: string, ts: string): string {
  return `${channelId} ${ts}`;
}
