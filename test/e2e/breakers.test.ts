import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { BreakerAnswer, PageAnswer, RetriesAnswer } from '../../src/admin/contract.ts';
import { eventually } from '../support/eventually.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { SlackProcess } from './support/slack.ts';
import { TocsinProcess } from './support/tocsin.ts';

const resource = { 'service.name': 'shop', 'deployment.environment.name': 'prod' };
const quiet = ['NewIssue', 'SwallowedFailure', 'IssueEscalating', 'HighErrorRate'];
const rules = [
  ...quiet.map((name) => ({ name, enabled: false })),
  // As they are by default it would take minutes.
  { name: 'BreakerStuckOpen', for: '1s' },
  { name: 'RetryStorm', for: '1s' },
  {
    name: 'PaymentsProbedInVain',
    over: 'breakers',
    where: ['shadow="false"'],
    by: ['service', 'breaker'],
    when: ['open>=1', 'failed_probes>=1'],
  },
  {
    name: 'DependencyHammered',
    over: 'retries',
    by: ['dependency'],
    when: ['retry_ratio>0.5', 'retries>10'],
  },
];

const nanos = (millis: number): string => String(BigInt(Math.round(millis)) * 1_000_000n);

function changed(trace: number, from: string, to: string): SpanSpec {
  const attributes = {
    'circuit_breaker.name': 'payments',
    'circuit_breaker.state': to,
    'circuit_breaker.previous_state': from,
  };
  const event = { name: 'circuit_breaker.state_change', timeMillis: Date.now(), attributes };
  return { trace, id: 1, name: 'POST /pay', kind: kind.server, events: [event] };
}

/** A call with two attempts that fail, and one that is well. */
function triedAgain(trace: number): SpanSpec[] {
  const now = Date.now();
  return [503, 503, 200].map((status, i) => ({
    trace,
    id: i + 2,
    parent: 1,
    name: 'GET',
    kind: kind.client,
    startTimeUnixNano: nanos(now - 300 + i * 100),
    endTimeUnixNano: nanos(now - 280 + i * 100),
    attributes: {
      'http.request.method': 'GET',
      'url.full': 'http://stock/items',
      'server.address': 'stock',
      'http.response.status_code': status,
    },
  }));
}

suite('an app with breakers and retries', () => {
  test('has people told on Slack of an open breaker, of one that does not close, and of a storm of retries', async (t) => {
    const slack = new SlackProcess();
    await slack.start();
    t.after(() => slack.stop());
    const tocsin = new TocsinProcess(slack.environment, { alerts: { rules } });
    t.after(() => tocsin.stop());
    const { otlp } = await tocsin.start();
    let trace = 0;
    const send = async (...spans: SpanSpec[]): Promise<void> => {
      const headers = { 'content-type': 'application/x-protobuf' };
      const body = new Uint8Array(traceRequestBytes(spans, resource));
      const { status } = await fetch(`${otlp}/v1/traces`, { method: 'POST', headers, body });
      assert.equal(status, 200);
    };
    await send(changed(++trace, 'closed', 'open'));
    await send(changed(++trace, 'open', 'half_open'), changed(++trace, 'half_open', 'open'));
    const told = async (): Promise<string[]> => (await slack.messages()).map(({ text }) => text);
    // The rates of a minute are looked at every 15 seconds.
    const patterns = [
      /breaker payments is open/,
      /breaker payments does not close/,
      /stock/,
      /PaymentsProbedInVain/,
      /DependencyHammered/,
    ];
    await eventually(
      'all of them to be told',
      async () => {
        await send(...Array.from({ length: 3 }, () => triedAgain(++trace)).flat());
        const texts = await told();
        return patterns.every((pattern) => texts.some((text) => pattern.test(text)));
      },
      90_000,
    );
    assert.equal((await told()).length, patterns.length, 'one message each');
    const { items: breakers } = (await tocsin.api(
      '/api/breakers?kind=reported',
    )) as PageAnswer<BreakerAnswer>;
    assert.deepEqual(
      breakers.map(({ name, state, failed_probes }) => [name, state, failed_probes]),
      [['payments', 'open', 1]],
    );
    const { items: retries } = (await tocsin.api('/api/retries')) as PageAnswer<RetriesAnswer>;
    assert.equal(retries[0]!.dependency, 'stock');
    assert.equal(retries[0]!.retries, (retries[0]!.attempts * 2) / 3);
    assert.notEqual(retries[0]!.storm_since, null);
  });
});
