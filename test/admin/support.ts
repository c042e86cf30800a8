import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { apiApp } from '../../src/admin/api-app.ts';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { noRouting, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import { SilenceBook } from '../../src/app/composition/silence-book.ts';
import { Switchboard } from '../../src/app/composition/switchboard.ts';
import { type RouteName, routes } from '../../src/admin/contract.ts';
import { ChangeFeed } from '../../src/admin/stream/change-feed.ts';
import { EventStreams } from '../../src/admin/stream/event-streams.ts';
import { Secret } from '../../src/config/secret.ts';
import type { CalledDependency } from '../../src/admin/handlers/advice.ts';
import type { DependencyRetries } from '../../src/derive/retries/dependency-retries.ts';
import type { BreakerSummary } from '../../src/derive/breakers/breaker-summary.ts';
import { TaskBook } from '../../src/derive/tasks/task-book.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { NoiseAudit } from '../../src/noise/audit.ts';
import { Links } from '../../src/notify/links.ts';
import type { PostedAlert } from '../../src/alerting/posted/posted-alert.ts';
import type { Timeouts } from '../../src/runtime/graceful-server.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { Events } from '../../src/telemetry/events.ts';
import { temporaryDirectory } from '../config/support.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

export const aliceToken = 'the-token-of-alice';
export const bobToken = 'the-token-of-bob-b';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  token?: string | undefined;
  body?: string | Buffer;
}

/** The API on a real store, for all tests of the suite that it is called in. */
export class TestApi {
  readonly clock = new TestClock();
  readonly feed = new ChangeFeed('epoch');
  readonly streams = new EventStreams(this.clock, this.feed);
  readonly log = new RecordingLog();
  readonly audit = new NoiseAudit(this.clock);
  readonly tasks = new TaskBook();
  retries: readonly DependencyRetries[] = [];
  called: readonly CalledDependency[] = [];
  breakers: readonly BreakerSummary[] = [];
  readonly unexpected: unknown[] = [];
  readonly codes: number[] = [];
  changes = 0;
  readonly retried: string[] = [];
  readonly problems = new Map<string, string>();
  private readonly directory = temporaryDirectory({ after: (task) => after(task as () => void) });
  private readonly sqlite = new SqliteStore(join(this.directory, 'api.db'));
  private readonly server: HttpServer;
  private readonly switchboard: Switchboard;
  readonly silences: SilenceBook;
  readonly links = new Links();
  /** To Alertmanager's API. */
  readonly posted: PostedAlert[] = [];
  readonly events = new Events(new MetricRegistry(), this.log, new SeriesBudget(1000));

  /** @param given `around`: something between the API and its store */
  constructor(
    given: {
      hosts?: readonly string[];
      timeouts?: Partial<Timeouts>;
      around?: (store: SqliteStore['calls']) => SqliteStore['calls'];
      routing?: RoutingOptions;
      receivers?: readonly string[];
    } = {},
  ) {
    const began = this.clock.now();
    const { around = (store) => store, routing = noRouting, receivers = ['slack'] } = given;
    const { clock } = this;
    const { calls: store } = this.sqlite;
    this.switchboard = new Switchboard({ clock, store, routing, receivers });
    this.silences = new SilenceBook({ clock, store, onChanged: () => this.switchboard.silencesChanged() });
    const app = apiApp({
      clock: this.clock,
      store: around(this.sqlite.calls),
      streams: this.streams,
      tokens: [
        { name: 'alice', token: new Secret(aliceToken) },
        { name: 'bob', token: new Secret(bobToken) },
      ],
      hosts: given.hosts ?? [],
      version: '1.2.3',
      noise: () => this.audit.report(['health-checks']),
      sampling: () => ({ ratio: 0.1, always: ['status="error"'] }),
      localTraces: () => this.events.localTraces.report,
      ledger: () => ({ signals: this.events.ledgerTotals(), since: began }),
      tasks: () => this.tasks.all,
      retries: () => this.retries,
      called: () => this.called,
      breakers: () => this.breakers,
      silences: this.silences,
      firing: () => this.switchboard.firing(),
      post: (alerts) => Promise.resolve(void this.posted.push(...alerts)),
      routing: () => this.switchboard.currentRouting,
      receivers,
      links: this.links,
      onChanged: () => this.changes++,
      problemOf: (receiver) => this.problems.get(receiver),
      onRetry: (receiver) => this.retried.push(receiver),
      onAnswered: (code) => this.codes.push(code),
      onUnexpected: (error) => this.unexpected.push(error),
    });
    this.server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, app, given.timeouts);
    before(async () => {
      await this.sqlite.start();
      await this.server.start();
    });
    after(async () => {
      await this.streams.stop();
      await this.server.stop();
      await this.sqlite.stop();
      assert.deepEqual(this.unexpected, []);
    });
  }

  get store(): SqliteStore['calls'] {
    return this.sqlite.calls;
  }

  /** Looks at what happened, as the running program does. */
  async alert(): Promise<void> {
    const pending = await this.store.pendingChanges(1000);
    const at = this.clock.now();
    const incidents = evaluateChanges(pending, at, issueRuleDefaults);
    const connected = await this.switchboard.connect(incidents);
    await this.store.commitStep({ cursor: pending.at(-1)?.change.seq ?? 0, at, incidents, ...connected });
  }

  get port(): number {
    return this.server.address.port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Sends exactly these headers, the path as it is, and follows nothing. With alice's token unless said. */
  ask(path: string, { method = 'GET', headers = {}, body, ...rest }: Asked = {}): Promise<Answer> {
    const token = 'token' in rest ? rest.token : aliceToken;
    const sent = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers };
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        { port: this.port, host: '127.0.0.1', path, method, headers: sent, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const { statusCode: status = 0, headers } = response;
            resolve({ status, headers, body: Buffer.concat(chunks).toString() });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  /** The answer of a route that goes well; it must be what the route's schema says, and nothing else. */
  async get<T>(name: RouteName, path: string, asked?: Asked): Promise<T> {
    const { status, body } = await this.ask(path, asked);
    assert.equal(status, 200, body);
    const answer: unknown = JSON.parse(body);
    assert.deepEqual(routes[name].answer.parse(answer), answer);
    return answer as T;
  }

  /** Writes bytes to the listener and gives what comes back until it closes the connection, or for as long as it is quiet. */
  raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let received = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
  }

  async login(token = aliceToken): Promise<string> {
    const { headers } = await this.ask(`/login?token=${token}`, { token: undefined });
    return headers['set-cookie']![0]!.split(';', 1)[0]!;
  }
}
