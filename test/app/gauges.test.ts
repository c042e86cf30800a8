import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { storeGauges } from '../../src/app/composition/gauges.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import type { Store } from '../../src/store/store.ts';
import { eventually } from '../support/eventually.ts';
import { TestClock } from '../support/test-clock.ts';

type Counting = Pick<Store, 'countIssues' | 'countFiring' | 'countPending'>;

function setUp(given: Partial<Counting> = {}) {
  const clock = new TestClock();
  const registry = new MetricRegistry(clock);
  const store: Counting = {
    countIssues: () => Promise.resolve([{ state: 'new', severity: 'high', issues: 3 }]),
    countFiring: () => Promise.resolve([{ alertname: 'NewIssue', incidents: 2 }]),
    countPending: () =>
      Promise.resolve([{ receiver: 'slack', pending: 1, oldestSince: clock.now() - 90_000 }]),
    ...given,
  };
  const gauges = storeGauges(registry, store, ['slack', 'pager'], clock);
  return { clock, gauges, text: () => [...registry.expose()].join('') };
}

suite('gauges of the store', () => {
  test('say how many issues, alerts and deliveries there are, and 0 where there are none', async () => {
    const { gauges, text } = setUp();
    await gauges.refresh();
    for (const line of [
      'tocsin_issues{state="new",severity="high"} 3',
      'tocsin_issues{state="resolved",severity="low"} 0',
      'tocsin_alerts{alertname="NewIssue",state="firing"} 2',
      'tocsin_deliveries_pending{receiver="slack"} 1',
      'tocsin_deliveries_pending{receiver="pager"} 0',
      'tocsin_delivery_oldest_seconds{receiver="slack"} 90',
      'tocsin_delivery_oldest_seconds{receiver="pager"} 0',
    ]) {
      assert.ok(text().includes(`${line}\n`), line);
    }
  });

  test('know the alerts of rules that users write, and those that others post, of which there may be too many', async () => {
    let firing = [{ alertname: 'Mine', incidents: 3 }];
    const { gauges, text } = setUp({ countFiring: () => Promise.resolve(firing) });
    await gauges.refresh();
    assert.match(text(), /tocsin_alerts\{alertname="Mine",state="firing"} 3\n/);
    firing = Array.from({ length: 500 }, (_, i) => ({ alertname: `A${i}`, incidents: 1 }));
    await gauges.refresh();
    const values = [...text().matchAll(/^tocsin_alerts\{alertname="(.*)",state="firing"} (\d+)$/gm)];
    assert.equal(
      values.reduce((sum, [, , value]) => sum + Number(value), 0),
      500,
    );
    assert.ok(values.length <= 201);
    assert.match(text(), /tocsin_alerts\{alertname="Mine",state="firing"} 0\n/);
  });

  test('tell of rules of the user’s own once they have fired, and that they do no longer', async () => {
    let incidents = 3;
    const { gauges, text } = setUp({
      countFiring: () => Promise.resolve(incidents === 0 ? [] : [{ alertname: 'Mine', incidents }]),
    });
    await gauges.refresh();
    assert.match(text(), /^tocsin_alerts\{alertname="Mine",state="firing"} 3$/m);
    incidents = 0;
    await gauges.refresh();
    assert.match(text(), /^tocsin_alerts\{alertname="Mine",state="firing"} 0$/m);
  });

  test('are not negative when the clock was set back', async () => {
    const { gauges, text, clock } = setUp();
    const since = clock.now();
    const later = setUp({
      countPending: () => Promise.resolve([{ receiver: 'slack', pending: 1, oldestSince: since + 1e6 }]),
    });
    await Promise.all([gauges.refresh(), later.gauges.refresh()]);
    assert.match(later.text(), /oldest_seconds\{receiver="slack"} 0\n/);
    assert.match(text(), /oldest_seconds\{receiver="slack"} 90\n/);
  });

  test('keep their values when the store does not answer, each by itself', async () => {
    let broken = false;
    const { gauges, text } = setUp({
      countIssues: () =>
        broken
          ? Promise.reject(new Error('disk full'))
          : Promise.resolve([{ state: 'new', severity: 'high', issues: 3 }]),
      countFiring: () => Promise.resolve([{ alertname: 'NewIssue', incidents: broken ? 7 : 2 }]),
    });
    await gauges.refresh();
    broken = true;
    await gauges.refresh();
    assert.match(text(), /tocsin_issues\{state="new",severity="high"} 3\n/);
    assert.match(text(), /tocsin_alerts\{.*} 7\n/);
  });

  test('do not hold a scrape up when the store hangs, and do not ask it again meanwhile', async () => {
    let asked = 0;
    const answers: ((counts: []) => void)[] = [];
    const { gauges, clock } = setUp({
      countPending: () => {
        asked++;
        return new Promise((resolve) => answers.push(resolve));
      },
    });
    for (let scrape = 0; scrape < 3; scrape++) {
      const refreshed = gauges.refresh();
      clock.advance(1_000);
      await refreshed;
    }
    assert.equal(asked, 1);
    assert.equal(clock.pendingTimers, 0);
    answers[0]!([]);
    await eventually('the store to be asked again', () => {
      void gauges.refresh();
      return asked === 2;
    });
  });
});
