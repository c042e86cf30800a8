import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { healthAnswer } from '../../src/admin/contract/health.ts';
import type { HealthAnswer } from '../../src/admin/contract.ts';
import { Health, type HealthSources } from '../../src/app/composition/health.ts';
import { healthSchema } from '../../src/app/configuration/health-config.ts';
import { Recent } from '../../src/app/composition/recent.ts';
import { TestClock } from '../support/test-clock.ts';

const none = { total: 0, unresolved: 0, critical: 0, recent: 0 };

async function healthOf(
  given: Partial<HealthSources> = {},
  counts: Partial<typeof none> = {},
): Promise<HealthAnswer> {
  const clock = new TestClock();
  const sources: HealthSources = {
    clock,
    store: { probe: () => Promise.resolve(), errorCounts: () => Promise.resolve({ ...none, ...counts }) },
    turnedAway: () => 0,
    storeFailures: () => 0,
    storeExcess: () => undefined,
    alertingIsFailing: () => false,
    receivers: () => [],
    limits: healthSchema.parse({}),
    ...given,
  };
  const answer = await new Health(sources).now();
  assert.deepEqual(healthAnswer.parse(answer), answer, 'exactly what the contract says');
  return answer;
}

const fails = () => Promise.reject(new Error('disk full at /secret/path'));

suite('health', () => {
  test('has every component, and what is not there does not make it worse', async () => {
    assert.deepEqual(await healthOf(), {
      status: 'healthy',
      components: {
        intake: { status: 'healthy' },
        store: { status: 'healthy' },
        forward: { status: 'healthy', detail: 'not configured' },
        alerting: { status: 'healthy' },
        receivers: {
          status: 'healthy',
          detail: 'nobody is told of failures: no receiver is configured',
          receivers: [],
        },
        error_tracking: {
          status: 'healthy',
          total_errors: 0,
          unresolved_errors: 0,
          recent_24h: 0,
          critical_errors: 0,
        },
      },
    });
  });

  const counted: [counts: Partial<typeof none>, status: string, detail: string | undefined][] = [
    [{ total: 500, unresolved: 10, recent: 20 }, 'healthy', undefined],
    [{ critical: 1 }, 'degraded', 'critical issues not resolved: 1'],
    [{ unresolved: 11 }, 'degraded', 'issues not resolved: 11'],
    [{ recent: 21 }, 'degraded', 'issues seen in 24 hours: 21'],
    [
      { critical: 2, unresolved: 30, recent: 40 },
      'degraded',
      'critical issues not resolved: 2; issues not resolved: 30; issues seen in 24 hours: 40',
    ],
  ];
  for (const [counts, status, detail] of counted) {
    test(`is ${status} with ${JSON.stringify(counts)}`, async () => {
      const answer = await healthOf({}, counts);
      assert.equal(answer.status, status);
      assert.equal(answer.components.error_tracking.status, status);
      assert.equal(answer.components.error_tracking.detail, detail);
    });
  }

  test('takes its limits from the configuration', async () => {
    const limits = healthSchema.parse({ critical: 1, unresolved: 0, recent_24h: 1000 });
    assert.equal((await healthOf({ limits }, { critical: 1, recent: 1000 })).status, 'healthy');
    assert.equal((await healthOf({ limits }, { unresolved: 1 })).status, 'degraded');
  });

  test('counts from 24 hours ago', async () => {
    let asked = 0;
    const clock = new TestClock();
    const errorCounts = (since: number) => {
      asked = since;
      return Promise.resolve(none);
    };
    await healthOf({ clock, store: { probe: () => Promise.resolve(), errorCounts } });
    assert.equal(asked, clock.now() - 86_400_000);
  });

  const parts: [
    name: string,
    given: Partial<HealthSources>,
    component: keyof HealthAnswer['components'],
    status: string,
  ][] = [
    ['requests are turned away', { turnedAway: () => 3 }, 'intake', 'degraded'],
    ['error events could not be stored', { storeFailures: () => 1 }, 'store', 'unhealthy'],
    [
      'the store cannot be written',
      { store: { probe: fails, errorCounts: () => Promise.resolve(none) } },
      'store',
      'unhealthy',
    ],
    ['the store cannot be read', { store: { probe: fails, errorCounts: fails } }, 'store', 'unhealthy'],
    ['alerts cannot be evaluated', { alertingIsFailing: () => true }, 'alerting', 'unhealthy'],
    [
      'the back end is away',
      { forward: () => ({ status: 'degraded', detail: 'spooling' }) },
      'forward',
      'degraded',
    ],
    [
      'a receiver fails',
      { receivers: () => [{ receiver: 'slack', problem: 'invalid_auth' }] },
      'receivers',
      'degraded',
    ],
  ];
  for (const [name, given, component, status] of parts) {
    test(`is ${status} while ${name}, and says nothing secret`, async () => {
      const answer = await healthOf(given);
      assert.equal(answer.status, status);
      assert.equal(answer.components[component]?.status, status);
      assert.doesNotMatch(JSON.stringify(answer), /secret/);
    });
  }

  test('does not make counts up when the store cannot be read', async () => {
    const { components } = await healthOf({ store: { probe: fails, errorCounts: fails } });
    assert.equal(components.error_tracking.total_errors, null);
    assert.equal(components.error_tracking.status, 'degraded');
  });

  test('names each receiver, and the problem of those that have one', async () => {
    const receivers = () => [
      { receiver: 'slack', problem: undefined },
      { receiver: 'mail', problem: 'refused' },
    ];
    assert.deepEqual((await healthOf({ receivers })).components.receivers, {
      status: 'degraded',
      detail: 'mail: refused',
      receivers: [
        { name: 'slack', problem: null },
        { name: 'mail', problem: 'refused' },
      ],
    });
  });

  test('asks the store once, however many ask at the same time', async () => {
    let probes = 0;
    const probe = () => Promise.resolve(void probes++);
    const health = new Health({
      clock: new TestClock(),
      store: { probe, errorCounts: () => Promise.resolve(none) },
      turnedAway: () => 0,
      storeFailures: () => 0,
      storeExcess: () => undefined,
      alertingIsFailing: () => false,
      receivers: () => [],
      limits: healthSchema.parse({}),
    });
    await Promise.all(Array.from({ length: 100 }, () => health.now()));
    assert.equal(probes, 1);
    await health.now();
    assert.equal(probes, 2);
  });
});

suite('what happened lately', () => {
  test('is forgotten at once when it is over', () => {
    const recent = new Recent(new TestClock());
    recent.add();
    recent.clear();
    assert.equal(recent.count, 0);
    recent.add();
    assert.equal(recent.count, 1);
  });

  test('is forgotten after a minute, bit by bit', () => {
    const clock = new TestClock();
    const recent = new Recent(clock);
    recent.add();
    clock.advance(30_000);
    recent.add();
    recent.add();
    assert.equal(recent.count, 3);
    clock.advance(30_000);
    assert.equal(recent.count, 2);
    clock.advance(30_000);
    assert.equal(recent.count, 0);
  });

  test('is forgotten too when nobody has asked for long, and when the clock is set', () => {
    const clock = new TestClock();
    const recent = new Recent(clock);
    recent.add();
    clock.setWall(-86_400_000);
    assert.equal(recent.count, 1);
    clock.advance(86_400_000);
    assert.equal(recent.count, 0);
    recent.add();
    assert.equal(recent.count, 1);
  });
});
