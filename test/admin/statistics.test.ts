import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import type { ProblemAnswer, StatisticsAnswer, TrendsAnswer } from '../../src/admin/contract.ts';
import { errorEvent, taskRecord } from '../support/builders.ts';
import { TestApi } from './support.ts';

suite('statistics', () => {
  const api = new TestApi();
  const now = api.clock.now();
  const hour = 3_600_000;
  const trends = (query = ''): Promise<TrendsAnswer> => api.get('getTrends', `/api/trends${query}`);

  before(async () => {
    const at = (hours: number, given: object = {}) => errorEvent({ time: now - hours * hour, ...given });
    const events = [
      at(0),
      at(1, { operation: 'GET /' }),
      at(30),
      at(2, { service: 'mail', fingerprint: '1:m', severity: 'critical', class: 'timeout' }),
      at(2, { fingerprint: '1:e', severity: 'low', expected: true }),
    ];
    await api.store.record(events, now);
  });

  test('say how jobs and tasks go, all together', async () => {
    const none = await api.get<StatisticsAnswer>('getStats', '/api/stats');
    assert.deepEqual(none.tasks, {
      known: 0,
      runs: { success: 0, failure: 0, retried: 0 },
      success_rate: null,
    });
    api.tasks.restore([
      taskRecord({ runs: { success: 3, failure: 1, retried: 4 } }),
      taskRecord({ name: 'mail', runs: { success: 6, failure: 0, retried: 0 } }),
    ]);
    const { tasks } = await api.get<StatisticsAnswer>('getStats', '/api/stats');
    assert.deepEqual(tasks, { known: 2, runs: { success: 9, failure: 1, retried: 4 }, success_rate: 0.9 });
  });

  test('say how many issues there are, of what kind, and which have the most events', async () => {
    const answer = await api.get<StatisticsAnswer>('getStats', '/api/stats');
    assert.partialDeepStrictEqual(answer, {
      issues: {
        total: 3,
        unresolved: 2,
        by_state: { new: 3, ongoing: 0, resolved: 0, ignored: 0 },
        by_severity: {
          critical: { total: 1, unresolved: 1 },
          high: { total: 1, unresolved: 1 },
          medium: { total: 0, unresolved: 0 },
          low: { total: 1, unresolved: 0 },
        },
        by_class: { timeout: { total: 1, unresolved: 1 }, unknown: { total: 2, unresolved: 1 } },
      },
      events: 5,
      last_24h: { events: 4, issues: 3, new_issues: 2 },
    });
    const [top] = answer.top_issues;
    assert.deepEqual([top?.events, top?.issue.count, top?.issue.trend.at(-1)], [2, 3, 1]);
    assert.equal(answer.top_issues.length, 3);
  });

  test('follow what is done to issues', async () => {
    const { top_issues } = await api.get<StatisticsAnswer>('getStats', '/api/stats');
    const { id } = top_issues[0]!.issue;
    await api.ask(`/api/issues/${id}/resolve`, { method: 'POST' });
    const { issues } = await api.get<StatisticsAnswer>('getStats', '/api/stats');
    assert.deepEqual([issues.unresolved, issues.by_state.resolved, issues.by_state.new], [1, 1, 2]);
    await api.ask(`/api/issues/${id}/reopen`, { method: 'POST' });
  });

  test('have the events of a day by service, unless something else is asked', async () => {
    const answer = await trends();
    assert.deepEqual([answer.interval, answer.total, answer.times.length], ['hour', 4, 25]);
    assert.deepEqual(
      answer.series.map(({ service, operation, total }) => [service, operation, total]),
      [
        ['checkout', null, 3],
        ['mail', null, 1],
      ],
    );
    const [checkout] = answer.series;
    assert.deepEqual(checkout?.counts.slice(-3), [1, 1, 1]);
  });

  test('have events by operation, of one service, since and until when it is asked', async () => {
    const answer = await trends('?by=operation&service=checkout&since=31h&until=30m&limit=1');
    assert.deepEqual([answer.total, answer.series.length], [3, 1]);
    assert.partialDeepStrictEqual(answer.series, [{ operation: 'POST /charge', total: 2 }]);
    const days = await trends('?interval=day&since=92d');
    assert.deepEqual([days.times.length, days.total], [93, 5]);
    assert.match(days.times[0]!, /T00:00:00.000Z$/);
    const until = new Date(now - 20 * hour).toISOString();
    assert.equal((await trends(`?since=2d&until=${until}`)).total, 1);
  });

  const wrong: [query: string, says: RegExp][] = [
    ['by=host', /^by: not one of: service, operation$/],
    ['interval=week', /^interval: not one of: hour, day$/],
    ['since=8d', /^since: more than 168 hours before until$/],
    ['interval=day&since=93d', /^since: more than 92 days before until$/],
    ['since=1970-01-01T00:00:00Z', /^since: more than 168 hours/],
    ['since=1h&until=2h', /^until: before since$/],
    ['until=soon', /^until: neither a duration/],
    ['q=x', /^there is no parameter "q"/],
  ];
  for (const [query, says] of wrong) {
    test(`answer ${query} with 400, and say what is allowed`, async () => {
      const { status, body } = await api.ask(`/api/trends?${query}`);
      assert.equal(status, 400);
      assert.match((JSON.parse(body) as ProblemAnswer).detail, says);
    });
  }
});
