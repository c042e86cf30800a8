import type { IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { exportPath, good, startGrpc } from '../../intake/grpc/support.ts';
import { framed, type RawAnswer, rawGrpc } from '../../support/raw-grpc.ts';
import { same } from '../target.ts';
import { maxMessageBytes } from './body.ts';
import type { MadeCall } from './call.ts';
import type { Seen } from './check-answer.ts';
import { turnsUntil } from './turns.ts';

const nothing = { ':status': undefined } as IncomingHttpHeaders;
const resetCode = 8;

/** A listener for gRPC, and the connection of a client that lives through all cases. */
export class Wire {
  readonly intake: Awaited<ReturnType<typeof startGrpc>>;
  private readonly client: ReturnType<typeof rawGrpc>;
  private readonly closers: (() => unknown)[];
  private readonly bodies: Uint8Array[] = [];

  static async open(): Promise<Wire> {
    const closers: (() => unknown)[] = [];
    const after = (closer: () => unknown): unknown => closers.unshift(closer);
    const intake = await startGrpc({ after }, maxMessageBytes);
    return new Wire(intake, rawGrpc({ after }, intake.port), closers);
  }

  private constructor(intake: Wire['intake'], client: Wire['client'], closers: (() => unknown)[]) {
    this.intake = intake;
    this.client = client;
    this.closers = closers;
    // A copy: what was answered is freed.
    intake.state.seen = (body) => this.bodies.push(Uint8Array.from(body));
  }

  async close(): Promise<void> {
    for (const closer of this.closers) await closer();
  }

  /** Makes a call as an HTTP/2 client can. @param neighbours good ones that are made at the same time, on the same connection */
  async call(made: MadeCall, neighbours: number): Promise<Seen> {
    const seen = await this.watched(async () => {
      const around = Array.from({ length: neighbours }, () => this.checkGood());
      const { pieces, ending, headers } = made;
      const { stream, answer } = this.client.begin('', {
        te: undefined,
        'content-type': undefined,
        ...headers,
      });
      for (const piece of pieces) stream.write(piece);
      if (ending === 'ended' || ending === 'left') stream.end();
      if (ending === 'stalled') {
        await this.everythingThere();
        this.intake.clock.advance(30_000);
      }
      if (made.method === 'watch') stream.once('data', () => stream.close(resetCode));
      if (ending === 'reset' || ending === 'left') stream.close(resetCode);
      await Promise.all(around);
      return answer;
    });
    return without(neighbours, seen);
  }

  /** Sends these bytes on a connection of their own, and closes it: at once, or when a request in them was counted. */
  bytes(bytes: Uint8Array, isWaitedFor: boolean): Promise<Seen> {
    return this.watched(async (isCounted) => {
      const socket = connect(this.intake.port, '127.0.0.1');
      let isClosed = false;
      socket.on('error', () => undefined).once('close', () => (isClosed = true));
      socket.resume().write(bytes);
      if (isWaitedFor) await turnsUntil('the answer to the bytes', isCounted);
      socket.end();
      await turnsUntil('the end of the connection', () => isClosed);
      return { headers: nothing, trailers: nothing, data: Buffer.alloc(0), resetCode: undefined };
    });
  }

  async checkGood(): Promise<void> {
    const { trailers } = await this.client.send(exportPath('traces'), [framed(good)]);
    same('a good request afterwards, on the same connection', trailers['grpc-status'], '0');
  }

  /** What the client has sent so far was read. */
  private everythingThere(): Promise<unknown> {
    const { session } = this.client;
    return promisify(session.ping.bind(session) as (done: () => void) => boolean)();
  }

  private async watched(make: (isCounted: () => boolean) => Promise<RawAnswer>): Promise<Seen> {
    const { state, admission } = this.intake;
    this.bodies.length = 0;
    state.accepted.length = 0;
    const { bytesInUse } = admission;
    const [requests, before] = [state.requests, this.counts()];
    const counted = (): number[] => differenceOf(before, this.counts());
    const answer = await make(() => counted().length > 0);
    await this.everythingThere();
    await turnsUntil(
      'all requests to be counted',
      () => counted().length >= state.requests - requests && admission.bytesInUse === bytesInUse,
    );
    const { headers, trailers, data } = answer;
    return {
      http: headers[':status'] as number | undefined,
      trailers,
      data,
      bodies: [...this.bodies],
      counted: counted(),
    };
  }

  /** Requests by their code. */
  private counts(): Map<number, number> {
    const counts = new Map<number, number>();
    const text = [...this.intake.registry.expose()].join('');
    for (const [, code, count] of text.matchAll(
      /^tocsin_intake_requests_total\{.*protocol="grpc",code="(\d+)"\} (\d+)$/gm,
    ))
      counts.set(Number(code), (counts.get(Number(code)) ?? 0) + Number(count));
    return counts;
  }
}

function without(neighbours: number, seen: Seen): Seen {
  const [counted, bodies] = [[...seen.counted], [...seen.bodies]];
  for (let at = 0; at < neighbours; at++) {
    counted.splice(counted.indexOf(200), 1);
    bodies.splice(
      bodies.findIndex((body) => Buffer.from(good).equals(body)),
      1,
    );
  }
  return { ...seen, counted, bodies };
}

function differenceOf(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number[] {
  return [...after].flatMap(([code, count]) =>
    Array.from({ length: count - (before.get(code) ?? 0) }, () => code),
  );
}
