import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Secret } from '../config/secret.ts';
import { SlackSignatures } from '../notify/receivers/slack-signature.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ButtonEvents } from '../telemetry/button-events.ts';
import { FailedAttempts } from './access/failed-attempts.ts';
import { answerProblems, notFound, Problem } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

/** Slack sends the whole message along, each of its characters as up to eight. */
const longestBodyBytes = 256 * 1024;

/** An app of Slack that is set up to send what is pressed here. */
export interface SigningApp {
  secret: Secret;
  /** Settled when it is done, or has taken too long for Slack. Never throws. */
  handle: (payload: unknown) => Promise<void>;
}

export interface ButtonsDependencies {
  clock: Clock;
  apps: readonly SigningApp[];
  events: ButtonEvents;
}

/**
 * What chats send when a button is pressed. They come from outside, through an ingress: so it has a listener of its own, on which
 * there is nothing else. The API's is for loopback and for tokens, and that of metrics takes nothing from anybody.
 */
export function buttonsApp({ clock, apps, events }: ButtonsDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', false);
  app.use((_request: Request, response: Response, next: NextFunction): void => {
    response.on('close', () => {
      if (response.headersSent) events.requestAnswered(response.statusCode);
    });
    next();
  });
  app.use(securityHeaders);
  const readBody = express.raw({ limit: longestBodyBytes, inflate: false, type: () => true });
  app.post('/slack/actions', readBody, slackActions({ clock, apps, events }));
  app.all('/slack/actions', () => {
    throw new Problem(405, 'here only POST', { allow: 'POST' });
  });
  app.use(notFound);
  app.use(answerProblems((error) => events.requestFailed(error)));
  return app;
}

function slackActions({ clock, apps, events }: ButtonsDependencies) {
  const signatures = new SlackSignatures(
    apps.map(({ secret }) => secret),
    clock,
  );
  const attempts = new FailedAttempts(clock);
  return async (request: Request, response: Response): Promise<void> => {
    const { headers } = request;
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const verdict = signatures.verify({
      signature: headers['x-slack-signature']?.toString(),
      timestamp: headers['x-slack-request-timestamp']?.toString(),
      body,
    });
    if (verdict.kind === 'out of time') events.requestOutOfTime(verdict.seconds);
    if (verdict.kind === 'out of time' || verdict.kind === 'wrong') return refuse(request, attempts);
    events.requestInTime();
    // What comes again is answered as it was, and nothing is done.
    if (verdict.kind === 'repeated') events.pressedInVain('repeated');
    else await apps.find(({ secret }) => secret === verdict.secret)?.handle(payloadOf(body));
    response.status(200).end();
  };
}

/**
 * Whoever signs wrongly is told to wait as whoever tries tokens is. What is signed rightly is taken all the same: through an ingress
 * everybody comes from one address, and nobody may keep people's buttons from working by sending rubbish.
 */
function refuse({ socket }: Request, attempts: FailedAttempts): never {
  const address = socket.remoteAddress ?? '';
  const pause = attempts.pauseOf(address);
  if (pause > 0) {
    const seconds = String(Math.ceil(pause / 1000));
    throw new Problem(429, `too many requests with a wrong signature: try again in ${seconds} s`, {
      'retry-after': seconds,
    });
  }
  attempts.add(address);
  throw new Problem(401, 'the request is not signed by a Slack app that is known here, or not at this time');
}

/** Undefined if it is none. */
function payloadOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new URLSearchParams(Buffer.from(body).toString()).get('payload') ?? '');
  } catch {
    return undefined;
  }
}
