import type { Message } from './message.ts';
import type { Outcome } from './receiver.ts';

/** Whose place a receiver takes, and why. */
export interface FallbackOf {
  receiver: string;
  reason: string;
}

/** Who is told what a receiver refuses. */
export interface Fallback extends FallbackOf {
  to: string;
}

/** Undefined if there is nobody, or it may be taken later. */
export function fallbackFor(
  receiver: string,
  to: string | undefined,
  outcome: Outcome,
): Fallback | undefined {
  const isForGood = outcome.kind === 'refused' || outcome.kind === 'rejected';
  return to === undefined || !isForGood ? undefined : { receiver, to, reason: outcome.reason };
}

/** The message as it is told in the place of another, who reads it must know that those do not. */
export function inPlaceOf(message: Message, fallbackOf: FallbackOf | undefined): Message {
  if (fallbackOf === undefined) return message;
  const { receiver, reason } = fallbackOf;
  return {
    ...message,
    fallbackOf,
    summary: `${message.summary} (${receiver} could not be told)`,
    facts: [{ name: 'Told here', value: fallbackReason({ receiver, reason }) }, ...message.facts],
  };
}

export function fallbackReason({ receiver, reason }: FallbackOf): string {
  return `${receiver} could not be told: ${reason}`;
}
