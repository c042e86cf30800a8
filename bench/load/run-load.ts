import { setTimeout as delay } from 'node:timers/promises';
import { constants, gzipSync } from 'node:zlib';
import { sumOf } from '../payload/calls.ts';
import type { RequestStream } from '../payload/request-stream.ts';
import type { Template } from '../payload/template.ts';
import { quantile } from '../statistics.ts';
import type { LoadOrder, LoadResult } from './protocol.ts';
import { isPaced, openLoopTimes, usualSpansPerRequest } from './schedule.ts';
import { GrpcSender } from './grpc-sender.ts';
import { HttpSender } from './http-sender.ts';
import type { Sender } from './sender.ts';

/** Apps that send at once when as much is sent as is taken, each its next request when the last was answered, as SDKs do. */
const saturatingSenders = 16;
/** Who was asked to come later comes later, as an SDK does, but not by so much that there is nothing to measure. */
const refusedPauseMillis = 100;

/** Sends for a while and waits for every answer. */
export async function runLoad(order: LoadOrder, stream: RequestStream): Promise<LoadResult> {
  const running = new LoadRun(order, stream);
  return isPaced(order.load) ? running.keepTo(order.load) : running.saturate();
}

class LoadRun {
  private readonly order: LoadOrder;
  private readonly stream: RequestStream;
  private readonly sender: Sender;
  private readonly tally = new Tally();
  private readonly beganAt = performance.now();

  constructor(order: LoadOrder, stream: RequestStream) {
    this.order = order;
    this.stream = stream;
    stream.beginRound();
    this.sender = senderFor(order);
  }

  /** Sends each request when it is meant to be sent, however many are under way. */
  async keepTo(spansPerSecond: number): Promise<LoadResult> {
    const { spansPerRequest = usualSpansPerRequest(spansPerSecond) } = this.order;
    const schedule = { spansPerSecond, spansPerRequest };
    const answers: Promise<unknown>[] = [];
    for (const millis of openLoopTimes(schedule, this.order.millis)) {
      const meantAt = this.beganAt + millis;
      const prepared = this.prepare(this.stream, meantAt);
      const early = meantAt - performance.now();
      if (early > 0) await delay(early);
      answers.push(this.send(prepared, meantAt));
    }
    await Promise.all(answers);
    return this.finish();
  }

  /** Sends as much as is taken. */
  async saturate(): Promise<LoadResult> {
    const endsAt = this.beganAt + this.order.millis;
    // Each its own: no SDK sends what a trace ended with before what came before that was answered.
    const sendOn = async (stream: RequestStream): Promise<void> => {
      while (performance.now() < endsAt) {
        const now = performance.now();
        const status = await this.send(this.prepare(stream, now), now);
        if (status !== '200') await delay(refusedPauseMillis);
      }
    };
    await Promise.all(this.stream.beside(saturatingSenders).map(sendOn));
    return this.finish();
  }

  private prepare(stream: RequestStream, meantAt: number): Prepared {
    const nanos = BigInt(Math.round((performance.timeOrigin + meantAt) * 1e3)) * 1000n;
    const { body, template } = stream.next(nanos);
    if (!this.order.gzip) return { body, template };
    // The quickest: what is measured inflates all levels alike, and is not to wait for the generator.
    return { body: gzipSync(body, { level: constants.Z_BEST_SPEED }), template };
  }

  private async send({ body, template }: Prepared, meantAt: number): Promise<string> {
    const lateMillis = performance.now() - meantAt;
    const status = await this.sender.send(body);
    this.tally.note(template, status, performance.now() - meantAt, lateMillis);
    return status;
  }

  private finish(): LoadResult {
    this.sender.close();
    return this.tally.result();
  }
}

interface Prepared {
  body: Uint8Array;
  template: Template;
}

class Tally {
  private requests = 0;
  private readonly taken = new Map<Template, number>();
  private readonly failures: Record<string, number> = {};
  private readonly answerMillis: number[] = [];
  private readonly lateMillis: number[] = [];

  note(template: Template, status: string, answerMillis: number, lateMillis: number): void {
    this.requests++;
    this.lateMillis.push(lateMillis);
    if (status !== '200') {
      this.failures[status] = (this.failures[status] ?? 0) + 1;
      return;
    }
    this.answerMillis.push(answerMillis);
    this.taken.set(template, (this.taken.get(template) ?? 0) + 1);
  }

  result(): LoadResult {
    const { requests, failures, lateMillis } = this;
    const taken = [...this.taken];
    const sum = (of: (template: Template) => number): number =>
      taken.reduce((total, [template, times]) => total + of(template) * times, 0);
    const answers = this.answerMillis.length > 0 ? this.answerMillis : [Number.NaN];
    return {
      requests,
      spans: sum(({ spans }) => spans),
      healthChecks: sum(({ contents }) => contents.healthChecks),
      calls: sumOf(taken.map(([{ contents }, times]) => ({ of: contents.calls, times }))),
      failures,
      answerMillis: { p50: quantile(answers, 0.5), p99: quantile(answers, 0.99), max: quantile(answers, 1) },
      lateMillis: { p99: quantile(lateMillis, 0.99) },
    };
  }
}

function senderFor({ transport, url, encoding, gzip }: LoadOrder): Sender {
  return transport === 'grpc' ? new GrpcSender(url, gzip) : new HttpSender(url, encoding, gzip);
}
