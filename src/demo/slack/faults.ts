import * as z from 'zod';
import {
  type Answer,
  apiError,
  apiRateLimited,
  jsonAnswer,
  textAnswer,
  webhookError,
  webhookRateLimited,
} from './answer.ts';

const when = {
  /** `chat.postMessage` and so on, or `webhook`; every one of them if it is missing. */
  method: z.string().min(1).optional(),
  /** For so many calls; until cleared if it is missing. */
  times: z.int().min(1).optional(),
};

export const faultSchema = z.discriminatedUnion('kind', [
  /** An HTTP error of whatever stands before Slack. */
  z.strictObject({ kind: z.literal('status'), status: z.int().min(400).max(599), ...when }),
  z.strictObject({ kind: z.literal('ratelimited'), retryAfterSeconds: z.int().min(0), ...when }),
  /** Slack's error of this name, such as `token_revoked`. */
  z.strictObject({ kind: z.literal('error'), error: z.string().min(1), ...when }),
  z.strictObject({ kind: z.literal('broken_json'), ...when }),
  z.strictObject({ kind: z.literal('html'), ...when }),
  /** Takes the call and never answers; nothing is done. */
  z.strictObject({ kind: z.literal('hang'), ...when }),
  /** Closes the connection without reading the call's body. */
  z.strictObject({ kind: z.literal('close'), ...when }),
  /** Does at once what was asked, and says so later. */
  z.strictObject({ kind: z.literal('late'), delayMillis: z.int().min(0), ...when }),
  /** Does what was asked, and closes the connection instead of saying so. */
  z.strictObject({ kind: z.literal('record_then_close'), ...when }),
]);

export type Fault = z.infer<typeof faultSchema>;

/** The faults to play; of those that fit a call the one that was planned first is played. */
export class FaultPlan {
  readonly #planned: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#planned.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#planned.length = 0;
  }

  /** The fault for a call of this method that came now. */
  take(method: string): Fault | undefined {
    const index = this.#planned.findIndex(
      ({ fault }) => fault.method === undefined || fault.method === method,
    );
    const planned = this.#planned[index];
    if (planned === undefined) return undefined;
    planned.left -= 1;
    if (planned.left === 0) this.#planned.splice(index, 1);
    return planned.fault;
  }
}

/** What is answered in place of the call; undefined if the call is done all the same. */
export function answerInPlace(fault: Fault, isWebhook: boolean): Answer | undefined {
  switch (fault.kind) {
    case 'status':
      return textAnswer(fault.status, 'upstream error', `http_${fault.status}`);
    case 'ratelimited':
      return isWebhook
        ? webhookRateLimited(fault.retryAfterSeconds)
        : apiRateLimited(fault.retryAfterSeconds);
    case 'error':
      return isWebhook ? webhookError(fault.error) : apiError(fault.error);
    case 'broken_json':
      return { ...jsonAnswer(200, {}, 'broken_json'), body: '{"ok":true,"channel":"C0' };
    case 'html':
      return {
        ...textAnswer(200, '<html><body>Sorry!</body></html>', 'html'),
        headers: { 'content-type': 'text/html' },
      };
    case 'hang':
    case 'close':
    case 'late':
    case 'record_then_close':
      return undefined;
  }
}
