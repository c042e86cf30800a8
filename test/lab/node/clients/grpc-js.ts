import { createRequire } from 'node:module';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';

// As an app of CommonJS has it, which is how its instrumentation sees it without a loader hook.
const require = createRequire(import.meta.url);
const { credentials, makeGenericClientConstructor, Metadata } =
  require('@grpc/grpc-js') as typeof import('@grpc/grpc-js');

const asIs = (bytes: Buffer): Buffer => bytes;
const Lab = makeGenericClientConstructor(
  {
    get: {
      path: '/lab.Lab/Get',
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  },
  'lab.Lab',
);

type Get = (
  body: Buffer,
  metadata: InstanceType<typeof Metadata>,
  options: object,
  done: (error: Error | null) => void,
) => void;

/** Retries by its service configuration: of all attempts of a call there is one span, and no hook tells of them. */
export const client: Client = {
  packages: ['@grpc/grpc-js'],
  async open({ retries, delayMillis = 100, timeoutMillis }) {
    const retryPolicy = {
      maxAttempts: retries + 1,
      initialBackoff: `${delayMillis / 1000}s`,
      maxBackoff: `${(delayMillis * 10) / 1000}s`,
      backoffMultiplier: 2,
      retryableStatusCodes: ['UNAVAILABLE'],
    };
    const config = JSON.stringify({ loadBalancingConfig: [], methodConfig: [{ name: [{}], retryPolicy }] });
    let stub: Record<string, unknown> | undefined;
    return ({ id, url }) => {
      stub ??= new Lab(new URL(url).host, credentials.createInsecure(), {
        'grpc.service_config': config,
      }) as unknown as Record<string, unknown>;
      const metadata = new Metadata();
      metadata.set('x-call-id', id);
      return new Promise((resolve, reject) => {
        (stub!['get'] as Get).call(
          stub,
          Buffer.alloc(0),
          metadata,
          { deadline: Date.now() + timeoutMillis },
          (error) => {
            const sent = metadata.get('traceparent')[0];
            if (typeof sent === 'string') {
              const [, traceId = '', spanId = ''] = sent.split('-');
              notes.attempt(id, { traceId, spanId });
            }
            if (error === null) resolve(200);
            else reject(error);
          },
        );
      });
    };
  },
};
