import type { Socket } from 'node:net';

export interface ConnectionLimit {
  mostConnections: number;
  /** Called for each connection that was closed to make room. */
  onEvicted: (() => void) | undefined;
}

/**
 * The connections of a listener, in a bounded number. A new one always gets in: room is made first by those on which nothing was
 * answered yet, and then by those that have been quiet the longest, so that a crowd of them does not keep an app out.
 */
export class Connections {
  private readonly most: number;
  private readonly onEvicted: (() => void) | undefined;
  /** The oldest first. */
  private readonly unanswered = new Set<Socket>();
  /** The one that was answered the longest ago first. */
  private readonly known = new Set<Socket>();

  constructor(most: number, onEvicted?: () => void) {
    this.most = most;
    this.onEvicted = onEvicted;
  }

  add(socket: Socket): void {
    if (this.count >= this.most) this.evict();
    this.unanswered.add(socket);
    socket.once('close', () => {
      this.unanswered.delete(socket);
      this.known.delete(socket);
    });
  }

  answered(socket: Socket): void {
    const isOpen = this.unanswered.delete(socket) || this.known.delete(socket);
    if (isOpen) this.known.add(socket);
  }

  get count(): number {
    return this.unanswered.size + this.known.size;
  }

  private evict(): void {
    const [socket] = this.unanswered.size > 0 ? this.unanswered : this.known;
    if (socket === undefined) return;
    this.unanswered.delete(socket);
    this.known.delete(socket);
    socket.destroy();
    this.onEvicted?.();
  }
}

/** Sockets as they were accepted: that of a request over TLS is another one, around it, with the same peer. */
export class AcceptedSockets {
  private readonly byPeer = new Map<string, Socket>();

  add(socket: Socket): void {
    const peer = peerOf(socket);
    this.byPeer.set(peer, socket);
    socket.once('close', () => {
      if (this.byPeer.get(peer) === socket) this.byPeer.delete(peer);
    });
  }

  under(socket: Socket): Socket | undefined {
    return this.byPeer.get(peerOf(socket));
  }

  destroy(): void {
    for (const socket of this.byPeer.values()) socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
