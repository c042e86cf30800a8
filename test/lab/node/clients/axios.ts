import { Agent } from 'node:http';
import axios from 'axios';
import type { Client } from '../client.ts';

/** Without retries. */
export const client: Client = {
  packages: ['axios'],
  async open({ timeoutMillis, keepAlive }) {
    const http = axios.create({ timeout: timeoutMillis, httpAgent: new Agent({ keepAlive }) });
    return async ({ id, url, method }) =>
      (await http.request({ url, method, headers: { 'x-call-id': id } })).status;
  },
};
