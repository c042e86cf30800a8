import { type FileHandle, open } from 'node:fs/promises';
import { Admission } from '../../intake/admission.ts';
import { OtlpGrpc } from '../../intake/grpc/otlp-grpc.ts';
import { OtlpHttp } from '../../intake/otlp-http.ts';
import { Reception } from '../../intake/reception.ts';
import { MetricRegistry } from '../../metrics/registry.ts';
import { SeriesBudget } from '../../metrics/series-budget.ts';
import { countDataPoints, countLogRecords } from '../../otlp/count-items.ts';
import { requestToJson } from '../../otlp/json/request.ts';
import type { Signal } from '../../otlp/signal.ts';
import { TraceScanner } from '../../otlp/trace-scanner.ts';
import type { Acceptor } from '../../pipeline/acceptor.ts';
import { StoreUnavailable } from '../../pipeline/failures/event-recorder.ts';
import { redact } from '../../redact/redact.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import { Readiness } from '../../runtime/readiness.ts';
import { Events } from '../../telemetry/events.ts';
import type { Log } from '../../telemetry/log.ts';
import { urlOf } from '../start/greeting.ts';
import { Degradations } from '../composition/degradations.ts';
import { type OtlpHandlers, type OtlpListeners, otlpListeners } from '../composition/otlp-listeners.ts';
import type { Configuration } from '../configuration/options.ts';

/** The file cannot be written; the message says why. */
export class RecordingUnwritable extends Error {
  override readonly name = 'RecordingUnwritable';
}

/** As much as `replay` reads. */
const mostBytes = 2 ** 30;

/**
 * Takes OTLP and writes every request as a line of JSON, without secrets and what names people; nothing else is made of
 * it. The listeners are those of the configuration.
 */
export class Recorder implements Component {
  readonly name = 'recorder';
  /** Requests written so far. */
  requests = 0;
  private readonly path: string;
  private readonly intake: OtlpListeners;
  private readonly readiness = new Readiness();
  private readonly scanner = new TraceScanner();
  private file: FileHandle | undefined;
  private bytes = 0;

  constructor({ intake }: Configuration, path: string, clock: Clock, log: Log) {
    this.path = path;
    const registry = new MetricRegistry(clock);
    const events = new Events(registry, log, new SeriesBudget(1000));
    const acceptors = {
      traces: this.acceptor('traces', (body) => this.scanner.scan(body).spans.length),
      logs: this.acceptor('logs', countLogRecords),
      metrics: this.acceptor('metrics', countDataPoints),
    };
    const reception = new Reception({ clock, events, acceptors, journal: undefined });
    const { max_body: maxBodyBytes, max_in_flight: maxInFlightBytes } = intake;
    const admission = new Admission(maxInFlightBytes);
    const nothing = (): void => undefined;
    const handlers: OtlpHandlers = {
      http: new OtlpHttp({ maxBodyBytes, maxInFlightBytes }, reception, events, admission).listener,
      grpc: new OtlpGrpc({
        clock,
        events,
        admission,
        maxBodyBytes,
        receiver: reception,
        readiness: this.readiness,
        onRequest: nothing,
        onTurnedAway: nothing,
      }),
    };
    this.intake = otlpListeners(intake, handlers, {
      clock,
      log,
      events,
      degradations: new Degradations(),
      optional: (_part, listener) => listener,
    });
  }

  /** Where it takes OTLP, once it has started. */
  get urls(): { http: string; grpc: string | undefined } {
    const { otlpHttp, otlpGrpc } = this.intake.addresses();
    return { http: urlOf(otlpHttp), grpc: otlpGrpc && urlOf(otlpGrpc) };
  }

  /** @throws RecordingUnwritable, ListenFailed */
  async start(): Promise<void> {
    try {
      // A recording that is there is somebody's work.
      this.file = await open(this.path, 'wx', 0o600);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const reason = code === 'EEXIST' ? 'it is there already: name another file' : message;
      throw new RecordingUnwritable(`${this.path} cannot be written: ${reason}`);
    }
    await this.intake.component.start();
    this.readiness.set(true);
  }

  async stop(): Promise<void> {
    for (const listener of this.intake.listeners) listener.closeAfterAnswers();
    await this.intake.component.stop();
    await this.file?.close();
    this.file = undefined;
  }

  private acceptor(signal: Signal, count: (body: Uint8Array) => number): Acceptor {
    return {
      accept: async (body) => {
        const items = count(body);
        await this.write(`${requestToJson(signal, body, redact)}\n`);
        return { items, rejected: 0 };
      },
    };
  }

  private async write(line: string): Promise<void> {
    const bytes = Buffer.byteLength(line);
    if (this.file === undefined || this.bytes + bytes > mostBytes)
      throw new StoreUnavailable(`the recording is full at ${mostBytes} bytes`);
    this.bytes += bytes;
    try {
      await this.file.appendFile(line);
    } catch (error) {
      throw new StoreUnavailable('the recording cannot be written', { cause: error });
    }
    this.requests++;
  }
}
