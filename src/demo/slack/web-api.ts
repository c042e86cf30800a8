import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, apiError, apiOk, apiRateLimited, jsonAnswer } from './answer.ts';
import type { Bot } from './bot.ts';
import type { Channel } from './channel.ts';
import { parseContent } from './content.ts';
import type { RecordedMessage } from './history.ts';
import { type Arguments, booleanArgument, parseArguments, textArgument } from './request.ts';
import { linkPath } from './socket-mode.ts';
import type { Workspace } from './workspace.ts';

export interface ApiRequest {
  method: string;
  headers: IncomingHttpHeaders;
  query: URLSearchParams;
  body: string;
  arrivedMillis: number;
}

interface Call {
  workspace: Workspace;
  bot: Bot;
  args: Arguments;
  arrivedMillis: number;
}

const team = { team: 'Stand-in', team_id: 'T0000000000', url: 'https://stand-in.slack.com/' };

/** An edit, unlike a post, with a text longer than this is refused. */
const maxUpdateTextCharacters = 4_000;

const openMethod = 'apps.connections.open';

const methods: ReadonlyMap<string, (call: Call) => Answer> = new Map([
  ['auth.test', testAuth],
  ['chat.postMessage', postMessage],
  ['chat.update', updateMessage],
  ['chat.postEphemeral', postEphemeral],
]);

/** Does what Slack's method of that name does. Source: docs.slack.dev/reference/methods */
export function callApi(workspace: Workspace, request: ApiRequest): Answer {
  const method = methods.get(request.method);
  if (method === undefined && request.method !== openMethod) return unknownMethod(request.method);
  const parsed = parseArguments(request.headers, request.query, request.body);
  if (!parsed.ok) return apiError(parsed.error);
  if (request.method === openMethod) return openConnection(workspace, request);
  const bot = workspace.bots.identify(request.headers, parsed.args);
  if (typeof bot === 'string') return apiError(bot);
  return method!({ workspace, bot, args: parsed.args, arrivedMillis: request.arrivedMillis });
}

function unknownMethod(name: string): Answer {
  return jsonAnswer(200, { ok: false, error: 'unknown_method', req_method: name }, 'unknown_method');
}

/** Source: docs.slack.dev/reference/methods/apps.connections.open */
function openConnection({ bots, sockets }: Workspace, { headers }: ApiRequest): Answer {
  const refusal = bots.refuseApp(headers);
  if (refusal !== undefined) return apiError(refusal);
  const query = new URLSearchParams({ ticket: sockets.ticket(), app_id: 'A0000000000' });
  return apiOk({ url: `ws://${headers.host}${linkPath}?${query.toString()}` });
}

/** Source: docs.slack.dev/reference/methods/chat.postEphemeral */
function postEphemeral({ workspace, args }: Call): Answer {
  const missing = ['channel', 'user', 'text'].filter((name) => textArgument(args, name) === undefined);
  if (missing.length > 0)
    return apiError(
      'invalid_arguments',
      missing.map((name) => `missing required field: ${name}`),
    );
  const channel = workspace.channels.find(textArgument(args, 'channel')!);
  if (channel === undefined) return apiError('channel_not_found');
  const refusal = refuseChannel(channel);
  if (refusal !== undefined) return apiError(refusal);
  const [user, text] = [textArgument(args, 'user')!, textArgument(args, 'text')!];
  workspace.history.addEphemeral({ channel: channel.id, user, text, at: workspace.now() });
  return apiOk({ message_ts: (workspace.now() / 1000).toFixed(6) });
}

function testAuth({ bot }: Call): Answer {
  const { botId, userId, name } = bot;
  return apiOk({ ...team, user: name, user_id: userId, bot_id: botId, is_enterprise_install: false });
}

function postMessage({ workspace, bot, args, arrivedMillis }: Call): Answer {
  const wanted = textArgument(args, 'channel');
  if (wanted === undefined) return apiError('invalid_arguments', ['missing required field: channel']);
  const channel = workspace.channels.find(wanted);
  if (channel === undefined) return apiError('channel_not_found');
  const refusal = refuseChannel(channel);
  if (refusal !== undefined) return apiError(refusal);
  const retryAfterSeconds = workspace.limitPost(channel);
  if (retryAfterSeconds > 0) return apiRateLimited(retryAfterSeconds);
  const parsed = parseContent(args);
  if (!parsed.ok) return apiError(parsed.error, parsed.complaints);
  const threadTs = textArgument(args, 'thread_ts');
  if (threadTs !== undefined && !/^\d+\.\d{6}$/.test(threadTs)) return apiError('invalid_thread_ts');
  const replyBroadcast = booleanArgument(args, 'reply_broadcast');
  const { content } = parsed;
  const message = workspace.post({ bot, channel, content, threadTs, replyBroadcast, arrivedMillis });
  return apiOk({ channel: channel.id, ts: message.ts, message: shownMessage(message, bot) });
}

function updateMessage({ workspace, bot, args, arrivedMillis }: Call): Answer {
  const retryAfterSeconds = workspace.limitUpdate(bot);
  if (retryAfterSeconds > 0) return apiRateLimited(retryAfterSeconds);
  const missing = ['channel', 'ts'].filter((name) => textArgument(args, name) === undefined);
  if (missing.length > 0) {
    return apiError(
      'invalid_arguments',
      missing.map((name) => `missing required field: ${name}`),
    );
  }
  const channel = workspace.channels.byId(textArgument(args, 'channel') ?? '');
  if (channel === undefined) return apiError('channel_not_found');
  if (channel.isArchived) return apiError('is_inactive');
  const message = workspace.history.find(channel.id, textArgument(args, 'ts') ?? '');
  if (message === undefined) return apiError('message_not_found');
  if (message.bot_id !== bot.botId) return apiError('cant_update_message');
  if ((textArgument(args, 'text')?.length ?? 0) > maxUpdateTextCharacters) return apiError('msg_too_long');
  const parsed = parseContent(args);
  if (!parsed.ok) return apiError(parsed.error, parsed.complaints);
  workspace.edit(message, parsed.content, arrivedMillis);
  const { ts, text } = message;
  const edited = { user: bot.userId, ts };
  return apiOk({ channel: channel.id, ts, text, message: { ...shownMessage(message, bot), edited } });
}

function refuseChannel(channel: Channel): string | undefined {
  if (channel.isArchived) return 'is_archived';
  return channel.isMember ? undefined : 'not_in_channel';
}

function shownMessage(message: RecordedMessage, bot: Bot): Readonly<Record<string, unknown>> {
  const { ts, text, blocks, metadata, thread_ts } = message;
  const author = { user: bot.userId, bot_id: bot.botId, team: team.team_id };
  return { type: 'message', ...author, ts, text, blocks, metadata, thread_ts };
}
