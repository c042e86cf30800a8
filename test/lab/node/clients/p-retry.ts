import pRetry from 'p-retry';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';
import { client as plain } from './fetch.ts';

/** Around the built-in `fetch`. */
export const client: Client = {
  packages: ['p-retry'],
  async open(settings) {
    const { retries, delayMillis } = settings;
    const send = await plain.open(settings);
    return (call) =>
      pRetry(() => send(call), {
        retries,
        ...(delayMillis !== undefined && { minTimeout: delayMillis, factor: 1 }),
        onFailedAttempt: ({ retriesLeft }) => {
          if (retriesLeft > 0) notes.retry(call.id);
        },
      });
  },
};
