import type { RetryHandler } from 'undici';
import type { Settings } from '../client.ts';

/** The default, and the time-out that the default leaves out. */
const errorCodes = [
  'ECONNRESET',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
];

export function retryOptions({ retries, delayMillis }: Settings): RetryHandler.RetryOptions {
  return {
    maxRetries: retries,
    errorCodes,
    ...(delayMillis !== undefined && { minTimeout: delayMillis, maxTimeout: delayMillis, timeoutFactor: 1 }),
  };
}
