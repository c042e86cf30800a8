import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { compose, type Tocsin } from '../../src/app/composition/compose.ts';
import type { Encoding } from '../../src/intake/encoding.ts';
import type { Signal } from '../../src/otlp/signal.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { decode } from '../support/otlp-reference.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';
import { type Answer, post, type Sent } from './client.ts';
import { bodyOf, factsOf } from './signals.ts';

export const maxBody = 1024 * 1024;
export const maxInFlight = 4 * maxBody;

/** A whole Tocsin that listens, with a back end behind it that shows what came of what it was sent. */
export class ListeningTocsin {
  readonly log = new RecordingLog();
  private readonly backEnd = new OtlpBackEnd();
  private readonly directory = mkdtempSync(join(tmpdir(), 'tocsin-conformance-'));
  private tocsin: Tocsin | undefined;

  async start(): Promise<void> {
    const listen = '127.0.0.1:0';
    const endpoint = await this.backEnd.start();
    this.tocsin = compose(
      configurationSchema.parse({
        intake: {
          http: { listen },
          grpc: { listen: '' },
          max_body: `${maxBody}B`,
          max_in_flight: `${maxInFlight}B`,
        },
        metrics: { listen },
        admin: { listen },
        forward: { endpoint },
      }),
      {
        clock: new TestClock(),
        log: this.log,
        store: new SqliteStore(join(this.directory, 'store.db')),
        receivers: [],
        tokens: [],
        journalDirectory: join(this.directory, 'journal'),
        processMetrics: () => Promise.resolve(''),
        random: () => 0,
      },
    );
    await this.tocsin.start();
  }

  async stop(): Promise<void> {
    await this.tocsin?.stop();
    await this.backEnd.stop();
    rmSync(this.directory, { recursive: true });
  }

  get port(): number {
    return this.tocsin!.addresses().otlpHttp.port;
  }

  send(sent: Sent): Promise<Answer> {
    return post(this.port, sent);
  }

  /** Sends a request that must be taken. @returns it as it came out at the other end, in the form of the reference decoder */
  async passOn(
    signal: Signal,
    encoding: Encoding,
    body: Uint8Array | string,
    more: Sent = {},
  ): Promise<object> {
    const { received } = this.backEnd;
    const before = await this.forwarded();
    const answer = await this.send({ signal, encoding, body, ...more });
    assert.equal(answer.status, 200, answer.body.toString());
    await eventually('it to be forwarded', () => received.length > before);
    const { path, request } = factsOf[signal];
    assert.equal(received[before]!.path, path);
    return decode(request, received[before]!.body);
  }

  /** The same with a request in the form of the reference decoder, as it is written everywhere. */
  passOnRequest(signal: Signal, encoding: Encoding, request: object): Promise<object> {
    return this.passOn(signal, encoding, bodyOf(signal, encoding, request));
  }

  /** Requests that came out at the other end so far, once all are there that will come. */
  async forwarded(): Promise<number> {
    await eventually('nothing to be pending', async () => {
      const text = await this.exposition();
      return !/^tocsin_ledger_pending\{.*} [^0]/m.test(text);
    });
    return this.backEnd.received.length;
  }

  async metric(series: string): Promise<number> {
    const line = (await this.exposition()).split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1) ?? NaN);
  }

  private async exposition(): Promise<string> {
    const { port } = this.tocsin!.addresses().metrics;
    return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  }

  /** What the ledger says of a signal. */
  ledger(signal: Signal, fate: string): Promise<number> {
    return this.metric(`tocsin_ledger_total{signal="${factsOf[signal].items}",fate="${fate}"}`);
  }
}
