import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Where the answer begins in what a server has sent on a connection; undefined if it has not. */
export type FindAnswer = (sent: Buffer) => number | undefined;

/** Over HTTP/1.1 it is the first thing that a server says. */
export const answerOverHttp: FindAnswer = () => 0;

/** RFC 9113, section 4.1: a header of 9 bytes, which begins with the length, and then says the type. */
const frameHeaderBytes = 9;
const headersFrame = 1;

/** Over gRPC it is the first frame of headers: before it come only those of the connection. */
export const answerOverGrpc: FindAnswer = (sent) => {
  for (let at = 0; at + frameHeaderBytes <= sent.length; at += frameHeaderBytes + sent.readUIntBE(at, 3))
    if (sent[at + 3] === headersFrame) return at;
  return undefined;
};

/**
 * Stands between a sender and a server, and keeps the first answer to itself: as soon as that begins, somebody is told, at once, and the
 * sender's connection is broken. From then on everything passes.
 */
export class AnswerThief {
  private readonly target: URL;
  private readonly findAnswer: FindAnswer;
  private readonly onAnswer: (beginning: Buffer) => void;
  private hasStolen = false;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((sender) => this.pass(sender));

  constructor(target: string, findAnswer: FindAnswer, onAnswer: (beginning: Buffer) => void) {
    this.target = new URL(target);
    this.findAnswer = findAnswer;
    this.onAnswer = onAnswer;
  }

  /** @returns its URL */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private pass(sender: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    for (const [socket, other] of [
      [sender, server],
      [server, sender],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    sender.pipe(server);
    let sent = Buffer.alloc(0);
    server.on('data', (chunk: Buffer) => {
      const passed = sent.length;
      if (!this.hasStolen) sent = Buffer.concat([sent, chunk]);
      const answer = this.hasStolen ? undefined : this.findAnswer(sent);
      if (answer === undefined) {
        sender.write(chunk);
        return;
      }
      this.hasStolen = true;
      this.onAnswer(sent.subarray(answer));
      if (answer > passed) sender.write(sent.subarray(passed, answer));
      sender.resetAndDestroy();
    });
  }
}
