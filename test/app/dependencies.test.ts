import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { kind, type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { minute, second, watchedApp } from '../support/watched-app.ts';

const quiet = [
  'TelemetrySilent',
  'NeverReceived',
  'HighErrorRate',
  'NewIssue',
  'IssueEscalating',
  'SwallowedFailure',
];
const rules = quiet.map((name) => ({ name, enabled: false }));
const shop = { 'service.name': 'shop', 'deployment.environment.name': 'prod' };

async function appThatCalls(...[t, given]: Parameters<typeof watchedApp>) {
  const app = await watchedApp(t, { rules: [...rules, ...(given?.rules ?? [])] });
  const { core, clock } = app;
  let lastTrace = 1_000;
  /** Calls that end now, each of so many attempts, of which the last one is well. */
  const call = async (calls: number, attempts: number, isWell = true): Promise<void> => {
    const now = BigInt(Math.round(clock.now())) * 1_000_000n;
    const spans = Array.from({ length: calls }, () => ++lastTrace).flatMap((trace) =>
      Array.from({ length: attempts }, (_, i): SpanSpec => {
        const end = now - BigInt(attempts - 1 - i) * 20_000_000n;
        const status = i < attempts - 1 || !isWell ? 503 : 200;
        return {
          trace,
          id: i + 2,
          parent: 1,
          name: 'GET',
          kind: kind.client,
          startTimeUnixNano: String(end - 5_000_000n),
          endTimeUnixNano: String(end),
          attributes: {
            'http.request.method': 'GET',
            'url.full': 'http://payments/charge',
            'server.address': 'payments',
            'http.response.status_code': status,
          },
        };
      }),
    );
    await core.acceptors.traces.accept(traceRequestBytes(spans, shop));
  };
  return { ...app, call };
}

suite('an alert about calls to a dependency', () => {
  test('is told of a storm of retries that goes on, and over when it is', async (t) => {
    const { call, pass, heard } = await appThatCalls(t);
    const go = async (attempts: number, times: number): Promise<string[]> => {
      for (let i = 0; i < times; i++) {
        await call(10, attempts);
        await pass(15 * second);
      }
      return heard();
    };
    assert.deepEqual(await go(3, 2), []);
    const told = await go(3, 4);
    assert.equal(told.length, 1);
    assert.ok(told[0]!.startsWith('[HIGH] shop (prod): '), told[0]);
    assert.match(told[0]!, /payments/);
    assert.deepEqual(
      await go(1, 16),
      told.map((text) => text.replace('[HIGH]', '[RESOLVED]')),
    );
  });

  test('is not told of a few retries', async (t) => {
    const { call, pass, heard } = await appThatCalls(t);
    for (let i = 0; i < 20; i++) {
      await call(1, 3);
      await call(20, 1);
      await pass(15 * second);
    }
    assert.deepEqual(heard(), []);
  });

  test('is told of a breaker that there could be only to who asks for that', async (t) => {
    const usual = await appThatCalls(t);
    await usual.call(10, 1, false);
    await usual.pass(minute);
    assert.deepEqual(usual.heard(), []);
    const asked = await appThatCalls(t, { rules: [{ name: 'ShadowBreakerOpen', enabled: true }] });
    await asked.call(10, 1, false);
    await asked.pass(35 * second);
    assert.deepEqual(asked.heard(), ['[MEDIUM] shop (prod): A circuit breaker to payments would be open']);
    await asked.pass(minute);
    await asked.call(1, 1);
    await asked.pass(3 * minute);
    assert.deepEqual(asked.heard(), ['[RESOLVED] shop (prod): A circuit breaker to payments would be open']);
  });
});
