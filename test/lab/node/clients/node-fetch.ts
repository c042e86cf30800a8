import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import fetch from 'node-fetch';
import { BadStatus, type Client } from '../client.ts';
import { notes } from '../notes.ts';

/** The loop that everybody has written once. */
export const client: Client = {
  packages: ['node-fetch'],
  async open({ retries, delayMillis = 1000, timeoutMillis, keepAlive }) {
    const agent = new Agent({ keepAlive });
    return async ({ id, url, method }) => {
      for (let retry = 0; ; retry++) {
        try {
          const signal = AbortSignal.timeout(timeoutMillis);
          const answer = await fetch(url, { method, agent, headers: { 'x-call-id': id }, signal });
          await answer.text();
          if (answer.status >= 400) throw new BadStatus(answer.status);
          return answer.status;
        } catch (error) {
          if (retry === retries) throw error;
          await delay(delayMillis);
          notes.retry(id);
        }
      }
    };
  },
};
