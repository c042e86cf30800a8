import * as z from 'zod';
import { duration } from '../../config/scalars.ts';

/* Parameters of queries that more than one route has. Their messages stand behind the parameter's name. */

const defaultLimit = 50;
const highestLimit = 1000;

export const limit = z
  .int({ error: 'not a whole number' })
  .transform((wanted) => Math.min(Math.max(wanted, 1), highestLimit))
  .prefault(defaultLimit)
  .meta({
    description: 'How many at most; brought into its bounds',
    minimum: 1,
    maximum: highestLimit,
  });

const longestText = 1000;

export const cursor = text().describe('next_cursor of the page before; only with the same sort');

/** Free text, not empty. */
export function text() {
  return z
    .string()
    .max(longestText, { error: `longer than ${longestText} characters` })
    .optional();
}

export function flag() {
  return z
    .enum(['true', 'false'], { error: 'neither true nor false' })
    .transform((given) => given === 'true')
    .optional();
}

/** One or more of these words. */
export function someOf<const T extends string>(allowed: readonly T[]) {
  const word = z.enum(allowed, { error: `not one of: ${allowed.join(', ')}` });
  const words = z.array(word).transform((given) => [...new Set(given)]);
  return words.optional().describe('Several may be given: apart by commas, or as several parameters');
}

/** A moment, or how long ago it was; milliseconds. */
export type Moment = { at: number } | { agoMillis: number };

const dateTime = z.iso.datetime({ offset: true });

export function moment(description: string) {
  return z
    .string()
    .transform((given, context): Moment => {
      const ago = duration().safeParse(given);
      if (ago.success) return { agoMillis: ago.data };
      const at = dateTime.safeParse(given).success ? Date.parse(given) : Number.NaN;
      if (!Number.isNaN(at)) return { at };
      const message =
        'neither a duration such as 30m, 24h or 7d nor a time such as 2026-01-31T08:00:00Z (write + as %2B)';
      context.issues.push({ code: 'custom', message, input: undefined });
      return z.NEVER;
    })
    .optional()
    .describe(description);
}

export const since = moment('A duration (24h) or an RFC 3339 time');
