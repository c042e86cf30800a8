import { ConstantBackoff, handleAll, retry } from 'cockatiel';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';
import { client as inner } from './axios-retry.ts';

/** Retries around retries: of one call there may be nine attempts. */
export const client: Client = {
  packages: ['cockatiel', ...inner.packages],
  async open(settings) {
    const { retries, delayMillis = 100 } = settings;
    const send = await inner.open(settings);
    return (call) => {
      const policy = retry(handleAll, {
        maxAttempts: retries,
        backoff: new ConstantBackoff(delayMillis * 2),
      });
      policy.onRetry(() => notes.retry(call.id));
      return policy.execute(() => send(call));
    };
  },
};
