import { Agent } from 'node:http';
import got from 'got';
import type { Client } from '../client.ts';

/** The example for tokens in its documentation: the response of 401 is answered by the same request with a new one. */
export const client: Client = {
  packages: ['got'],
  async open({ timeoutMillis, keepAlive }) {
    const http = got.extend({
      agent: { http: new Agent({ keepAlive }) },
      timeout: { request: timeoutMillis },
      hooks: {
        afterResponse: [
          (response, retryWithMergedOptions) => {
            if (response.statusCode !== 401) return response;
            return retryWithMergedOptions({ headers: { authorization: 'Bearer renewed' } });
          },
        ],
      },
    });
    return async ({ id, url, method }) =>
      (await http(url, { method, headers: { 'x-call-id': id } })).statusCode;
  },
};
