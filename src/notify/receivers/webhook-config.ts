import * as z from 'zod';
import { headerMap, requestHeaders } from '../../config/headers.ts';
import { secret, secretUrl } from '../../config/scalars.ts';
import { checkTls, tlsFiles } from '../../config/tls.ts';
import { ownWebhookHeaders } from './webhook.ts';

/** What can be guessed by trying signs nothing. */
const shortestSecret = 16;

export const webhookSchema = z
  .strictObject({
    url: secretUrl().describe(
      'where the JSON is posted; redirects are not followed. Shown without what stands after its host',
    ),
    secret: secret()
      .refine((given) => given.reveal().length >= shortestSecret, {
        error: `too short to be safe: write at least ${shortestSecret} characters, such as openssl rand -hex 32 makes`,
      })
      .optional()
      .describe(
        'signs each request (HMAC-SHA256), so that nobody else can tell of incidents; without it they are not signed',
      ),
    headers: headerMap([...requestHeaders, ...ownWebhookHeaders])
      .default({})
      .describe('headers of each request, such as a key. Never shown'),
    updates: z
      .boolean()
      .default(true)
      .describe(
        'tell also of what changes while an incident goes on; false: only that it begins and that it ends',
      ),
    tls: tlsFiles('server').describe('for a server with a certificate of its own, or one that asks for one'),
  })
  .superRefine(({ tls }, context) => checkTls(tls, context, ['tls']));

export type WebhookConfig = z.infer<typeof webhookSchema>;
