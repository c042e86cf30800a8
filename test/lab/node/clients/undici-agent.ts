import { RetryAgent, request } from 'undici';
import { BadStatus, type Client } from '../client.ts';
import { dispatcher } from './dispatcher.ts';
import { noteAttempts } from './undici-attempts.ts';
import { retryOptions } from './undici-options.ts';

export const client: Client = {
  packages: ['undici'],
  async open(settings) {
    noteAttempts();
    const agent = new RetryAgent(dispatcher(settings.keepAlive), retryOptions(settings));
    return async ({ id, url, method }) => {
      const { statusCode, body } = await request(url, {
        method,
        dispatcher: agent,
        headers: { 'x-call-id': id },
        headersTimeout: settings.timeoutMillis,
      });
      await body.dump();
      if (statusCode >= 400) throw new BadStatus(statusCode);
      return statusCode;
    };
  },
};
