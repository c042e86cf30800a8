import type { SocketModeOptions } from '@slack/socket-mode';
import { type Proxies, noProxies } from '../../config/proxies.ts';
import type { Secret } from '../../config/secret.ts';
import type { Clock } from '../../runtime/clock.ts';
import { DeadlineExceeded, withinDeadline } from '../../runtime/deadline.ts';
import { causeOf } from '../../runtime/unreached.ts';
import { unreached } from '../http/http-outcome.ts';
import { tunnelThrough } from '../http/tunnel.ts';
import type { Obstacle } from '../receiver.ts';
import { silentLogger } from './slack-client.ts';
import { fetchThrough } from './slack-connect.ts';
import { connectFailure, endOf } from './slack-socket-errors.ts';
import { type Envelope, SocketClient } from './slack-socket-wire.ts';

export interface SocketOptions {
  appToken: Secret;
  /** Root of the Web API, ending with a slash. */
  apiUrl: string;
  /** Of one request; a connection has twice as long to be there. */
  timeoutMillis: number;
  proxies?: Proxies | undefined;
  clock: Clock;
}

export interface SocketConnection {
  kind: 'open';
  /** Of this app, this one included, as Slack says; 0 if it does not. */
  readonly connections: number;
  /** When it ends, or is about to: by Slack's word for why, or undefined if it was lost. */
  readonly ended: Promise<string | undefined>;
  /** Safe twice. */
  close(): void;
}

/** A ping is sent three times in that time, and must have been answered in it. */
const pongMillis = 15_000;
/** Slack does not close what both have said to be over: it is not waited for. */
const closeMillis = 1_000;

/**
 * One connection of Socket Mode, from asking for it until it ends. Slack's client with everything off that decides by itself: where a
 * connection that was lost cannot be made again it throws where nobody can catch it, and it is without one for seconds each time that
 * Slack moves it. A file of its own, since it is loaded when there is a connection to make, and the bundler only splits off whole
 * modules.
 * @param receive never throws
 */
export async function openSocket(
  options: SocketOptions,
  receive: (envelope: Envelope) => void,
  stopped: AbortSignal,
): Promise<SocketConnection | Obstacle> {
  const { clock, timeoutMillis } = options;
  const tunnel = tunnelThrough(options.proxies ?? noProxies);
  const client = new SocketClient(
    { ...(await clientOptions(options, stopped)), ...(tunnel && { dispatcher: tunnel.agent }) },
    receive,
  );
  client.on('disconnected', () => tunnel?.cut());
  const close = (): void => {
    client.end(undefined);
    void client.disconnect();
    const { websocket } = client;
    if (websocket !== undefined) clock.after(closeMillis, () => websocket.disconnect());
  };
  stopped.addEventListener('abort', close, { once: true });
  const ended = client.ended.finally(() => stopped.removeEventListener('abort', close));
  const greeted = client.start().then(() => undefined);
  try {
    const end = await withinDeadline(
      Promise.race([ended.then(notGreeted), greeted]),
      2 * timeoutMillis,
      clock,
    );
    if (end === undefined) return { kind: 'open', connections: client.connections, ended, close };
    close();
    return client.problem === undefined ? endOf(end.said) : problemOf(client.problem);
  } catch (error) {
    close();
    if (error instanceof DeadlineExceeded)
      return { kind: 'failed', reason: 'Slack opened no connection in time' };
    return connectFailure(error);
  }
}

function notGreeted(said: string | undefined): { said: string | undefined } {
  return { said };
}

/** By its code alone: its text may have the URL in it, which lets in whoever knows it. */
function problemOf(error: unknown): Obstacle {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return unreached('Slack', { kind: 'unreached', cause: causeOf(cause) }) as Obstacle;
}

async function clientOptions(
  { appToken, apiUrl, timeoutMillis, proxies = noProxies }: SocketOptions,
  stopped: AbortSignal,
): Promise<SocketModeOptions> {
  const fetch = await fetchThrough(proxies);
  return {
    appToken: appToken.reveal(),
    logger: silentLogger,
    autoReconnectEnabled: false,
    clientPingTimeout: pongMillis,
    clientOptions: {
      slackApiUrl: apiUrl,
      timeout: timeoutMillis,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      fetch: (url, init) =>
        fetch(url, { ...init, signal: AbortSignal.any([stopped, ...(init?.signal ? [init.signal] : [])]) }),
    },
  };
}
