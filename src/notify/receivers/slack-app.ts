import type { Proxies } from '../../config/proxies.ts';
import type { Secret } from '../../config/secret.ts';
import type { ReceiverConfig } from '../config.ts';
import { slackText } from './slack-blocks.ts';
import { connectToSlack, type SlackReached } from './slack-connect.ts';
import { slackFailure } from './slack-errors.ts';
import type { TellOne } from './slack-presses.ts';

/** An app of Slack whose buttons Tocsin's messages have: of all receivers that have the same one. */
export interface SlackApp {
  /** Names, the first of which answers. */
  receivers: readonly string[];
  /** How Tocsin hears of what is pressed. */
  heardBy: { kind: 'socket'; appToken: Secret } | { kind: 'request'; signingSecret: Secret };
  /** As the bot. */
  reached: SlackReached;
}

/** The apps of these receivers. Each is connected to once, however many receivers it has: Slack lets an app have ten connections. */
export function slackAppsOf(
  receivers: readonly ReceiverConfig[],
  options: { proxies: Proxies; timeoutMillis: number },
): SlackApp[] {
  const apps = new Map<string, SlackApp>();
  for (const { name, slack } of receivers) {
    const { token, app_token: appToken, signing_secret: signingSecret, api_url: apiUrl } = slack ?? {};
    const heardBy = heardByOf(appToken, signingSecret);
    if (heardBy === undefined || token === undefined || apiUrl === undefined) continue;
    const key = `${heardBy.kind} ${(appToken ?? signingSecret)?.reveal()}`;
    const known = apps.get(key);
    const reached = known?.reached ?? { token, apiUrl, ...options };
    apps.set(key, { receivers: [...(known?.receivers ?? []), name], heardBy, reached });
  }
  return [...apps.values()];
}

function heardByOf(
  appToken: Secret | undefined,
  signingSecret: Secret | undefined,
): SlackApp['heardBy'] | undefined {
  if (appToken !== undefined) return { kind: 'socket', appToken };
  return signingSecret === undefined ? undefined : { kind: 'request', signingSecret };
}

/** By a message that only one person sees, and that Slack does not keep (https://docs.slack.dev/reference/methods/chat.postEphemeral). */
export function tellOneBy(reached: SlackReached): TellOne {
  let client: ReturnType<typeof connectToSlack> | undefined;
  return async (channel, user, text) => {
    try {
      client ??= connectToSlack(reached, () => undefined);
      await (await client).chat.postEphemeral({ channel, user, text: slackText(text), parse: 'none' });
      return undefined;
    } catch (error) {
      const failure = slackFailure(error);
      return 'reason' in failure ? failure.reason : 'Slack wants to be left alone for a while';
    }
  };
}
