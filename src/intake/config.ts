import { z } from 'zod';
import { byteSize, listenAddress } from '../config/scalars.ts';

export const intakeSchema = z.strictObject({
  http: z
    .strictObject({
      listen: listenAddress().default({ host: '127.0.0.1', port: 4318 }),
      unix: z
        .string()
        .refine((path) => path === '' || path.startsWith('/'), 'not an absolute path')
        .refine((path) => Buffer.byteLength(path) <= 107, 'longer than a socket path may be: 107 bytes')
        .default('')
        .describe('a Unix socket that takes the same as well; empty = none'),
    })
    .prefault({}),
  /** The largest body, compressed and inflated. */
  max_body: byteSize().default(64 * 2 ** 20),
  /** All bodies that are in memory at once. */
  max_in_flight: byteSize().default(128 * 2 ** 20),
  journal: z
    .boolean()
    .default(true)
    .describe('keep what is taken and not done yet on disk, for the next start after a crash'),
});
