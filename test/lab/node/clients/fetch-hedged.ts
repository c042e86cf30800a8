import { setTimeout as delay } from 'node:timers/promises';
import { BadStatus, type Client } from '../client.ts';

/** The same request once more if there is no answer yet after the delay; the one that loses is aborted. */
export const client: Client = {
  packages: [],
  async open({ delayMillis = 100 }) {
    return async ({ id, url, method }) => {
      const lost = new AbortController();
      const one = async (): Promise<number> => {
        const answer = await fetch(url, { method, headers: { 'x-call-id': id }, signal: lost.signal });
        await answer.text();
        if (!answer.ok) throw new BadStatus(answer.status);
        return answer.status;
      };
      const first = one();
      const second = delay(delayMillis, undefined, { signal: lost.signal }).then(one);
      // What loses fails as well, which is of no interest.
      for (const each of [first, second]) each.catch(() => undefined);
      try {
        return await Promise.any([first, second]);
      } finally {
        lost.abort();
      }
    };
  },
};
