import type { Client } from '../client.ts';
import { client as plain } from './axios.ts';
import { behindOpossum, throughOpossum } from './opossum-breaker.ts';

export const client: Client = {
  packages: ['opossum', ...plain.packages],
  async open(settings) {
    return throughOpossum(behindOpossum(await plain.open(settings), settings, settings.timeoutMillis * 2));
  },
};
