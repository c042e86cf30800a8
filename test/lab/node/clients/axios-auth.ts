import { Agent } from 'node:http';
import axios, { type AxiosError, type InternalAxiosRequestConfig } from 'axios';
import type { Client } from '../client.ts';

/** Sends a call again with a token when it was answered 401, as apps that renew tokens do. */
export const client: Client = {
  packages: ['axios'],
  async open({ timeoutMillis, keepAlive }) {
    const http = axios.create({ timeout: timeoutMillis, httpAgent: new Agent({ keepAlive }) });
    http.interceptors.response.use(undefined, (error: AxiosError) => {
      const config = error.config as InternalAxiosRequestConfig;
      if (error.response?.status !== 401 || config.headers.has('authorization')) throw error;
      config.headers.set('authorization', 'Bearer renewed');
      return http.request(config);
    });
    return async ({ id, url, method }) =>
      (await http.request({ url, method, headers: { 'x-call-id': id } })).status;
  },
};
