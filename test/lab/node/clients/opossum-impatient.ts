import type { Client } from '../client.ts';
import { client as plain } from './axios.ts';
import { behindOpossum, throughOpossum } from './opossum-breaker.ts';

/** The breaker's own time-out does not abort: what it gave up ends later, and well. */
export const client: Client = {
  packages: ['opossum', ...plain.packages],
  async open(settings) {
    const send = await plain.open({ ...settings, timeoutMillis: 30_000 });
    return throughOpossum(behindOpossum(send, settings, settings.timeoutMillis));
  },
};
