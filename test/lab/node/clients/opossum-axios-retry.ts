import type { Client } from '../client.ts';
import { client as inner } from './axios-retry.ts';
import { behindOpossum, throughOpossum } from './opossum-breaker.ts';

/** A breaker around retries counts calls, and not attempts. */
export const client: Client = {
  packages: ['opossum', ...inner.packages],
  async open(settings) {
    return throughOpossum(behindOpossum(await inner.open(settings), settings, 30_000));
  },
};
