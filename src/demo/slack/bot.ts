import type { IncomingHttpHeaders } from 'node:http';
import { type Arguments, isJson, textArgument } from './request.ts';

/** Who speaks; only the bot that posted a message may edit it. */
export interface Bot {
  readonly botId: string;
  readonly userId: string;
  readonly name: string;
}

export type TokenError = 'not_authed' | 'invalid_auth' | 'not_allowed_token_type';

/** Every token is a bot of its own; a webhook is one more. */
export class Bots {
  readonly #byToken: ReadonlyMap<string, Bot>;
  readonly #appTokens: readonly string[];

  /** @param appTokens of the app itself, for Socket Mode */
  constructor(tokens: readonly string[], appTokens: readonly string[] = []) {
    this.#byToken = new Map(tokens.map((token, index) => [token, bot(index + 1)]));
    this.#appTokens = appTokens;
  }

  /** The bot that calls, or Slack's error. */
  identify(headers: IncomingHttpHeaders, args: Arguments): Bot | TokenError {
    const token = tokenOf(headers, args);
    if (token === undefined) return 'not_authed';
    return this.#byToken.get(token) ?? this.#wrong(token, this.#appTokens);
  }

  /** Slack's error, if it is not the app itself that calls; its token is only looked at in the header. */
  refuseApp(headers: IncomingHttpHeaders): TokenError | undefined {
    const token = tokenOf(headers, {});
    if (token === undefined) return 'not_authed';
    return this.#appTokens.includes(token) ? undefined : this.#wrong(token, [...this.#byToken.keys()]);
  }

  #wrong(token: string, ofTheOtherKind: readonly string[]): TokenError {
    return ofTheOtherKind.includes(token) ? 'not_allowed_token_type' : 'invalid_auth';
  }
}

export const webhookBot: Bot = { botId: 'B0000000000', userId: 'U0000000000', name: 'incoming-webhook' };

/** A token in a JSON body is not looked at. Source: docs.slack.dev/apis/web-api */
function tokenOf(headers: IncomingHttpHeaders, args: Arguments): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  return isJson(headers['content-type']) ? undefined : textArgument(args, 'token');
}

function bot(index: number): Bot {
  const digits = String(index).padStart(10, '0');
  return { botId: `B${digits}`, userId: `U${digits}`, name: index === 1 ? 'bot' : `bot${index}` };
}
