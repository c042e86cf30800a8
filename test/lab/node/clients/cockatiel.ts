import { ConstantBackoff, ExponentialBackoff, handleAll, retry } from 'cockatiel';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';
import { client as plain } from './fetch.ts';

/** Its retry policy around the built-in `fetch`. */
export const client: Client = {
  packages: ['cockatiel'],
  async open(settings) {
    const { retries, delayMillis } = settings;
    const send = await plain.open(settings);
    const backoff = delayMillis === undefined ? new ExponentialBackoff() : new ConstantBackoff(delayMillis);
    return (call) => {
      const policy = retry(handleAll, { maxAttempts: retries, backoff });
      policy.onRetry(() => notes.retry(call.id));
      return policy.execute(() => send(call));
    };
  },
};
