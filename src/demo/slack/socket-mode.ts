import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import * as z from 'zod';
import { parseJson } from './request.ts';
import { acceptUpgrade, refuseUpgrade, WebSocketConnection } from './websocket.ts';

/** Where connections are opened. */
export const linkPath = '/link/';

/** An app has no more connections. Source: docs.slack.dev/apis/events-api/using-socket-mode */
const mostConnections = 10;
const pingMillis = 10_000;

const ackSchema = z.object({ envelope_id: z.string(), payload: z.object({}).optional() });

/** Connections of apps by Socket Mode. Source: docs.slack.dev/apis/events-api/using-socket-mode */
export class SocketMode {
  readonly #tickets = new Set<string>();
  readonly #open: WebSocketConnection[] = [];
  /** Also those that are to end. */
  readonly #all = new Set<WebSocketConnection>();
  /** What is to be called when an envelope is acknowledged. */
  readonly #waiting = new Map<string, () => void>();
  /** What an app did that Slack's rules do not have room for. */
  readonly complaints: string[] = [];
  /** Connections so far. */
  opened = 0;
  #turn = 0;

  /** @returns what stands in the URL that a connection is opened by: good for once */
  ticket(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return ticket;
  }

  get connections(): number {
    return this.#open.length;
  }

  /** Also those that Slack has said are to end. */
  get allConnections(): number {
    return this.#all.size;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = URL.parse(request.url ?? '', 'http://slack');
    const isLet = url?.pathname === linkPath && this.#tickets.delete(url.searchParams.get('ticket') ?? '');
    if (!isLet) return refuseUpgrade(socket, 403);
    if (acceptUpgrade(request, socket)) this.#begin(socket, head);
  }

  /**
   * Sends an envelope by one of the connections; which one, nobody can tell.
   * @returns whether there is any
   */
  send(type: string, payload: unknown, onAcknowledged: () => void): boolean {
    const connection = this.#open[this.#turn++ % Math.max(1, this.#open.length)];
    if (connection === undefined) return false;
    const envelopeId = randomUUID();
    this.#waiting.set(envelopeId, onAcknowledged);
    connection.send(
      JSON.stringify({ type, envelope_id: envelopeId, payload, accepts_response_payload: false }),
    );
    return true;
  }

  /** Says to all connections that they are to end, and for what reason. They stay open for as long as the app has them so. */
  disconnect(reason: string): void {
    const debug_info = { host: 'stand-in' };
    for (const connection of this.#open.splice(0)) {
      connection.send(JSON.stringify({ type: 'disconnect', reason, debug_info }));
      if (reason === 'link_disabled') connection.close();
    }
  }

  /** Cuts all connections off. */
  drop(): void {
    for (const connection of this.#all) connection.destroy();
  }

  /** To all connections, as it is. */
  sendRaw(text: string): void {
    for (const connection of this.#open) connection.send(text);
  }

  #begin(socket: Duplex, head: Buffer): void {
    const pings = setInterval(() => connection.ping(), pingMillis);
    const connection = new WebSocketConnection(socket, head, {
      onText: (text) => this.#acknowledge(text),
      onClose: () => {
        clearInterval(pings);
        this.#all.delete(connection);
        const index = this.#open.indexOf(connection);
        if (index !== -1) this.#open.splice(index, 1);
      },
    });
    this.#all.add(connection);
    if (this.#open.length >= mostConnections) {
      connection.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }));
      return connection.close();
    }
    this.#open.push(connection);
    this.opened += 1;
    const num_connections = this.#open.length;
    const debug_info = { host: 'stand-in', build_number: 1, approximate_connection_time: 18_060 };
    const connection_info = { app_id: 'A0000000000' };
    connection.send(JSON.stringify({ type: 'hello', num_connections, debug_info, connection_info }));
  }

  #acknowledge(text: string): void {
    const { data } = ackSchema.safeParse(parseJson(text));
    const acknowledged = data && this.#waiting.get(data.envelope_id);
    if (acknowledged === undefined)
      return void this.complaints.push(`no envelope is acknowledged by ${text}`);
    this.#waiting.delete(data!.envelope_id);
    acknowledged();
  }
}
