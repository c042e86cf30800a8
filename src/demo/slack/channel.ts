export interface ChannelOptions {
  /** With or without `#`. */
  name: string;
  /** Made up if it is missing. */
  id?: string;
  /** Whether the bot may post there; default true. */
  isMember?: boolean;
  isArchived?: boolean;
}

export interface Channel {
  readonly id: string;
  /** Without `#`. */
  readonly name: string;
  readonly isMember: boolean;
  readonly isArchived: boolean;
}

export class Channels {
  readonly #byId = new Map<string, Channel>();
  readonly #byName = new Map<string, Channel>();

  constructor(options: readonly ChannelOptions[]) {
    for (const [index, { name, id, isMember = true, isArchived = false }] of options.entries()) {
      const made = `C${String(index + 1).padStart(10, '0')}`;
      const channel = { id: id ?? made, name: withoutHash(name), isMember, isArchived };
      this.#byId.set(channel.id, channel);
      this.#byName.set(channel.name, channel);
    }
  }

  byId(id: string): Channel | undefined {
    return this.#byId.get(id);
  }

  /** By id, `#name` or `name`, as chat.postMessage takes it. */
  find(idOrName: string): Channel | undefined {
    return this.#byId.get(idOrName) ?? this.#byName.get(withoutHash(idOrName));
  }
}

function withoutHash(name: string): string {
  return name.startsWith('#') ? name.slice(1) : name;
}
