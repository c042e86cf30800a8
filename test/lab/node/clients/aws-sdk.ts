import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import type { Client } from '../client.ts';
import { notes } from '../notes.ts';

// As an app of CommonJS has it, which is how its instrumentation sees it without a loader hook.
const require = createRequire(import.meta.url);
const { ListQueuesCommand, SQSClient } =
  require('@aws-sdk/client-sqs') as typeof import('@aws-sdk/client-sqs');

interface Answered {
  $metadata: { attempts?: number; httpStatusCode?: number };
}

/** SQS, whose calls all go to one path: what `url` a call has beside the host is of no matter. */
export const client: Client = {
  packages: ['@aws-sdk/client-sqs'],
  async open({ retries, timeoutMillis, keepAlive }) {
    const clients = new Map<string, InstanceType<typeof SQSClient>>();
    const clientFor = (endpoint: string) => {
      const known = clients.get(endpoint);
      if (known !== undefined) return known;
      const made = new SQSClient({
        endpoint,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
        maxAttempts: retries + 1,
        requestHandler: {
          httpAgent: new Agent({ keepAlive }),
          requestTimeout: timeoutMillis,
          throwOnRequestTimeout: true,
        },
      });
      clients.set(endpoint, made);
      return made;
    };
    return async ({ id, url }) => {
      const command = new ListQueuesCommand({});
      command.middlewareStack.add(
        (next) => (args) => {
          (args.request as { headers: Record<string, string> }).headers['x-call-id'] = id;
          return next(args);
        },
        { step: 'build' },
      );
      const answered = await clientFor(new URL(url).origin)
        .send(command)
        .catch((error: Error & Partial<Answered>) => {
          notes.attemptsTold(id, error.$metadata?.attempts ?? 1);
          throw error;
        });
      notes.attemptsTold(id, answered.$metadata.attempts ?? 1);
      return answered.$metadata.httpStatusCode ?? 0;
    };
  },
};
