import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { isObject } from '../../../src/demo/slack/block-kit/rules.ts';
import type { RecordedMessage } from '../../../src/demo/slack/history.ts';
import { SlackStandIn, type SlackStandInOptions } from '../../../src/demo/slack/server.ts';

export const token = 'xoxb-test';
export const otherToken = 'xoxb-other';

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** The body if it is a JSON object, else empty. */
  json: Readonly<Record<string, unknown>>;
}

export interface Rig {
  slack: SlackStandIn;
  url: string;
  /** Moves the stand-in's clock, which stands still otherwise. */
  advance: (millis: number) => void;
  request: (path: string, init?: RequestInit) => Promise<Answered>;
  /** A call of a Web API method with a JSON body. */
  api: (method: string, args: object, as?: string) => Promise<Answered>;
}

/** A running stand-in with a clock of its own and no rate limits unless they are given; stopped after the test. */
export async function startSlack(t: TestContext, options: SlackStandInOptions = {}): Promise<Rig> {
  let now = 1_700_000_000_000;
  const slack = new SlackStandIn({
    tokens: [token, otherToken],
    rateLimits: 'off',
    now: () => now,
    ...options,
  });
  const { url } = await slack.start();
  t.after(() => slack.stop());
  const request = async (path: string, init?: RequestInit): Promise<Answered> =>
    answered(await fetch(url + path, init));
  return {
    slack,
    url,
    advance: (millis) => {
      now += millis;
    },
    request,
    api: (method, args, as = token) =>
      request(`/api/${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(args),
      }),
  };
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const parsed: unknown = isJson ? JSON.parse(text) : {};
  const { status, headers } = response;
  return { status, headers, text, json: isObject(parsed) ? parsed : {} };
}

export function onlyMessage(slack: SlackStandIn): RecordedMessage {
  const [message] = slack.messages;
  assert.ok(message !== undefined && slack.messages.length === 1, `${slack.messages.length} messages`);
  return message;
}
