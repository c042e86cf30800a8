import { Agent } from 'node:http';
import got from 'got';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';

export const client: Client = {
  packages: ['got'],
  async open({ retries, delayMillis, timeoutMillis, keepAlive }) {
    const http = got.extend({
      agent: { http: new Agent({ keepAlive }) },
      timeout: { request: timeoutMillis },
      retry: { limit: retries, ...(delayMillis !== undefined && { backoffLimit: delayMillis }) },
    });
    return async ({ id, url, method }) => {
      const beforeRetry = [() => notes.retry(id)];
      const answer = await http(url, { method, headers: { 'x-call-id': id }, hooks: { beforeRetry } });
      return answer.statusCode;
    };
  },
};
