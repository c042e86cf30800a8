import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import type { StreamHandler } from '../runtime/http2-server.ts';

/**
 * Sent with everything that is forwarded: who forwards, and after it those from whom it has lately taken what other Tocsins forwarded,
 * theirs included. So what comes back is known, whatever name or balancer it came through and however many it passed.
 */
export const instanceHeader = 'tocsin-instance';

/** A gateway has many sidecars in front of it, and is seldom part of a ring. */
const mostUpstream = 32;
/** As `randomUUID` makes them. */
const instancePattern = /^[\da-f]{8}-[\da-f-]{27}$/;

/** Keeps what is forwarded from going round in a ring of Tocsins: taken in, it would be forwarded again, without an end. */
export class LoopGuard {
  private readonly instance: string;
  /** The one that was heard of last is the last. None changes where it forwards to as long as it runs. */
  private readonly heard = new Set<string>();

  /** @param instance of this process, as nobody else's */
  constructor(instance: string) {
    this.instance = instance;
  }

  /** Those that what is forwarded may come from, besides apps. */
  readonly upstream = (): readonly string[] => [...this.heard];

  /** @param refuse answers what this Tocsin itself has forwarded, and what others have made of it */
  refusing(handler: RequestListener, refuse: RequestListener): RequestListener {
    return (request, response) => (this.isBack(request.headers) ? refuse : handler)(request, response);
  }

  /** The same of calls of gRPC. */
  refusingCalls(handler: StreamHandler, refuse: StreamHandler['handle']): StreamHandler {
    return {
      handle: (stream, headers) => {
        if (this.isBack(headers)) refuse(stream, headers);
        else handler.handle(stream, headers);
      },
      close: () => handler.close(),
    };
  }

  /** Whether it was sent from here. Of what was not it is noted where it comes from. */
  private isBack(headers: IncomingHttpHeaders): boolean {
    const path = pathOf(headers);
    if (path.includes(this.instance)) return true;
    for (const instance of path) this.note(instance);
    return false;
  }

  private note(instance: string): void {
    this.heard.delete(instance);
    this.heard.add(instance);
    for (const oldest of this.heard) {
      if (this.heard.size <= mostUpstream) return;
      this.heard.delete(oldest);
    }
  }
}

function pathOf(headers: IncomingHttpHeaders): readonly string[] {
  const header = headers[instanceHeader];
  if (header === undefined) return [];
  return String(header)
    .split(',', mostUpstream + 1)
    .map((instance) => instance.trim())
    .filter((instance) => instancePattern.test(instance));
}
