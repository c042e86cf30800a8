import { setTimeout as delay } from 'node:timers/promises';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { FaultSwitch, faultsPath, parseFaults } from './faults.ts';

/** Answers one request of a customer; `mustThrow` says that what it does is to fail. */
export type Handler = (request: Request, response: Response, mustThrow: boolean) => void | Promise<void>;

/** An express application whose faults can be switched by HTTP. */
export interface FaultyApp {
  app: Express;
  /** What waits, or answers 503, as the faults have it, before the handler is called. */
  suffer: (handler: Handler) => RequestHandler;
  answerHealth: RequestHandler;
}

export function createFaultyApp(): FaultyApp {
  const faults = new FaultSwitch();
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());
  addFaultRoutes(app, faults);
  return {
    app,
    suffer: (handler) => async (request, response) => {
      const fault = faults.takeForRequest();
      // Without a reference: a process that is told to end does not wait for this.
      if (fault.slowMillis !== undefined) await delay(fault.slowMillis, undefined, { ref: false });
      if (fault.unavailable === true) response.status(503).json({ error: 'unavailable' });
      else await handler(request, response, fault.throw === true);
    },
    answerHealth: (_request, response) => {
      const fails = faults.takeForHealthCheck();
      response.status(fails ? 503 : 200).json({ status: fails ? 'failing' : 'ok' });
    },
  };
}

function addFaultRoutes(app: Express, faults: FaultSwitch): void {
  app
    .route(faultsPath)
    .get((_request, response) => {
      response.json(faults.current);
    })
    .put((request, response) => {
      const parsed = parseFaults(request.body);
      if (typeof parsed === 'string') {
        response.status(400).json({ error: parsed });
        return;
      }
      faults.set(parsed);
      response.json(parsed);
    })
    .delete((_request, response) => {
      faults.clear();
      response.status(204).end();
    });
}

/** Answers for what a handler threw. To be used after all routes; express knows it by its four parameters. */
export const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = clientErrorStatus(error) ?? 500;
  response.status(status).json({ error: status === 500 ? 'internal error' : String(error) });
};

/** What express' body parser says of a body that it cannot read. */
function clientErrorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
