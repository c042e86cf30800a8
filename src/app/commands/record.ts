import { type FileHandle, open } from 'node:fs/promises';
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
import { type Address, HttpServer } from '../../runtime/http-server.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import { Events } from '../../telemetry/events.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Configuration } from '../configuration/options.ts';

/** The file cannot be written; the message says why. */
export class RecordingUnwritable extends Error {
  override readonly name = 'RecordingUnwritable';
}

/** As much as `replay` reads. */
const mostBytes = 2 ** 30;

/**
 * Takes OTLP over HTTP and writes every request as a line of JSON, without secrets and what names people; nothing else is made of
 * it. The listener is that of the configuration.
 */
export class Recorder implements Component {
  readonly name = 'recorder';
  /** Requests written so far. */
  requests = 0;
  private readonly path: string;
  private readonly listener: HttpServer;
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
    const { max_body: maxBodyBytes, max_in_flight: maxInFlightBytes, http } = intake;
    const otlpHttp = new OtlpHttp({ maxBodyBytes, maxInFlightBytes }, reception, events);
    this.listener = new HttpServer('OTLP/HTTP listener', http.listen, otlpHttp.listener);
  }

  get address(): Address {
    return this.listener.address;
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
    await this.listener.start();
  }

  async stop(): Promise<void> {
    await this.listener.stop();
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
