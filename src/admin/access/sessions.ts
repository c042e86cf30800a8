import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';

const lifetimeMillis = 12 * 3_600_000;
export const sessionSeconds = lifetimeMillis / 1000;

/** More people than use one sidecar; beyond it the oldest session ends. */
const mostSessions = 1000;

interface Session {
  name: string;
  /** By the monotonic clock. */
  endsAt: number;
}

/** Who has logged in with a browser. In memory: a restart ends all of them, and with them those of tokens taken away. */
export class Sessions {
  private readonly clock: Clock;
  /** By the digest of the id, the oldest first: what is in memory lets nobody in. */
  private readonly sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @returns the id, which is all that it takes to use the session */
  begin(name: string): string {
    for (const oldest of this.sessions.keys()) {
      if (this.sessions.size < mostSessions) break;
      this.sessions.delete(oldest);
    }
    const id = randomBytes(32).toString('base64url');
    this.sessions.set(digest(id), { name, endsAt: this.clock.monotonic() + lifetimeMillis });
    return id;
  }

  /** Whose session this is; undefined if it has ended or never was. */
  ownerOf(id: string): string | undefined {
    const key = digest(id);
    const session = this.sessions.get(key);
    if (session === undefined || this.clock.monotonic() < session.endsAt) return session?.name;
    this.sessions.delete(key);
    return undefined;
  }

  end(id: string): void {
    this.sessions.delete(digest(id));
  }

  get count(): number {
    return this.sessions.size;
  }
}

function digest(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
