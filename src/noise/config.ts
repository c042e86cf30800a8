import { z } from 'zod';

export const noiseSchema = z.strictObject({
  health_checks: z.boolean().default(true).describe('drop health checks that went well'),
});
