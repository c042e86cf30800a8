import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import type { Sender } from './sender.ts';

/** github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md: a flag, and the length. */
const prefixBytes = 5;

/**
 * Over OTLP/gRPC, on bare HTTP/2: a library of gRPC would take more of the processor that the generator has. A connection has one call at
 * a time, as it has with an SDK, whose exporter waits for the answer.
 */
export class GrpcSender implements Sender {
  private readonly url: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly flag: number;
  private readonly sessions = new Set<ClientHttp2Session>();
  private readonly idle: ClientHttp2Session[] = [];

  constructor(url: string, gzip: boolean) {
    this.url = url;
    this.flag = gzip ? 1 : 0;
    this.headers = {
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(gzip && { 'grpc-encoding': 'gzip' }),
    };
  }

  send(body: Uint8Array): Promise<string> {
    const session = this.session();
    return new Promise((resolve) => {
      const failed = (error: NodeJS.ErrnoException): void => resolve(reasonOf(error));
      session.once('error', failed);
      const stream = session.request(this.headers);
      let status = 'answer cut off';
      const read = (given: IncomingHttpHeaders): void => void (status = statusIn(given) ?? status);
      stream.on('response', read).on('trailers', read).once('error', failed);
      stream.resume();
      stream.once('close', () => {
        session.off('error', failed);
        if (!session.closed && !session.destroyed) this.idle.push(session);
        resolve(status);
      });
      stream.write(prefixOf(this.flag, body.length));
      stream.end(body);
    });
  }

  close(): void {
    for (const session of this.sessions) session.destroy();
  }

  private session(): ClientHttp2Session {
    const known = this.idle.pop();
    if (known !== undefined) return known.closed || known.destroyed ? this.session() : known;
    const session = connect(this.url);
    this.sessions.add(session);
    session.on('error', () => undefined);
    session.once('close', () => this.sessions.delete(session));
    return session;
  }
}

/** Of headers that end a call, or of trailers; undefined of such as only begin an answer. */
function statusIn({ 'grpc-status': code, ':status': http }: IncomingHttpHeaders): string | undefined {
  if (http !== undefined && Number(http) !== constants.HTTP_STATUS_OK) return String(http);
  if (code === undefined) return undefined;
  return code === '0' ? '200' : `gRPC ${String(code)}`;
}

/** Of a call that goes with its connection, what that went by. */
function reasonOf({ code, message, cause }: NodeJS.ErrnoException): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? code ?? message;
}

function prefixOf(flag: number, length: number): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix[0] = flag;
  prefix.writeUInt32BE(length, 1);
  return prefix;
}
