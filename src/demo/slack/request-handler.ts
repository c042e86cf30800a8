import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, textAnswer } from './answer.ts';
import { control, controlPrefix, type PressButton } from './control.ts';
import { answerInPlace, type Fault, type FaultPlan } from './faults.ts';
import type { RecordedCall } from './history.ts';
import { readBody } from './request.ts';
import { callApi } from './web-api.ts';
import { callWebhook, type WebhookOptions } from './webhook.ts';
import type { Workspace } from './workspace.ts';

const apiPrefix = '/api/';
const webhookPrefix = '/services/';
const webhookMethod = 'webhook';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  arrivedMillis: number;
}

/** Takes a request from its arrival to its answer: finds out whom it is for, plays the fault, keeps the record. */
export class RequestHandler {
  readonly #workspace: Workspace;
  readonly #faults: FaultPlan;
  readonly #webhook: WebhookOptions | undefined;
  readonly #press: PressButton;
  readonly #lateAnswers = new Set<NodeJS.Timeout>();

  constructor(
    workspace: Workspace,
    faults: FaultPlan,
    webhook: WebhookOptions | undefined,
    press: PressButton,
  ) {
    this.#workspace = workspace;
    this.#faults = faults;
    this.#webhook = webhook;
    this.#press = press;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const arrivedMillis = performance.timeOrigin + performance.now();
    const url = URL.parse(request.url ?? '', 'http://slack');
    if (url === null) return send(response, notFound);
    this.#serve({ request, response, url, arrivedMillis }).catch((error: unknown) => {
      send(response, textAnswer(500, String(error)));
    });
  }

  /** Drops the answers that are still to come. */
  stop(): void {
    for (const timer of this.#lateAnswers) clearTimeout(timer);
    this.#lateAnswers.clear();
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { request, response, url } = exchange;
    const { pathname } = url;
    if (pathname.startsWith(webhookPrefix)) return this.#serveSlack(exchange, webhookMethod);
    if (pathname.startsWith(apiPrefix)) return this.#serveSlack(exchange, pathname.slice(apiPrefix.length));
    const body = await readBody(request);
    if (!pathname.startsWith(controlPrefix)) return send(response, notFound);
    const text = body.ok ? body.text : '';
    const action = `${request.method} ${pathname}`;
    send(
      response,
      await control({ workspace: this.#workspace, faults: this.#faults, press: this.#press }, action, text),
    );
  }

  async #serveSlack(exchange: Exchange, method: string): Promise<void> {
    const { request, response } = exchange;
    const fault = this.#faults.take(method);
    const call = this.#beginCall(method, exchange.arrivedMillis, fault);
    if (fault?.kind === 'close') return void request.socket.destroy();
    const body = await readBody(request);
    if (fault?.kind === 'hang') return;
    const answer = body.ok ? this.#answer(exchange, call, body.text, fault) : unreadable[body.problem];
    call.outcome = answer.outcome;
    if (fault?.kind === 'record_then_close') request.socket.destroy();
    else if (fault?.kind === 'late') this.#sendLater(response, answer, fault.delayMillis);
    else send(response, answer);
  }

  #beginCall(method: string, arrivedMillis: number, fault: Fault | undefined): RecordedCall {
    const isUnanswered = fault?.kind === 'close' || fault?.kind === 'hang';
    const outcome = isUnanswered ? 'unanswered' : 'pending';
    const call = { method, at: this.#workspace.now(), arrivedMillis, outcome, fault: fault?.kind };
    this.#workspace.history.addCall(call);
    return call;
  }

  #answer({ request, url }: Exchange, call: RecordedCall, body: string, fault: Fault | undefined): Answer {
    const { method, arrivedMillis } = call;
    const { headers } = request;
    const isWebhook = method === webhookMethod;
    const inPlace = fault === undefined ? undefined : answerInPlace(fault, isWebhook);
    if (inPlace !== undefined) return inPlace;
    const sent = { headers, body, arrivedMillis };
    if (!isWebhook) return callApi(this.#workspace, { ...sent, method, query: url.searchParams });
    const httpMethod = request.method ?? '';
    return callWebhook(this.#workspace, this.#webhook, { ...sent, httpMethod, path: url.pathname });
  }

  #sendLater(response: ServerResponse, answer: Answer, delayMillis: number): void {
    const timer = setTimeout(() => {
      this.#lateAnswers.delete(timer);
      send(response, answer);
    }, delayMillis);
    this.#lateAnswers.add(timer);
  }
}

const notFound = textAnswer(404, 'not found');

const unreadable: Readonly<Record<'aborted' | 'too_large', Answer>> = {
  aborted: textAnswer(400, 'aborted', 'aborted'),
  too_large: textAnswer(413, 'request entity too large', 'http_413'),
};

function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
