import * as z from 'zod';
import { evenIfPartsAreWrong } from '../../config/partial.ts';
import { httpUrl, secret, secretUrl } from '../../config/scalars.ts';
import type { Secret } from '../../config/secret.ts';

/** What can be guessed by trying signs nothing; Slack's are 32 characters long. */
const shortestSigningSecret = 16;

export const slackSchema = z
  .strictObject({
    token: secret()
      .optional()
      .describe('the Bot User OAuth Token, with the scope `chat:write`; together with `channel`'),
    channel: z
      .string()
      .min(1)
      .optional()
      .describe('name or id of the channel; a name begins with `#`, which needs quotes'),
    app_token: secret()
      .refine((token) => token.reveal().startsWith('xapp-'), {
        error:
          'not an app-level token, which begins with xapp-: generate one at the app’s “Basic Information”, with the scope connections:write',
      })
      .optional()
      .describe(
        'an app-level token (xapp-…) with the scope `connections:write`: messages have buttons, and what is pressed comes by Socket Mode, without a port that is open to the world',
      ),
    signing_secret: secret()
      .refine(isLongEnough, {
        error: `too short to be one: copy the Signing Secret of the app’s “Basic Information”, 32 characters`,
      })
      .optional()
      .describe(
        'the Signing Secret of the app, instead of `app_token`: messages have buttons, and what is pressed comes as a request to `alerts.buttons.listen`',
      ),
    webhook_url: secretUrl()
      .optional()
      .describe(
        'an incoming webhook, instead of `token` and `channel`; it cannot edit, so that people are told when an incident begins and when it ends',
      ),
    api_url: httpUrl()
      .default('https://slack.com/api/')
      .describe('another root of Slack’s Web API, for proxies and tests'),
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
  })
  .refine((slack) => slack.app_token === undefined || slack.signing_secret === undefined, {
    error:
      'Slack sends what is pressed in one way: take app_token away or, unless the app uses Socket Mode, signing_secret',
    ...evenIfPartsAreWrong,
  })
  .refine((slack) => slack.webhook_url === undefined || !hasButtons(slack), {
    error:
      'messages of a webhook have no buttons, since they cannot be edited: write token and channel instead of webhook_url',
    ...evenIfPartsAreWrong,
  });

export type SlackConfig = z.infer<typeof slackSchema>;

/** Whether there is a way by which Tocsin hears of what is pressed. */
export function hasButtons(slack: { app_token?: unknown; signing_secret?: unknown }): boolean {
  return slack.app_token !== undefined || slack.signing_secret !== undefined;
}

function isLongEnough(given: Secret): boolean {
  return given.reveal().length >= shortestSigningSecret;
}
