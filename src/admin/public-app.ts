import express, { type Express, type Request, type Response } from 'express';
import type { HealthAnswer } from './contract.ts';
import { type Exposition, metricsRoute } from './metrics-route.ts';
import { answerProblems, notFound } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

export interface PublicDependencies {
  metrics: Exposition;
  health: () => Promise<HealthAnswer>;
  ready: () => boolean;
  onUnexpected: (error: unknown) => void;
}

/** Metrics and health, for Prometheus and the kubelet, which come from outside the pod. Nothing secret is here. */
export function publicApp({ metrics, health, ready, onUnexpected }: PublicDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders);
  app.get('/metrics', metricsRoute(metrics));
  app.get('/livez', (_request: Request, response: Response) => {
    // Alive is who can answer at all: a restart mends neither a full disk nor a dead chat.
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request: Request, response: Response) => {
    const isReady = ready();
    response
      .status(isReady ? 200 : 503)
      .type('text/plain')
      .send(isReady ? 'ok\n' : 'starting or stopping\n');
  });
  app.get('/health', async (_request: Request, response: Response) => {
    const answer = await health();
    response.status(answer.status === 'unhealthy' ? 503 : 200).json(answer);
  });
  app.use(notFound);
  app.use(answerProblems(onUnexpected));
  return app;
}
