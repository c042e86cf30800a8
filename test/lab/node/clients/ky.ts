import ky from 'ky';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';
import { connectionHeaders } from './connection-headers.ts';

export const client: Client = {
  packages: ['ky'],
  async open({ retries, delayMillis, timeoutMillis, keepAlive }) {
    return async ({ id, url, method }) => {
      const answer = await ky(url, {
        method,
        headers: { 'x-call-id': id, ...connectionHeaders(keepAlive) },
        timeout: timeoutMillis,
        retry: {
          limit: retries,
          retryOnTimeout: true,
          ...(delayMillis !== undefined && { delay: () => delayMillis }),
        },
        hooks: { beforeRetry: [() => notes.retry(id)] },
      });
      await answer.text();
      return answer.status;
    };
  },
};
