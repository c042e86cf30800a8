export interface RateLimit {
  /** One call for each of these, in the long run. */
  intervalMillis: number;
  /** Calls that may come at once after a quiet time. */
  burst: number;
}

export interface RateLimits {
  /** Of chat.postMessage and webhooks, per channel. */
  post: RateLimit;
  /** Of chat.update, per bot. */
  update: RateLimit;
}

/**
 * One message a second per channel with short bursts, and 50 updates a minute (tier 3) with occasional ones. How long a
 * burst may be Slack does not say; these are small. Source: docs.slack.dev/apis/web-api/rate-limits
 */
export const slackRateLimits: RateLimits = {
  post: { intervalMillis: 1_000, burst: 3 },
  update: { intervalMillis: 1_200, burst: 20 },
};

/** A limit for each key. */
export class RateLimiter {
  readonly #limit: RateLimit;
  /** When all calls so far would have been made had they come one interval apart. */
  readonly #paidUntil = new Map<string, number>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Takes one call at `now` (milliseconds); answers the whole seconds to wait if there is none to take, else 0. */
  take(key: string, now: number): number {
    const { intervalMillis, burst } = this.#limit;
    const paidUntil = Math.max(this.#paidUntil.get(key) ?? now, now);
    const waitMillis = paidUntil - now - (burst - 1) * intervalMillis;
    if (waitMillis > 0) return Math.ceil(waitMillis / 1000);
    this.#paidUntil.set(key, paidUntil + intervalMillis);
    return 0;
  }
}
