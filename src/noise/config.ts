import { z } from 'zod';

export const noiseSchema = z.strictObject({
  /** Drop health checks that went well. */
  health_checks: z.boolean().default(true),
});
