import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { configurationSchema } from '../../../src/app/configuration/options.ts';
import type { RecordedRequest } from '../../../src/app/replay/recording.ts';
import { replay } from '../../../src/app/replay/replay.ts';
import { replayJson, replayText } from '../../../src/app/replay/report.ts';
import { requestToJson } from '../../../src/otlp/json/request.ts';
import { temporaryDirectory, write } from '../../config/support.ts';
import { logsRequestBytes } from '../../support/log-builders.ts';
import { metricsRequestBytes } from '../../support/metric-builders.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { Program } from '../process.ts';
import { cpuMillis } from '../../support/cpu-time.ts';

const start = Date.UTC(2026, 0, 2, 3, 0, 0);

/** A request of these spans, which end so many milliseconds after the start. */
function at(millis: number, ...specs: SpanSpec[]): RecordedRequest {
  const nanos = (time: number): string => `${BigInt(time) * 1_000_000n}`;
  const spans = specs.map((spec) => ({
    ...spec,
    trace: spec.trace ?? (millis % 1e9) + 1,
    startTimeUnixNano: nanos(start + millis - 5),
    endTimeUnixNano: nanos(start + millis),
  }));
  return { signal: 'traces', body: traceRequestBytes(spans) };
}

const failing: SpanSpec = {
  id: 1,
  name: 'POST /order',
  kind: kind.server,
  failed: true,
  exceptions: [{ type: 'CardError', message: 'refused' }],
};
const fine: SpanSpec = { id: 1, name: 'GET /cart', kind: kind.server };
const health: SpanSpec = { id: 1, name: 'GET /healthz', kind: kind.server };

const run = async (requests: readonly RecordedRequest[], given: object = {}) =>
  replay(configurationSchema.parse(given), requests, new RecordingLog());

suite('replay', () => {
  test('tells of circuit breakers, whichever signal told of them', async () => {
    const change = (millis: number, state: string): RecordedRequest => ({
      signal: 'logs',
      body: logsRequestBytes([
        {
          timeMillis: start + millis,
          eventName: 'circuit_breaker.state_change',
          attributes: { 'circuit_breaker.name': 'payments', 'circuit_breaker.state': state },
        },
      ]),
    });
    const calls = (millis: number, value: number): RecordedRequest => {
      const attributes = {
        'failsafe.circuit_breaker.name': 'payments',
        'failsafe.circuit_breaker.outcome': 'failure',
      };
      const points = [{ value, attributes, startMillis: start - 1, timeMillis: start + millis }];
      const name = 'failsafe.circuit_breaker.execution.count';
      return { signal: 'metrics', body: metricsRequestBytes([{ name, points }]) };
    };
    const requests = [calls(0, 3), change(10_000, 'open'), calls(60_000, 8), change(70_000, 'half_open')];
    const { metrics, incidents } = await run([...requests, change(71_000, 'closed'), calls(90_000, 9)]);
    const valueOf = (labels: string) =>
      metrics
        .split('\n')
        .find((line) => line.includes(labels))
        ?.split(' ')[1];
    assert.equal(
      valueOf('breaker_calls_total{service_name="shop",breaker="payments",outcome="failure"'),
      '6',
    );
    assert.equal(
      valueOf('breaker_state_seconds_total{service_name="shop",breaker="payments",state="open"'),
      '60',
    );
    assert.equal(
      valueOf('breaker_transitions_total{service_name="shop",breaker="payments",from="closed"'),
      '1',
    );
    assert.deepEqual(
      incidents.map(({ alertname, startsAt }) => [alertname, startsAt - start]),
      [['BreakerOpen', 15_000]],
    );
  });

  test('tells on the data’s clock what would have been dropped, stored and told', async () => {
    const requests = [at(0, fine), at(1_000, health), at(2_000, failing), at(9_000, failing)];
    for (let minute = 1; minute < 60; minute++) requests.push(at(minute * 60_000, fine));
    const json = JSON.parse(replayJson(await run(requests))) as Record<string, unknown>;
    assert.partialDeepStrictEqual(json, {
      ledger: { spans: { received: 63, dropped: 1, unrouted: 62, lost: 0, pending: 0 } },
      dropped: [{ rule: 'health-checks', spans: 1 }],
      issues: [{ title: 'CardError: refused', count: 2, severity: 'high', service: 'shop', state: 'new' }],
      alerts: [
        { alertname: 'NewIssue', severity: 'high', service: 'shop', starts_at: '2026-01-02T03:00:02.000Z' },
      ],
    });
    const { messages, alerts, metrics } = json as {
      messages: { at: string; kind: string; text: string; receiver: string }[];
      alerts: { ends_at: string }[];
      metrics: string;
    };
    assert.deepEqual(
      messages.map(({ at: time, kind: what, text }) => [time.slice(11, 19), what, text.slice(0, 7)]),
      [
        ['03:00:02', 'post', '[HIGH] '],
        ['03:00:09', 'edit', '[HIGH] '],
        [alerts[0]!.ends_at.slice(11, 19), 'edit', '[QUIET]'],
      ],
    );
    assert.ok(alerts[0]!.ends_at > '2026-01-02T03:30:09');
    assert.match(metrics, /traces_span_metrics_calls_total\{[^}]*span_name="GET \/cart"[^}]*} 60\n/);
  });

  test('tells alerts of one group in one message, as their receiver would', async () => {
    const slack = { name: 'slack', slack: { token: 'xoxb-1', channel: '#alerts' } };
    const route = { receiver: 'slack', group_by: ['service'], group_interval: '1m' };
    const other = { ...failing, exceptions: [{ type: 'OtherError', message: 'no' }] };
    const requests = [at(0, failing), at(1_000, other), at(120_000, fine)];
    const { messages } = await run(requests, { alerts: { receivers: [slack], route } });
    assert.deepEqual(
      messages.slice(0, 3).map(({ kind: what, text }) => `${what} ${/\w+Error/.exec(text)![0]}`),
      ['post CardError', 'edit CardError', 'reply OtherError'],
    );
  });

  test('says the same for people', async () => {
    const text = replayText(await run([at(0, failing), at(1, health)]));
    assert.match(text, /^received\n {2}spans: 2: 1 dropped, 1 unrouted\n/);
    assert.match(text, /dropped as noise\n {2}health-checks: 1 spans\n/);
    assert.match(text, /issues\n {2}SHOP-\w+ {2}high {2}shop {2}1 × CardError: refused/);
    assert.match(text, /alerts\n {2}2026-01-02T03:00:00\.000Z {2}NewIssue {2}high.*still firing\n/);
    assert.match(text, /messages\n {2}2026-01-02T03:00:00\.000Z {2}slack post: \[HIGH]/);
    assert.match(text, /\nmetrics\n\n# HELP /);
  });

  test('of nothing says that there was nothing', async () => {
    assert.match(
      replayText(await run([])),
      /^received\n {2}none\n\ndropped as noise\n {2}none\n\nissues\n {2}none/,
    );
  });

  test('takes the rules, receivers and forwarding of the configuration', async () => {
    const webhook = { name: 'ops', slack: { webhook_url: 'https://hooks.example/x' } };
    const { ledger, dropped, messages } = await run([at(0, failing), at(1, failing), at(2, fine)], {
      noise: { drop: [{ name: 'carts', where: ['name="GET /cart"'] }] },
      alerts: { receivers: [webhook] },
      forward: { endpoint: 'http://127.0.0.1:1' },
    });
    assert.equal(ledger.spans.forwarded, 2);
    assert.deepEqual(
      dropped.filter(({ spans }) => spans > 0).map(({ rule }) => rule),
      ['carts'],
    );
    assert.deepEqual(
      messages.map(({ receiver, kind: what }) => `${receiver} ${what}`),
      ['ops post'],
    );
  });

  test('tells whom the routes name, when they may be told by the clock of the data', async () => {
    const receivers = ['ops', 'night'].map((name) => ({
      name,
      slack: { webhook_url: `https://hooks.example/${name}` },
    }));
    const early = { start_time: '03:00', end_time: '03:01' };
    const { messages } = await run([at(0, failing), at(120_000, health)], {
      alerts: {
        receivers,
        route: {
          receiver: 'ops',
          routes: [{ receiver: 'night', matchers: ['type=CardError'], mute_time_intervals: ['early'] }],
        },
        time_intervals: [{ name: 'early', time_intervals: [{ times: [early] }] }],
      },
    });
    assert.deepEqual(
      messages.map(({ receiver, kind: what, at: time }) => [receiver, what, time - start]),
      [['night', 'post', 60_000]],
    );
  });

  test('tells of what holds for a while where the app is, and that nobody watches', async () => {
    const calls = Array.from({ length: 30 }, (_, i) => ({ ...fine, failed: i < 10, trace: i + 1 }));
    const resource = { 'service.name': 'shop', 'deployment.environment.name': 'prod' };
    const requests = Array.from({ length: 20 }, (_, i): RecordedRequest => {
      const time = String(BigInt(start + i * 15_000) * 1_000_000n);
      const times = { startTimeUnixNano: time, endTimeUnixNano: time };
      const spans = calls.map((call) => ({ ...call, ...times, trace: i * 30 + call.trace }));
      return { signal: 'traces', body: traceRequestBytes(spans, resource) };
    });
    const receivers = [{ name: 'slack', webhook: { url: 'http://127.0.0.1:1/' } }];
    const rules = [
      { name: 'Watchdog', receiver: 'slack' },
      { name: 'NewIssue', enabled: false },
    ];
    const { messages } = JSON.parse(replayJson(await run(requests, { alerts: { receivers, rules } }))) as {
      messages: { kind: string; text: string }[];
    };
    const posts = messages.filter(({ kind }) => kind === 'post').map(({ text }) => text.split(':')[0]);
    assert.deepEqual(posts, ['[HIGH] shop (prod)']);
  });

  test('knows a request that was sent twice', async () => {
    const request = at(0, failing);
    const { ledger, issues } = await run([request, request]);
    assert.deepEqual([ledger.spans.duplicate, issues[0]?.issue.count], [1, 1]);
  });

  test('is on the clock of the failures that were logged, where there are no spans', async () => {
    const logged = (millis: number): RecordedRequest => ({
      signal: 'logs',
      body: logsRequestBytes([{ severity: 17, body: 'refused', timeMillis: start + millis }]),
    });
    const { issues, incidents, metrics } = await run([logged(0), logged(60_000)]);
    assert.partialDeepStrictEqual(issues[0]?.issue, { count: 2, firstSeen: start, lastSeen: start + 60_000 });
    assert.equal(incidents[0]?.startsAt, start);
    assert.doesNotMatch(metrics, /^tocsin_error_event_times_replaced_total\{/m);
  });

  test('goes over years without data in no time', async () => {
    const before = cpuMillis();
    const { incidents } = await run([at(0, failing), at(20 * 365 * 86_400_000, fine)]);
    assert.equal(incidents[0]?.state, 'ended');
    assert.ok(cpuMillis() - before < 10_000);
  });

  test('shows nothing of an app that a terminal would obey', async () => {
    const evil = { ...failing, exceptions: [{ type: 'E\u001b[31m', message: 'a\u202eb' }] };
    const [shown = ''] = replayText(await run([at(0, evil)])).split('metrics');
    assert.ok(shown.includes('[31m'));
    assert.ok(!shown.includes('\u001b') && !shown.includes('\u202e'));
  });
});

suite('the command replay', { concurrency: 4 }, () => {
  const line = requestToJson('traces', at(0, failing).body);

  test('prints one JSON object for files', async (t) => {
    const file = write(temporaryDirectory(t), 'a.ndjson', `${line}\n`);
    const { code, stdout } = await new Program(t, ['replay', '--json', file, file]).ended;
    assert.equal(code, 0);
    assert.partialDeepStrictEqual(JSON.parse(stdout), { ledger: { spans: { received: 2, duplicate: 1 } } });
  });

  const refused: [name: string, args: (directory: string) => string[], code: number, says: RegExp][] = [
    ['no input', () => [], 2, /^tocsin: replay needs an INPUT\n/],
    ['a file that is not there', (directory) => [join(directory, 'no')], 1, /no: cannot be read: ENOENT/],
    [
      'a file that is no recording',
      (directory) => [write(directory, 'x', 'hello')],
      1,
      /x: byte 0: neither OTLP/,
    ],
    [
      'a configuration with a mistake',
      (directory) => ['--config', write(directory, 'c.yaml', 'version: 2'), 'x'],
      1,
      /c\.yaml:1:10/,
    ],
  ];
  for (const [name, args, code, says] of refused) {
    test(`refuses ${name}`, async (t) => {
      const ended = await new Program(t, ['replay', ...args(temporaryDirectory(t))]).ended;
      assert.equal(ended.code, code);
      assert.match(ended.stderr, says);
      assert.equal(ended.stdout, '');
    });
  }
});
