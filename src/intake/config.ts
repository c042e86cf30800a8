import { z } from 'zod';
import { byteSize, listenAddress } from '../config/scalars.ts';

export const intakeSchema = z.strictObject({
  http: z.strictObject({ listen: listenAddress().default({ host: '127.0.0.1', port: 4318 }) }).prefault({}),
  /** The largest body, compressed and inflated. */
  max_body: byteSize().default(64 * 2 ** 20),
  /** All bodies that are in memory at once. */
  max_in_flight: byteSize().default(128 * 2 ** 20),
});
