import type { Client } from '../client.ts';
import { BadStatus } from '../client.ts';
import { connectionHeaders } from './connection-headers.ts';

/** Without retries. */
export const client: Client = {
  packages: [],
  async open({ timeoutMillis, keepAlive }) {
    return async ({ id, url, method }) => {
      const answer = await fetch(url, {
        method,
        headers: { 'x-call-id': id, ...connectionHeaders(keepAlive) },
        signal: AbortSignal.timeout(timeoutMillis),
      });
      await answer.text();
      if (!answer.ok) throw new BadStatus(answer.status);
      return answer.status;
    };
  },
};
