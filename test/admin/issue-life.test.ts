import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import type { EventAnswer, HistoryAnswer, IssueAnswer, PageAnswer } from '../../src/admin/contract.ts';
import { supportCode } from '../../src/conventions/support-code.ts';
import { errorEvent } from '../support/builders.ts';
import { TestApi } from './support.ts';

suite('the life of an issue, by the API', () => {
  const api = new TestApi();
  const { clock } = api;
  const traceId = `0af76519${'a'.repeat(24)}`;
  let id = '';

  const post = async (action: string, body?: object): Promise<{ status: number; answer: IssueAnswer }> => {
    const { status, body: text } = await api.ask(`/api/issues/${id}/${action}`, {
      method: 'POST',
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status, answer: JSON.parse(text) as IssueAnswer };
  };

  before(async () => {
    await api.store.record(
      [
        errorEvent({
          time: clock.now(),
          traceId,
          supportCode: supportCode(traceId),
          attributes: { 'game.id': 42, 'job.name': 'nightly' },
          indexed: ['game.id'],
        }),
        errorEvent({ time: clock.now() - 3_600_000, severity: 'low' }),
      ],
      clock.now(),
    );
    id = (await api.store.listIssues({ limit: 1 })).items[0]!.id;
  });

  test('it is acknowledged, ignored, reopened and resolved, and says by whom', async () => {
    const steps: [action: string, body: object | undefined, wanted: Partial<IssueAnswer>][] = [
      ['acknowledge', undefined, { state: 'ongoing', acknowledged_by: 'alice' }],
      [
        'ignore',
        { until: '2026-02-01T00:00:00Z', events: 5 },
        { state: 'ignored', ignored_until: '2026-02-01T00:00:00.000Z', ignored_until_count: 7 },
      ],
      ['reopen', undefined, { state: 'ongoing', ignored_until: null, ignored_until_count: null }],
      ['resolve', { in_next_version: true }, { state: 'resolved', resolved_in_next_version: true }],
      ['resolve', {}, { state: 'resolved', resolved_in_next_version: false, resolved_by: 'alice' }],
    ];
    for (const [action, body, wanted] of steps) {
      const { status, answer } = await post(action, body);
      assert.equal(status, 200, action);
      assert.partialDeepStrictEqual(answer, wanted);
    }
    const history = JSON.parse(
      (await api.ask(`/api/issues/${id}/history?limit=3`)).body,
    ) as PageAnswer<HistoryAnswer>;
    assert.deepEqual(
      history.items.map(({ action, by, in_next_version: inNext }) => [action, by, inNext]),
      [
        ['resolve', 'alice', false],
        ['resolve', 'alice', true],
        ['reopen', 'alice', false],
      ],
    );
    assert.notEqual(history.next_cursor, null);
  });

  test('what makes no sense is refused, and says why', async () => {
    const table: [action: string, body: object, status: number][] = [
      ['ignore', { until: 'tomorrow' }, 400],
      ['ignore', { events: 0 }, 400],
      ['ignore', { forever: true }, 400],
      ['resolve', { in_next_version: 'yes' }, 400],
    ];
    for (const [action, body, status] of table) assert.equal((await post(action, body)).status, status);
    assert.equal((await api.ask('/api/issues/nothing/acknowledge', { method: 'POST' })).status, 404);
  });

  test('its trend has the events of the last 24 hours', async () => {
    const { trend } = JSON.parse((await api.ask(`/api/issues/${id}`)).body) as IssueAnswer;
    assert.equal(trend.length, 24);
    assert.deepEqual(trend.slice(-2), [1, 1]);
  });

  test('its events are found by trace, job, severity and attributes', async () => {
    const count = async (query: string): Promise<number> => {
      const { status, body } = await api.ask(`/api/events${query}`);
      assert.equal(status, 200, body);
      return (JSON.parse(body) as PageAnswer<EventAnswer>).items.length;
    };
    assert.equal(await count(''), 2);
    assert.equal(await count(`?trace_id=${traceId.toUpperCase()}`), 1);
    assert.equal(await count('?job_name=nightly'), 1);
    assert.equal(await count('?severity=low,high'), 2);
    assert.equal(await count('?attr.game.id=42'), 1);
    assert.equal(await count('?attr.game.id=43'), 0);
    assert.equal(await count('?since=30m'), 1);
    const refused = ['?trace_id=1', '?attr.=1', '?atr.game.id=1', '?attr.a=1&attr.a=2'];
    for (const query of refused) assert.equal((await api.ask(`/api/events${query}`)).status, 400, query);
  });

  test('a user’s support code leads to it, however it was written down', async () => {
    const code = supportCode(traceId);
    for (const written of [code, code.toLowerCase(), code.replace('0', 'o')]) {
      const { status, body } = await api.ask(`/api/support/${written}`);
      assert.equal(status, 200, written);
      const answer = JSON.parse(body) as { issues: IssueAnswer[]; events: EventAnswer[] };
      assert.deepEqual([answer.issues[0]?.id, answer.events[0]?.trace_id], [id, traceId]);
    }
    assert.equal((await api.ask('/api/support/TOC-ZZZZZZZZ')).status, 404);
    assert.equal((await api.ask(`/api/support/${encodeURIComponent("' OR 1=1")}`)).status, 404);
  });
});
