import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../config/secret.ts';
import type { Clock } from '../../runtime/clock.ts';

/** By which a request says that it is from Slack (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export interface SlackSigned {
  /** `x-slack-signature` */
  signature: string | undefined;
  /** `x-slack-request-timestamp` */
  timestamp: string | undefined;
  body: Uint8Array;
}

export type SignatureVerdict =
  | { kind: 'right'; secret: Secret }
  /** It came before. */
  | { kind: 'repeated' }
  /** It is signed, but minutes ago, or in the future: seconds until now. */
  | { kind: 'out of time'; seconds: number }
  | { kind: 'wrong' };

const windowMillis = 5 * 60_000;
/** Far more than people press in that time. They are remembered only if they were right. */
const mostRemembered = 10_000;

/** Knows requests that Slack signed from all others, and each of them once. */
export class SlackSignatures {
  private readonly secrets: readonly Secret[];
  private readonly clock: Clock;
  /** Until when, by the monotonic clock, each may come again and is known; the oldest first. */
  private readonly known = new Map<string, number>();
  private readonly startedAt: number;

  /** @param secrets of the apps whose requests are taken */
  constructor(secrets: readonly Secret[], clock: Clock) {
    this.secrets = secrets;
    this.clock = clock;
    // What was signed before this began may have been taken by the process before.
    this.startedAt = Math.floor(clock.now() / 1000);
  }

  verify({ signature = '', timestamp = '', body }: SlackSigned): SignatureVerdict {
    if (!/^v0=[\da-f]{64}$/.test(signature) || !/^\d{1,12}$/.test(timestamp)) return { kind: 'wrong' };
    // All of them, so that it does not show which it was.
    const matching = this.secrets.filter((secret) => isSignedBy(secret, signature, timestamp, body));
    const [secret] = matching;
    if (secret === undefined) return { kind: 'wrong' };
    const now = this.clock.now();
    const age = now - Number(timestamp) * 1000;
    if (Math.abs(age) > windowMillis || Number(timestamp) < this.startedAt)
      return { kind: 'out of time', seconds: Math.round(age / 1000) };
    return this.isKnown(signature) ? { kind: 'repeated' } : { kind: 'right', secret };
  }

  get remembered(): number {
    return this.known.size;
  }

  /** Remembers it if it is not. */
  private isKnown(signature: string): boolean {
    const now = this.clock.monotonic();
    for (const [oldest, until] of this.known) {
      if (until >= now && this.known.size < mostRemembered) break;
      this.known.delete(oldest);
    }
    if (this.known.has(signature)) return true;
    // From the earliest moment at which it is in time to the latest.
    this.known.set(signature, now + 2 * windowMillis);
    return false;
  }
}

/** @returns `v0=` and 64 hex digits */
export function slackSignature(secret: Secret, timestamp: string, body: Uint8Array | string): string {
  const digest = createHmac('sha256', secret.reveal()).update(`v0:${timestamp}:`).update(body);
  return `v0=${digest.digest('hex')}`;
}

function isSignedBy(secret: Secret, signature: string, timestamp: string, body: Uint8Array): boolean {
  // Both are of the same length: it was looked at.
  return timingSafeEqual(Buffer.from(slackSignature(secret, timestamp, body)), Buffer.from(signature));
}
