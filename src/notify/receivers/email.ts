import type { Clock } from '../../runtime/clock.ts';
import { Secret } from '../../config/secret.ts';
import { Harmless } from '../../redact/harmless.ts';
import type { Message } from '../message.ts';
import type { Obstacle, Outcome, Receiver, Reference } from '../receiver.ts';
import type { EmailClient, EmailServer } from './email-client.ts';
import { type EmailError, emailOutcome } from './email-errors.ts';
import { emailText } from './email-text.ts';
import { tellingKey } from './telling-key.ts';

export interface EmailOptions {
  name: string;
  server: EmailServer;
  from: string;
  to: readonly string[];
  /** Of one mail, from connecting to the server's last word. */
  timeoutMillis: number;
}

/**
 * Mail by SMTP. What was sent cannot be edited, so people are told when an incident begins and when it ends; all mails of one are a
 * conversation (RFC 5322, section 3.6.4). A mail that is sent twice has the same Message-ID both times.
 */
export class EmailReceiver implements Receiver {
  readonly name: string;
  readonly description: string;
  readonly canEdit = false;
  private readonly options: EmailOptions;
  private readonly clock: Clock;
  private readonly harmless: Harmless;
  /** Not to be printed with the receiver: it keeps the password. */
  #client: Promise<EmailClient> | undefined;

  constructor(options: EmailOptions, clock: Clock) {
    const { host, username = '', password } = options.server;
    this.name = options.name;
    this.description = `e-mail by ${host}`;
    this.options = options;
    this.clock = clock;
    this.harmless = new Harmless(password === undefined ? [] : formsOf(username, password));
  }

  async notify(message: Message, shown: Reference | undefined, signal: AbortSignal): Promise<Outcome> {
    const { from, to } = this.options;
    const { subject: ownSubject, text, html } = emailText(message);
    const messageId = messageIdOf(message, from, this.clock.now());
    const { root = messageId, subject = ownSubject } = shown ?? {};
    const isReply = root !== messageId;
    const mail = {
      from,
      to,
      text,
      html,
      messageId,
      subject: isReply ? `Re: ${subject}` : subject,
      inReplyTo: isReply ? root : undefined,
    };
    return this.attempt(signal, async (client, until) => {
      const refused = await client.send(mail, until);
      const problem = `the mail server did not take ${refused} of ${to.length} recipients`;
      return { kind: 'delivered', reference: { root, subject }, ...(refused > 0 && { problem }) };
    });
  }

  async verify(signal: AbortSignal): Promise<Obstacle | undefined> {
    const outcome = await this.attempt(signal, async (client, until) => {
      await orAborted(client.verify(), until);
      return { kind: 'delivered', reference: undefined };
    });
    if (outcome.kind === 'delivered') return undefined;
    return outcome.kind === 'gone' || outcome.kind === 'rejected'
      ? { kind: 'failed', reason: outcome.reason }
      : outcome;
  }

  /** @param work is given a signal that ends it in time */
  private async attempt(
    signal: AbortSignal,
    work: (client: EmailClient, until: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome> {
    const { server, timeoutMillis } = this.options;
    const timeout = new AbortController();
    const cancelTimer = this.clock.after(timeoutMillis, () => timeout.abort());
    try {
      this.#client ??= import('./email-client.ts').then(({ createEmailClient }) =>
        createEmailClient(server, timeoutMillis),
      );
      return await work(await this.#client, AbortSignal.any([signal, timeout.signal]));
    } catch (thrown) {
      const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as EmailError;
      const said = typeof error.response === 'string' ? this.harmless.text(error.response) : '';
      return emailOutcome(timeout.signal.aborted ? { code: 'ETIMEDOUT' } : error, said);
    } finally {
      cancelTimer();
    }
  }
}

function messageIdOf(message: Message, from: string, now: number): string {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return `<${tellingKey(message, '.') ?? `test.${now}`}@${domain}>`;
}

/** As a server may repeat them: logins go over the wire as base64. */
function formsOf(username: string, password: Secret): Secret[] {
  const plain = password.reveal();
  const coded = [plain, `\0${username}\0${plain}`].map((text) => Buffer.from(text).toString('base64'));
  return [password, ...coded.map((text) => new Secret(text))];
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(new Error('aborted'));
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
  return Promise.race([work, aborted]);
}
