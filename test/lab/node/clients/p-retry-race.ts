import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import { BadStatus, type Client } from '../client.ts';
import { notes } from '../notes.ts';

/** A time-out that only stops waiting: the request that was given up goes on, and ends well while its retry is under way. */
export const client: Client = {
  packages: ['p-retry'],
  async open({ retries, delayMillis = 100, timeoutMillis }) {
    const send = async (id: string, url: string): Promise<number> => {
      const answer = await fetch(url, { headers: { 'x-call-id': id } });
      await answer.text();
      if (!answer.ok) throw new BadStatus(answer.status);
      return answer.status;
    };
    const patience = async (): Promise<never> => {
      await delay(timeoutMillis);
      throw new Error('timed out');
    };
    return ({ id, url }) =>
      pRetry(() => Promise.race([send(id, url), patience()]), {
        retries,
        minTimeout: delayMillis,
        factor: 1,
        onFailedAttempt: ({ retriesLeft }) => {
          if (retriesLeft > 0) notes.retry(id);
        },
      });
  },
};
