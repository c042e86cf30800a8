import { Secret } from '../../config/secret.ts';
import { Harmless } from '../../redact/harmless.ts';
import type { Clock } from '../../runtime/clock.ts';
import { httpOutcome } from '../http/http-outcome.ts';
import type { HttpSender } from '../http/http-sender.ts';
import type { Message } from '../message.ts';
import type { Outcome, Receiver, Reference } from '../receiver.ts';
import { webhookPayload } from './webhook-payload.ts';
import { signatureHeader, signatureOf } from './webhook-signature.ts';
import { tellingKey } from './telling-key.ts';

export interface WebhookOptions {
  name: string;
  /** Whoever knows it may send there. */
  url: Secret;
  /** Signs what is sent; undefined = it is not signed. */
  secret: Secret | undefined;
  headers: Readonly<Record<string, Secret>>;
  /** Whether it is told of what changes while an incident goes on. */
  updates: boolean;
}

/** Set by Tocsin, and by nobody else. */
export const ownWebhookHeaders: readonly string[] = ['idempotency-key', signatureHeader];

/**
 * A program of the user's own, told by POST of JSON (docs/webhook.md). Each request says everything about its incident, so that
 * one that is lost or comes twice does no harm, and by its key which revision of which incident it is.
 */
export class WebhookReceiver implements Receiver {
  readonly name: string;
  readonly description: string;
  readonly canEdit: boolean;
  private readonly options: WebhookOptions;
  private readonly http: HttpSender;
  private readonly clock: Clock;
  private readonly harmless: Harmless;

  constructor(options: WebhookOptions, http: HttpSender, clock: Clock) {
    const { name, url, secret, headers, updates } = options;
    this.name = name;
    this.description = descriptionOf(new URL(url.reveal()));
    this.canEdit = updates;
    this.options = options;
    this.http = http;
    this.clock = clock;
    this.harmless = new Harmless([...partsOf(url), ...Object.values(headers), ...(secret ? [secret] : [])]);
  }

  async notify(message: Message, shown: Reference | undefined, signal: AbortSignal): Promise<Outcome> {
    const { name, url } = this.options;
    const body = JSON.stringify(webhookPayload(name, message, shown !== undefined));
    const answer = await this.http.send(
      { method: 'POST', url: url.reveal(), headers: this.headersOf(message, body), body },
      signal,
    );
    const said = answer.kind === 'answered' ? this.harmless.text(answer.body) : '';
    const { incident } = message;
    const reference = incident === undefined ? undefined : { incident: incident.key };
    return httpOutcome('The webhook', answer, said) ?? { kind: 'delivered', reference };
  }

  /** There is no way to ask a webhook without telling it something. */
  verify(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private headersOf(message: Message, body: string): Record<string, string> {
    const { headers, secret } = this.options;
    const all: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers)) all[name.toLowerCase()] = value.reveal();
    all['content-type'] = 'application/json';
    const key = tellingKey(message, '-');
    if (key !== undefined) all['idempotency-key'] = key;
    if (secret !== undefined) all[signatureHeader] = signatureOf(body, secret, this.clock.now());
    return all;
  }
}

/** The host alone: what stands after it is most often what lets one in. */
function descriptionOf({ protocol, host, hostname }: URL): string {
  const isHere = /^(localhost|127\..*|\[::1\])$/.test(hostname);
  return `webhook ${protocol}//${host}${protocol === 'https:' || isHere ? '' : ' (NOT ENCRYPTED: use https)'}`;
}

/** An answer may have any part of the URL in it. */
function partsOf(url: Secret): Secret[] {
  const { pathname, search } = new URL(url.reveal());
  const parts = [pathname, search, ...pathname.split('/'), ...search.slice(1).split('&')];
  return [url, ...parts.map((part) => new Secret(part))];
}
