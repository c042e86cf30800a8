import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { type Signal, signals } from '../../otlp/signal.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { StreamHandler } from '../../runtime/http2-server.ts';
import type { Readiness } from '../../runtime/readiness.ts';
import { release } from '../../runtime/release.ts';
import type { Events } from '../../telemetry/events.ts';
import type { Admission } from '../admission.ts';
import { Refused, refusals, successBody } from '../answer.ts';
import { exportsOf } from '../exports.ts';
import type { Receiver } from '../otlp-http.ts';
import { refusedBy } from '../refused-by.ts';
import { Call } from './call.ts';
import { Health } from './health.ts';

export interface OtlpGrpcDependencies {
  maxBodyBytes: number;
  admission: Admission;
  receiver: Receiver;
  readiness: Readiness;
  events: Pick<Events, 'requestAnswered' | 'requestFailed'>;
  clock: Clock;
  /** Called for each call that may be an export. */
  onRequest: () => void;
  /** Called for each request that is asked to be sent again. */
  onTurnedAway: () => void;
}

const signalByPath = new Map<string, Signal>(
  signals.map((signal) => [`/${exportsOf[signal].service}/Export`, signal]),
);

/**
 * OTLP over gRPC (opentelemetry-proto, docs/specification.md, "OTLP/gRPC"). On bare node:http2, since only so is room for a request
 * claimed before it is there, and since a library of gRPC takes a third less with the same processor time (docs/benchmarks.md).
 */
export class OtlpGrpc implements StreamHandler {
  private readonly dependencies: OtlpGrpcDependencies;
  private readonly health: Health;

  constructor(dependencies: OtlpGrpcDependencies) {
    this.dependencies = dependencies;
    this.health = new Health(dependencies.readiness, dependencies.admission);
  }

  handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const path = String(headers[':path']);
    const call = new Call(stream, headers, this.dependencies.clock);
    const noCall = refusedAsHttp(headers);
    if (noCall !== undefined) {
      call.refuseHttp(noCall);
      this.answered(signalByPath.get(path), noCall);
    } else if (this.health.has(path)) {
      this.health.answer(path, call).catch((error: unknown) => {
        call.refuse(refusedBy(error, this.dependencies.events));
      });
    } else {
      this.dependencies.onRequest();
      this.export(signalByPath.get(path), call).catch((error: unknown) => {
        this.dependencies.events.requestFailed(error);
      });
    }
  }

  /** Refuses what this Tocsin itself has forwarded. */
  readonly refuseLoop = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    const refused = new Refused('loop', 'this comes from here: what is forwarded goes round');
    new Call(stream, headers, this.dependencies.clock).refuse(refused);
    this.answered(signalByPath.get(String(headers[':path'])), refused);
  };

  close(): void {
    this.health.close();
  }

  private async export(signal: Signal | undefined, call: Call): Promise<void> {
    const { admission, maxBodyBytes, receiver, events } = this.dependencies;
    const claim = admission.open();
    try {
      const known = exported(signal, call.headers);
      const body = await call.read(maxBodyBytes, claim);
      const { rejected } = await receiver.receive(known, 'protobuf', body);
      // Not where it failed: the journal may still be writing it.
      release(body);
      call.succeed(successBody(known, 'protobuf', rejected));
      this.answered(known);
    } catch (error) {
      const refused = refusedBy(error, events);
      call.refuse(refused);
      this.answered(signal, refused);
    } finally {
      claim.release();
    }
  }

  /** Counted as over HTTP: what means the same has the same code, whichever way it came. */
  private answered(signal: Signal | undefined, refused?: Refused): void {
    const { events, onTurnedAway } = this.dependencies;
    const status = refused === undefined ? 200 : refusals[refused.refusal].status;
    events.requestAnswered(signal ?? 'unknown', 'grpc', status);
    if (status === 503) onTurnedAway();
  }
}

/** What is not of gRPC at all is not answered by its means: a client that does not know them would take that for a success. */
function refusedAsHttp(headers: IncomingHttpHeaders): Refused | undefined {
  if (headers[':method'] !== 'POST') return new Refused('wrongMethod', 'use POST');
  if (headers['content-type']?.startsWith('application/grpc') === true) return undefined;
  return new Refused('wrongType', 'the content type is not application/grpc');
}

/** @throws Refused unless it is a request for an export, in protobuf */
function exported(signal: Signal | undefined, headers: IncomingHttpHeaders): Signal {
  if (signal === undefined) {
    const services = [...signalByPath.keys()].join(', ');
    throw new Refused('unknownPath', `there is no such method; OTLP goes to ${services}`);
  }
  if (!/^application\/grpc(\+proto)?\s*(;|$)/.test(headers['content-type'] ?? ''))
    throw new Refused(
      'wrongType',
      'the content type is not one of: application/grpc, application/grpc+proto',
    );
  return signal;
}
