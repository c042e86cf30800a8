import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { JsonTemplate } from './json-template.ts';
import { ProtobufTemplate } from './protobuf-template.ts';
import { shopTraffic } from './shop-traffic.ts';
import { nanosOf } from './span-recorder.ts';
import { type Round, roundMask, type Template } from './template.ts';

export type Encoding = 'protobuf' | 'json';

export interface Preparation {
  encoding: Encoding;
  spansPerRequest: number;
  /** In the traffic's own time. */
  spansPerSecond: number;
}

/** Templates of one round: few enough to be prepared in a second. */
const requestsPerRound = 48;

interface Prepared {
  templates: readonly Template[];
  firstEndNanos: bigint;
}

/** Requests that follow one another without an end, none like another. */
export class RequestStream {
  private readonly prepared: Prepared;
  private readonly nextRound: () => number;
  private position = 0;
  private round: Round = { mask: 0, shiftNanos: 0n };

  private constructor(prepared: Prepared, nextRound: () => number) {
    this.prepared = prepared;
    this.nextRound = nextRound;
  }

  /** @param nextRound a number below 2 ** 32 that it never gave before */
  static prepare(preparation: Preparation, nextRound: () => number): RequestStream {
    const batches = batchesOf(preparation);
    const templates = batches.map((batch) => templateOf(preparation.encoding, batch));
    return new RequestStream({ templates, firstEndNanos: nanosOf(batches[0]!.at(-1)!.endTime) }, nextRound);
  }

  /** That of an app beside this one: it makes the same requests, in traces of its own. */
  beside(): RequestStream {
    return new RequestStream(this.prepared, this.nextRound);
  }

  /** What is next belongs to no trace of which a part was sent. */
  beginRound(): void {
    this.position = 0;
  }

  /** @param nowNanos since 1970: when it is sent. A round begins as if the last span of its first request had just ended */
  next(nowNanos: bigint): { body: Buffer; template: Template } {
    const { templates, firstEndNanos } = this.prepared;
    if (this.position === 0)
      this.round = { mask: roundMask(this.nextRound()), shiftNanos: nowNanos - firstEndNanos };
    const template = templates[this.position]!;
    this.position = (this.position + 1) % templates.length;
    return { body: template.stamped(this.round), template };
  }
}

/** Traces straddle them, as they do in an app: the children of a slow request are exported before it has ended. */
export function batchesOf({ spansPerRequest, spansPerSecond }: Preparation): ReadableSpan[][] {
  const spans = shopTraffic({ spans: requestsPerRound * spansPerRequest, spansPerSecond });
  return Array.from({ length: requestsPerRound }, (_, index) => {
    // What is over, the ends of requests under way, goes with the last, so that each trace is whole within a round.
    const end = index === requestsPerRound - 1 ? spans.length : (index + 1) * spansPerRequest;
    return spans.slice(index * spansPerRequest, end);
  });
}

export function templateOf(encoding: Encoding, batch: ReadableSpan[]): Template {
  const healthChecks = batch.filter(({ name }) => name === 'GET /healthz').length;
  return encoding === 'json'
    ? new JsonTemplate(JsonTraceSerializer.serializeRequest(batch)!, healthChecks)
    : new ProtobufTemplate(ProtobufTraceSerializer.serializeRequest(batch)!, healthChecks);
}
