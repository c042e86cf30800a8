import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Step, Weather } from '../plan.ts';
import { Door } from './door.ts';

/** One request as it came in: the cross-check of what the clients say. */
export interface LoggedRequest {
  call: string;
  /** 1 for the first of its call. */
  order: number;
  /** Of the client's span, as its instrumentation sent them. */
  traceId: string | undefined;
  spanId: string | undefined;
  start: number;
  /** Unset while it hangs. */
  end: number | undefined;
  status: number | 'reset' | 'aborted' | undefined;
}

const fine: Step = { do: 'answer', status: 200, body: '{}' };

/**
 * A server that fails as it is told, call by call. The id of a call travels in `x-call-id`, which no instrumentation records, so
 * that the URLs of different calls may be the same. Calls without a script get the weather.
 */
export class FailingServer {
  readonly log: LoggedRequest[] = [];
  readonly door: Door;
  private readonly scripts = new Map<string, readonly Step[]>();
  private readonly orders = new Map<string, number>();
  private readonly server: Server;
  private weather: readonly Weather[] = [];
  private weatherBegan: number | undefined;

  constructor() {
    const handle = (request: IncomingMessage, response: ServerResponse) => this.handle(request, response);
    this.server = createServer({ keepAliveTimeout: 30_000 }, handle);
    this.door = new Door(handle);
  }

  /** @returns its base URL, by name: Tocsin folds bare addresses */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, 'localhost', resolve));
    await this.door.reserve();
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await Promise.all([closed, this.door.stop()]);
  }

  script(call: string, steps: readonly Step[]): void {
    this.scripts.set(call, steps);
  }

  turn(weather: readonly Weather[]): void {
    this.weather = weather;
    this.weatherBegan = undefined;
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const logged = this.note(request);
    response.once('close', () => {
      logged.end ??= Date.now();
      logged.status ??= 'aborted';
    });
    request.once('error', () => undefined);
    request.resume();
    this.perform(this.stepOf(logged), logged, response);
  }

  private note({ headers }: IncomingMessage): LoggedRequest {
    const call = String(headers['x-call-id'] ?? 'unknown');
    const order = (this.orders.get(call) ?? 0) + 1;
    this.orders.set(call, order);
    const [, traceId, spanId] = String(headers['traceparent'] ?? '').split('-');
    const logged: LoggedRequest = {
      call,
      order,
      traceId,
      spanId,
      start: Date.now(),
      end: undefined,
      status: undefined,
    };
    this.log.push(logged);
    return logged;
  }

  private stepOf({ call, order, start }: LoggedRequest): Step {
    const script = this.scripts.get(call) ?? [];
    if (script.length > 0) return script[Math.min(order, script.length) - 1]!;
    this.weatherBegan ??= start;
    const sinceThen = start - this.weatherBegan;
    return this.weather.find(({ untilMillis }) => sinceThen < untilMillis)?.step ?? fine;
  }

  private perform(step: Step, logged: LoggedRequest, response: ServerResponse): void {
    if (step.do === 'hang') return;
    if (step.do === 'reset') {
      logged.end = Date.now();
      logged.status = 'reset';
      response.socket?.resetAndDestroy();
      return;
    }
    const answer = (): void => {
      if (response.destroyed) return;
      logged.end = Date.now();
      logged.status = step.status;
      response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers });
      response.end(step.body ?? '{}');
    };
    if (step.afterMillis === undefined) answer();
    else setTimeout(answer, step.afterMillis);
  }
}
