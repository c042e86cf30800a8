import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificates } from './certificates.ts';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** As it came, its dots unstuffed. */
  raw: string;
  encrypted: boolean;
  user: string | undefined;
}

export interface SmtpServerOptions {
  encryption?: 'starttls' | 'tls' | 'none';
  /** Who must log in. */
  login?: { username: string; password: string };
}

type Verb = 'CONNECT' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'MESSAGE';

/** RFC 5321, section 4.5.3.1.6, and RFC 5322, section 2.1.1; without CRLF. */
const longestLine = 998;

/** A mail server that takes what RFC 5321 and 5322 allow and nothing else: no bare line feeds, no long lines, no bytes beyond ASCII. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  connections = 0;
  /** Answers in place of the right ones, for good; `hang` = none, `close` = the connection ends. */
  readonly answers = new Map<Verb, string>();
  /** Everything that was said to it, logins included. */
  readonly said: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.connected(socket));
  readonly options: SmtpServerOptions;

  constructor(options: SmtpServerOptions = {}) {
    this.options = options;
  }

  /** @returns its port */
  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private connected(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    const session = new Session(this, this.options);
    if (this.options.encryption === 'tls') session.greet(encrypted(socket), true);
    else session.greet(socket, false);
  }
}

function encrypted(socket: Socket): TLSSocket {
  const secure = new TLSSocket(socket, { isServer: true, ...certificates.server });
  secure.on('error', () => undefined);
  return secure;
}

class Session {
  private readonly server: SmtpServer;
  private readonly options: SmtpServerOptions;
  private socket!: Socket;
  private isEncrypted = false;
  private buffer = '';
  private user: string | undefined;
  private from: string | undefined;
  private to: string[] = [];
  private lines: string[] | undefined;

  constructor(server: SmtpServer, options: SmtpServerOptions) {
    this.server = server;
    this.options = options;
  }

  greet(socket: Socket, isEncrypted: boolean): void {
    this.listen(socket, isEncrypted);
    this.reply('CONNECT', '220 stand-in ESMTP');
  }

  private listen(socket: Socket, isEncrypted: boolean): void {
    this.socket = socket;
    this.isEncrypted = isEncrypted;
    this.buffer = '';
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => {
      this.buffer += data;
      for (let end = this.buffer.indexOf('\n'); end !== -1; end = this.buffer.indexOf('\n')) {
        const line = this.buffer.slice(0, end + 1);
        this.buffer = this.buffer.slice(end + 1);
        this.take(line);
      }
    });
  }

  private take(line: string): void {
    this.server.said.push(line);
    const text = line.slice(0, -2);
    const isBad =
      !line.endsWith('\r\n') ||
      text.includes('\r') ||
      text.length > longestLine ||
      /[^\t\x20-\x7e]/.test(text);
    if (isBad) return this.end(`500 a line that is none: ${JSON.stringify(line.slice(0, 100))}`);
    if (this.lines !== undefined) return this.data(text);
    this.command(text);
  }

  private command(text: string): void {
    const [verb = ''] = text.toUpperCase().split(' ', 1);
    switch (verb) {
      case 'EHLO':
        return void this.reply(
          'EHLO',
          ['250-stand-in', ...this.extensions(), '250 SIZE 1000000'].join('\r\n'),
        );
      case 'STARTTLS':
        if (this.options.encryption !== 'starttls' || this.isEncrypted) return this.say('502 not here');
        if (!this.reply('STARTTLS', '220 go ahead')) return;
        this.socket.removeAllListeners('data');
        return this.listen(encrypted(this.socket), true);
      case 'AUTH':
        return this.login(text);
      case 'MAIL':
        return this.mail(text);
      case 'RCPT':
        return this.recipient(text);
      case 'DATA':
        if (this.to.length === 0) return this.say('503 nobody is to get it');
        if (this.reply('DATA', '354 go on')) this.lines = [];
        return;
      case 'RSET':
      case 'NOOP':
        return this.say('250 ok');
      case 'QUIT':
        return this.end('221 bye');
      default:
        return this.say('500 unknown');
    }
  }

  private extensions(): string[] {
    const extensions: string[] = [];
    if (this.options.encryption === 'starttls' && !this.isEncrypted) extensions.push('250-STARTTLS');
    if (this.options.login !== undefined) extensions.push('250-AUTH PLAIN LOGIN');
    return extensions;
  }

  private login(text: string): void {
    const { login } = this.options;
    const [, initial = ''] = /^AUTH PLAIN (\S+)$/i.exec(text) ?? [];
    const [, username, password] = Buffer.from(initial, 'base64').toString().split('\0');
    if (login === undefined) return this.say('503 there is nothing to log in to');
    if (username !== login.username || password !== login.password)
      return void this.reply('AUTH', `535 5.7.8 wrong: ${initial}`);
    this.user = username;
    this.reply('AUTH', '235 2.7.0 welcome');
  }

  private mail(text: string): void {
    if (this.options.encryption === 'starttls' && !this.isEncrypted)
      return this.say('530 5.7.0 STARTTLS first');
    if (this.options.login !== undefined && this.user === undefined)
      return this.say('530 5.7.0 log in first');
    const [, from] = /^MAIL FROM:<([^<>\s]+@[^<>\s]+)>( \S+)*$/.exec(text) ?? [];
    if (from === undefined) return this.say('501 no sender');
    this.from = from;
    this.to = [];
    this.reply('MAIL', '250 ok');
  }

  private recipient(text: string): void {
    const [, to] = /^RCPT TO:<([^<>\s]+@[^<>\s]+)>$/.exec(text) ?? [];
    if (this.from === undefined || to === undefined) return this.say('503 no recipient');
    if (to.startsWith('nobody')) return this.say(`550 5.1.1 <${to}>: there is nobody of that name`);
    if (this.reply('RCPT', '250 ok')) this.to.push(to);
  }

  private data(text: string): void {
    if (text !== '.') return void this.lines!.push(text.startsWith('.') ? text.slice(1) : text);
    const raw = this.lines!.join('\r\n');
    this.lines = undefined;
    const { from, to, isEncrypted, user } = this;
    if (!this.reply('MESSAGE', '250 2.0.0 queued')) return;
    this.server.mails.push({ from: from!, to, raw, encrypted: isEncrypted, user });
    this.from = undefined;
    this.to = [];
  }

  /** @returns whether the right answer was given */
  private reply(verb: Verb, right: string): boolean {
    const answer = this.server.answers.get(verb) ?? right;
    if (answer === 'close') this.socket.destroy();
    else if (answer !== 'hang') this.say(answer);
    return answer === right;
  }

  private say(text: string): void {
    this.socket.write(`${text}\r\n`);
  }

  private end(text: string): void {
    this.socket.end(`${text}\r\n`);
  }
}
