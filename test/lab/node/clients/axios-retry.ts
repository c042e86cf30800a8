import { Agent } from 'node:http';
import axios, { type AxiosError } from 'axios';
import axiosRetry, { isNetworkOrIdempotentRequestError } from 'axios-retry';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';

/** As its readme has it for those who want time-outs retried as well. */
function isWorthIt(error: AxiosError): boolean {
  return isNetworkOrIdempotentRequestError(error) || error.code === 'ECONNABORTED';
}

export const client: Client = {
  packages: ['axios', 'axios-retry'],
  async open({ retries, delayMillis, timeoutMillis, keepAlive }) {
    const http = axios.create({ timeout: timeoutMillis, httpAgent: new Agent({ keepAlive }) });
    axiosRetry(http, {
      retries,
      retryCondition: isWorthIt,
      shouldResetTimeout: true,
      ...(delayMillis !== undefined && { retryDelay: () => delayMillis }),
      onRetry: (_count, _error, config) => notes.retry(String(config.headers?.['x-call-id'])),
    });
    return async ({ id, url, method }) =>
      (await http.request({ url, method, headers: { 'x-call-id': id } })).status;
  },
};
