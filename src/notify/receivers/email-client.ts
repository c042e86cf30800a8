import { createTransport } from 'nodemailer';
import type { Secret } from '../../config/secret.ts';
import { readTls, type TlsFiles } from '../../config/tls.ts';

export interface EmailServer {
  host: string;
  port: number;
  /** `starttls` = it must be offered; `tls` = from the first byte. */
  encryption: 'starttls' | 'tls' | 'none';
  username: string | undefined;
  password: Secret | undefined;
  tls: TlsFiles;
}

/** A mail, with what makes it a part of a conversation. */
export interface Email {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** The first mail of the conversation, if this is not it. */
  inReplyTo: string | undefined;
}

export interface EmailClient {
  /** @returns recipients that the server did not take. @throws what the library says */
  send(mail: Email, signal: AbortSignal): Promise<number>;
  /** Connects and logs in. @throws what the library says */
  verify(): Promise<void>;
}

/**
 * The library, with nothing that reads files or URLs by what stands in a mail. A file of its own, since it is loaded when there is a
 * mail to send, and the bundler only splits off whole modules.
 * @throws TlsUnusable
 */
export function createEmailClient(server: EmailServer, timeoutMillis: number): EmailClient {
  const { host, port, encryption, username, password, tls } = server;
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    ...(password !== undefined && { auth: { user: username ?? '', pass: password.reveal() } }),
    tls: readTls(tls),
    connectionTimeout: timeoutMillis,
    greetingTimeout: timeoutMillis,
    socketTimeout: timeoutMillis,
    dnsTimeout: timeoutMillis,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ from, to, inReplyTo, ...content }, signal) => {
      const { rejected } = await transport.sendMail({
        ...content,
        from: { name: 'Tocsin', address: from },
        to: to.map((address) => ({ name: '', address })),
        ...(inReplyTo !== undefined && { inReplyTo, references: [inReplyTo] }),
        // RFC 3834: nobody's absence is to be answered to this.
        headers: { 'Auto-Submitted': 'auto-generated' },
        xMailer: false,
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      });
      return rejected.length;
    },
    verify: async () => {
      await transport.verify();
    },
  };
}
