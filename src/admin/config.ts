import { z } from 'zod';
import { listenAddress } from '../config/scalars.ts';

export const adminSchema = z.strictObject({
  listen: listenAddress()
    .default({ host: '127.0.0.1', port: 4320 })
    .describe('where the API for people listens; it always needs the admin token'),
});
