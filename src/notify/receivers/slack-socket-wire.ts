import { SocketModeClient, type SocketModeOptions } from '@slack/socket-mode';

/** Something that Slack wants to be heard. */
export interface Envelope {
  type: string;
  body: unknown;
  /** Tells Slack that it was. Never throws. */
  ack: () => void;
}

interface SocketMessage {
  type?: unknown;
  /** Of hello. */
  num_connections?: unknown;
  /** Of disconnect. */
  reason?: unknown;
  envelope_id?: unknown;
  payload?: unknown;
}

/** Slack's client of one connection, which says of it all that there is to know, and passes on what it cannot read to nobody. */
export class SocketClient extends SocketModeClient {
  /** By Slack's word for why. */
  readonly ended: Promise<string | undefined>;
  readonly end: (said: string | undefined) => void;
  connections = 0;
  /** What went wrong with the connection, if anything did. */
  problem: unknown;
  private readonly receive: (envelope: Envelope) => void;

  constructor(options: SocketModeOptions, receive: (envelope: Envelope) => void) {
    super(options);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.ended = promise;
    this.end = resolve;
    this.receive = receive;
    this.on('disconnected', () => resolve(undefined));
    this.on('error', (error: { original?: unknown }) => (this.problem = error.original ?? error));
  }

  /** What is thrown here nobody catches: what cannot be read is passed over. */
  protected override async onWebSocketMessage(data: string | ArrayBuffer, isBinary: boolean): Promise<void> {
    const { type, num_connections, reason, envelope_id, payload } = readMessage(data);
    if (type === 'hello') {
      this.connections = Number(num_connections) || 0;
      await super.onWebSocketMessage(data, isBinary);
    } else if (type === 'disconnect') {
      // It stays open until there is another one: what is pressed meanwhile may come by either.
      this.end(String(reason));
    } else if (typeof type === 'string' && typeof envelope_id === 'string') {
      this.receive({ type, body: payload, ack: () => this.acknowledge(envelope_id) });
    }
  }

  /** If that cannot be sent, people are shown a warning beside what they have pressed, although it was done. */
  private acknowledge(envelope_id: string): void {
    this.websocket?.send(JSON.stringify({ envelope_id }), () => undefined);
  }
}

function readMessage(data: string | ArrayBuffer): SocketMessage {
  try {
    const message: unknown = JSON.parse(typeof data === 'string' ? data : '');
    return typeof message === 'object' && message !== null ? message : {};
  } catch {
    return {};
  }
}
