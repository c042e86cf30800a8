import { z } from 'zod';
import { httpUrl, secret } from '../config/scalars.ts';

const slackSchema = z
  .strictObject({
    token: secret().optional(),
    channel: z.string().min(1).optional(),
    webhook_url: secret().optional(),
    /** Another root of the Web API: tests, proxies. */
    api_url: httpUrl().default('https://slack.com/api/'),
  })
  .refine(
    (slack) => (slack.token === undefined) !== (slack.webhook_url === undefined),
    'either token or webhook_url is needed, and not both',
  )
  .refine((slack) => slack.token === undefined || slack.channel !== undefined, 'a token needs a channel');

export const receiverSchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_.-]{1,64}$/, 'up to 64 letters, digits, dots, dashes and underscores'),
  slack: slackSchema,
});

export type ReceiverConfig = z.infer<typeof receiverSchema>;

export const receiversSchema = z
  .array(receiverSchema)
  .default([])
  .refine(
    (receivers) => new Set(receivers.map(({ name }) => name)).size === receivers.length,
    'two receivers have the same name',
  );
