import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { Caller } from '../contract/route.ts';
import { Problem } from '../problem.ts';
import type { ChangeFeed } from './change-feed.ts';

const mostStreams = 50;
const heartbeatMillis = 15_000;
/** A browser that lost the connection comes again after this. */
const reconnectMillis = 2_000;
/** What one reader may leave unread; more than all that is remembered, so that catching up fits. */
const mostUnreadBytes = 512 * 1024;

interface Stream {
  response: ServerResponse;
  caller: Caller;
}

/** The open streams of server-sent events. */
export class EventStreams implements Component {
  readonly name = 'event streams';
  private readonly clock: Clock;
  private readonly feed: ChangeFeed;
  private readonly streams = new Set<Stream>();
  private unsubscribe: (() => void) | undefined;
  private cancelHeartbeat: CancelTimer | undefined;
  private stopping = false;

  constructor(clock: Clock, feed: ChangeFeed) {
    this.clock = clock;
    this.feed = feed;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends all streams: they would hold their listener up. */
  stop(): Promise<void> {
    this.stopping = true;
    for (const stream of this.streams) stream.response.end();
    this.streams.clear();
    this.rest();
    return Promise.resolve();
  }

  get count(): number {
    return this.streams.size;
  }

  /** @throws Problem if there are too many */
  open(caller: Caller, request: IncomingMessage, response: ServerResponse): void {
    if (this.stopping || this.streams.size >= mostStreams) {
      const why = this.stopping ? 'Tocsin is stopping' : `${mostStreams} streams are open already`;
      throw new Problem(503, `${why}: come again later`, { 'retry-after': '5' });
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const stream = { response, caller };
    response.on('close', () => this.forget(stream));
    // A reader that is gone is known by the close that follows.
    response.on('error', () => undefined);
    this.streams.add(stream);
    this.unsubscribe ??= this.feed.subscribe((text) => this.sendAll(text));
    this.cancelHeartbeat ??= this.beatLater();
    const lastId = request.headers['last-event-id'];
    const caughtUp = this.feed.catchUp(typeof lastId === 'string' ? lastId : undefined);
    this.send(stream, `retry: ${reconnectMillis}\n${caughtUp}`);
  }

  private sendAll(text: string): void {
    for (const stream of this.streams) this.send(stream, text);
  }

  private send(stream: Stream, text: string): void {
    stream.response.write(text);
    // One who does not read is cut off; when it comes again it is told what it missed.
    if (stream.response.writableLength > mostUnreadBytes) {
      this.forget(stream);
      stream.response.destroy();
    }
  }

  private beatLater(): CancelTimer {
    return this.clock.after(heartbeatMillis, () => {
      for (const stream of this.streams) {
        if (stream.caller.isAllowed()) continue;
        this.streams.delete(stream);
        stream.response.end();
      }
      this.sendAll(': still here\n\n');
      this.cancelHeartbeat = this.streams.size === 0 ? undefined : this.beatLater();
    });
  }

  private forget(stream: Stream): void {
    this.streams.delete(stream);
    if (this.streams.size === 0) this.rest();
  }

  private rest(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.cancelHeartbeat?.();
    this.cancelHeartbeat = undefined;
  }
}
