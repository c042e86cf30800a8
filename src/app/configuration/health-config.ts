import * as z from 'zod';

const count = (least: number, what: string) =>
  z.int({ error: 'not a whole number' }).min(0).default(least).describe(`More ${what} than this: degraded`);

/** How many open issues are too many to call the app well. */
export const healthSchema = z.strictObject({
  critical: count(0, 'critical issues that nobody has resolved'),
  unresolved: count(10, 'issues that nobody has resolved'),
  recent_24h: count(20, 'issues seen in the last 24 hours'),
});

export type HealthLimits = z.infer<typeof healthSchema>;
