import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { callsOf } from './calls.ts';
import { JsonTemplate } from './json-template.ts';
import { ProtobufTemplate } from './protobuf-template.ts';
import { shopTraffic } from './shop-traffic.ts';
import { nanosOf } from './span-recorder.ts';
import { type Round, roundMask, type Template } from './template.ts';

export const encodings = ['protobuf', 'json'] as const;
export type Encoding = (typeof encodings)[number];

export interface Preparation {
  encoding: Encoding;
  spansPerRequest: number;
  /** In the traffic's own time. */
  spansPerSecond: number;
  /** Of the requests that can fail, those that do; undefined = as usual. */
  failingShare?: number | undefined;
}

/** Templates of one round: few enough to be prepared in a second. */
const requestsPerRound = 48;

interface Prepared {
  templates: readonly Template[];
  /** When the last span of each ended, in the traffic's own time. */
  endNanos: readonly bigint[];
}

/** Requests that follow one another without an end, none like another. */
export class RequestStream {
  private readonly prepared: Prepared;
  private readonly nextRound: () => number;
  private position: number;
  private round: Round | undefined;
  private readonly others: RequestStream[] = [];

  private constructor(prepared: Prepared, nextRound: () => number, position = 0) {
    this.prepared = prepared;
    this.nextRound = nextRound;
    this.position = position;
  }

  /** @param nextRound a number below 2 ** 32 that it never gave before */
  static prepare(preparation: Preparation, nextRound: () => number): RequestStream {
    const batches = batchesOf(preparation);
    const templates = batches.map((batch) => templateOf(preparation.encoding, batch));
    return new RequestStream(
      { templates, endNanos: batches.map((batch) => nanosOf(batch.at(-1)!.endTime)) },
      nextRound,
    );
  }

  /**
   * Those of apps beside this one: the same requests, in traces of their own, and each at another place in its round, so that at any
   * time all of them together send the same. Always the same streams, which go on where they were.
   */
  beside(apps: number): readonly RequestStream[] {
    const { prepared, nextRound, others } = this;
    for (let app = others.length; app < apps; app++)
      others.push(
        new RequestStream(prepared, nextRound, Math.floor((app / apps) * prepared.templates.length)),
      );
    return others;
  }

  /** What is next belongs to no trace of which a part was sent. */
  beginRound(): void {
    this.position = 0;
    this.round = undefined;
  }

  /** @param nowNanos since 1970: when it is sent. A round begins as if the last span of what is sent first of it had just ended */
  next(nowNanos: bigint): { body: Buffer; template: Template } {
    const { templates, endNanos } = this.prepared;
    const template = templates[this.position]!;
    this.round ??= { mask: roundMask(this.nextRound()), shiftNanos: nowNanos - endNanos[this.position]! };
    const body = template.stamped(this.round);
    this.position = (this.position + 1) % templates.length;
    if (this.position === 0) this.round = undefined;
    return { body, template };
  }
}

/** Traces straddle them, as they do in an app: the children of a slow request are exported before it has ended. */
export function batchesOf({ spansPerRequest, ...traffic }: Preparation): ReadableSpan[][] {
  const spans = shopTraffic({ ...traffic, spans: requestsPerRound * spansPerRequest });
  return Array.from({ length: requestsPerRound }, (_, index) => {
    // What is over, the ends of requests under way, goes with the last, so that each trace is whole within a round.
    const end = index === requestsPerRound - 1 ? spans.length : (index + 1) * spansPerRequest;
    return spans.slice(index * spansPerRequest, end);
  });
}

export function templateOf(encoding: Encoding, batch: ReadableSpan[]): Template {
  const counted = batch.filter(({ name }) => name !== 'GET /healthz');
  const contents = { healthChecks: batch.length - counted.length, calls: callsOf(counted) };
  return encoding === 'json'
    ? new JsonTemplate(JsonTraceSerializer.serializeRequest(batch)!, contents)
    : new ProtobufTemplate(ProtobufTraceSerializer.serializeRequest(batch)!, contents);
}
