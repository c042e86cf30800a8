import { interceptors, request } from 'undici';
import { BadStatus, type Client } from '../client.ts';
import { dispatcher } from './dispatcher.ts';
import { noteAttempts } from './undici-attempts.ts';
import { retryOptions } from './undici-options.ts';

export const client: Client = {
  packages: ['undici'],
  async open(settings) {
    noteAttempts();
    const composed = dispatcher(settings.keepAlive).compose(interceptors.retry(retryOptions(settings)));
    return async ({ id, url, method }) => {
      const { statusCode, body } = await request(url, {
        method,
        dispatcher: composed,
        headers: { 'x-call-id': id },
        headersTimeout: settings.timeoutMillis,
      });
      await body.dump();
      if (statusCode >= 400) throw new BadStatus(statusCode);
      return statusCode;
    };
  },
};
