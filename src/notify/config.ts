import { z } from 'zod';
import { evenIfPartsAreWrong } from '../config/partial.ts';
import { httpUrl, secret, secretUrl } from '../config/scalars.ts';

const slackSchema = z
  .strictObject({
    token: secret().optional(),
    channel: z.string().min(1).optional(),
    webhook_url: secretUrl().optional(),
    /** Another root of the Web API: tests, proxies. */
    api_url: httpUrl().default('https://slack.com/api/'),
  })
  .refine((slack) => slack.token !== undefined || slack.webhook_url !== undefined, {
    error: 'nowhere to post: write token and channel, or webhook_url',
    ...evenIfPartsAreWrong,
  })
  .refine((slack) => slack.token === undefined || slack.webhook_url === undefined, {
    error: 'token and webhook_url cannot both be used: take one of them away',
    ...evenIfPartsAreWrong,
  })
  .refine((slack) => slack.token === undefined || slack.channel !== undefined, {
    error: 'a token needs a channel: write channel: "#NAME" (in the environment: SLACK_CHANNEL)',
    ...evenIfPartsAreWrong,
  });

export const receiverSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-zA-Z0-9_.-]{1,64}$/,
      'not a name: write up to 64 letters, digits, dots, dashes and underscores',
    ),
  slack: slackSchema,
});

export type ReceiverConfig = z.infer<typeof receiverSchema>;

export const receiversSchema = z
  .array(receiverSchema)
  .default([])
  .superRefine(
    (receivers: readonly (Partial<ReceiverConfig> | undefined)[], context) => {
      const names = receivers.map((receiver) => receiver?.name);
      for (const [i, name] of names.entries()) {
        if (typeof name !== 'string' || names.indexOf(name) === i) continue;
        context.addIssue({ code: 'custom', path: [i, 'name'], message: 'another receiver has this name' });
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  );
