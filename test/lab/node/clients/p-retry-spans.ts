import { SpanStatusCode, trace } from '@opentelemetry/api';
import pRetry from 'p-retry';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';
import { client as plain } from './fetch.ts';

const tracer = trace.getTracer('shop');

/** Each attempt is in a span that the app makes itself: the requests are cousins, not siblings. */
export const client: Client = {
  packages: ['p-retry'],
  async open(settings) {
    const { retries, delayMillis = 100 } = settings;
    const send = await plain.open(settings);
    return (call) => {
      const attempt = () =>
        tracer.startActiveSpan('attempt', async (span) => {
          try {
            return await send(call);
          } catch (error) {
            span.setStatus({ code: SpanStatusCode.ERROR });
            throw error;
          } finally {
            span.end();
          }
        });
      return pRetry(attempt, {
        retries,
        minTimeout: delayMillis,
        factor: 1,
        onFailedAttempt: ({ retriesLeft }) => {
          if (retriesLeft > 0) notes.retry(call.id);
        },
      });
    };
  },
};
