import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import type {
  AlertAnswer,
  PageAnswer,
  SentDayAnswer,
  TimelineEntryAnswer,
} from '../../src/admin/contract.ts';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { settle } from '../../src/notify/delivery.ts';
import { noteOfTry } from '../../src/notify/timeline.ts';
import { TimelineNotes } from '../../src/alerting/timeline.ts';
import { errorEvent } from '../support/builders.ts';
import { TestApi } from './support.ts';

suite('GET /api/alerts/:id/timeline', () => {
  const api = new TestApi();
  const { clock } = api;
  let id = '';

  before(async () => {
    await api.store.record([errorEvent()], clock.now());
    const pending = await api.store.pendingChanges(10);
    const at = clock.now();
    const notes = new TimelineNotes(at, issueRuleDefaults);
    const incidents = evaluateChanges(pending, at, issueRuleDefaults, notes.note);
    id = incidents[0]!.key;
    const routed = {
      [id]: { routes: { slack: ['alerts.route'] }, withheld: { mail: 'no route leads to it' } },
    };
    const held = { [id]: { slack: 'muted: it is night' } };
    const receivers = ['slack', 'mail'];
    const cursor = pending.at(-1)!.change.seq;
    const withheld = { [id]: ['mail'] };
    await api.store.commitStep({
      cursor,
      at,
      incidents,
      receivers,
      withheld,
      held,
      routed,
      timeline: notes.entries,
    });
  });

  const read = async (): Promise<TimelineEntryAnswer[]> =>
    (await api.get<PageAnswer<TimelineEntryAnswer>>('readTimeline', `/api/alerts/${id}/timeline`)).items;

  test('answers why somebody was told or not, by the id of the alert', async () => {
    const alerts = await api.get<PageAnswer<AlertAnswer>>('listAlerts', '/api/alerts');
    assert.equal(alerts.items[0]?.id, id);
    const at = new Date(clock.now()).toISOString();
    const [raised, routed, held] = await read();
    assert.partialDeepStrictEqual(raised, {
      at,
      kind: 'raised',
      alertname: 'NewIssue',
      values: { severity: 'high', min_severity: 'high' },
      labels: { service: 'checkout' },
    });
    const once = { at, last_at: at, count: 1 };
    assert.deepEqual(routed, {
      ...once,
      kind: 'routed',
      routes: { slack: ['alerts.route'] },
      withheld: { mail: 'no route leads to it' },
    });
    assert.deepEqual(held, { ...once, kind: 'held', receiver: 'slack', reason: 'muted: it is night' });
  });

  test('says who did something to the issue, by the name of the token', async () => {
    const { items } = await api.get<PageAnswer<AlertAnswer>>('listAlerts', '/api/alerts');
    const path = `/api/issues/${items[0]!.issue_id}/acknowledge`;
    assert.equal((await api.ask(path, { method: 'POST' })).status, 200);
    assert.partialDeepStrictEqual((await read()).at(-1), { kind: 'acknowledged', by: 'alice' });
  });

  test('says what is wrong with a receiver that is to show it and does not yet', async () => {
    const open = {
      cursor: 0,
      at: clock.now(),
      incidents: (await api.store.listIncidents({ limit: 1 })).items,
    };
    await api.store.commitStep({ ...open, receivers: ['slack'] });
    assert.partialDeepStrictEqual((await read()).at(-1), { kind: 'pending', receiver: 'slack' });
    assert.ok(!('reason' in (await read()).at(-1)!));
    api.problems.set('slack', 'invalid_auth');
    assert.partialDeepStrictEqual((await read()).at(-1), { kind: 'pending', reason: 'invalid_auth' });
    assert.equal((await api.ask(`/api/deliveries/${id}:slack/retry`, { method: 'POST' })).status, 200);
    assert.partialDeepStrictEqual((await read()).at(-2), { kind: 'retried', receiver: 'slack', by: 'alice' });
  });

  test('knows of no alert that is not there', async () => {
    for (const wrong of ['nothing', `${id}x`, '%2e%2e', 'x'.repeat(500)])
      assert.equal((await api.ask(`/api/alerts/${wrong}/timeline`)).status, 404, wrong);
    assert.equal((await api.ask(`/api/alerts/${id}/timeline`, { token: undefined })).status, 401);
    assert.equal((await api.ask(`/api/alerts/${id}/timeline?limit=1`)).status, 400);
  });
});

suite('GET /api/alerts/report', () => {
  const api = new TestApi();
  const { clock } = api;

  before(async () => {
    await api.store.record([errorEvent()], clock.now());
    const pending = await api.store.pendingChanges(10);
    const at = clock.now();
    const incidents = evaluateChanges(pending, at, issueRuleDefaults);
    const cursor = pending.at(-1)!.change.seq;
    await api.store.commitStep({ cursor, at, incidents, receivers: ['slack', 'mail'] });
    for (const [i, receiver] of ['slack', 'mail'].entries()) {
      const [delivery] = await api.store.dueDeliveries(receiver, at, 1);
      const outcome = { kind: 'delivered', reference: undefined } as const;
      const shown = { news: [], summary: '[HIGH] checkout' };
      const note = noteOfTry(delivery!, shown, outcome, at, i === 1);
      await api.store.settleDelivery({ ...settle(delivery!, outcome, at, 0), ...note });
    }
  });

  const read = (query: string): Promise<PageAnswer<SentDayAnswer>> =>
    api.get('listSent', `/api/alerts/report${query}`);

  test('says what each receiver was sent each day, or would have been', async () => {
    const { items } = await read('');
    const alert = (await api.store.listIncidents({ limit: 1 })).items[0]!;
    const example = {
      at: new Date(clock.now()).toISOString(),
      kind: 'post',
      text: '[HIGH] checkout',
      alert_id: alert.key,
    };
    const counts = { posts: 1, edits: 0, replies: 0, digests: 0, examples: [example] };
    const day = example.at.slice(0, 10);
    assert.deepEqual(items, [
      { day, receiver: 'slack', dry_run: false, ...counts },
      { day, receiver: 'mail', dry_run: true, ...counts },
    ]);
  });

  test('is read page by page, and of one receiver', async () => {
    const { items, next_cursor } = await read('?limit=1');
    assert.deepEqual([items.length, typeof next_cursor], [1, 'string']);
    assert.equal((await read(`?limit=1&cursor=${next_cursor}`)).items[0]?.receiver, 'mail');
    assert.deepEqual((await read('?receiver=mail')).items.length, 1);
    assert.deepEqual((await read('?receiver=nobody')).items, []);
    assert.equal((await api.ask('/api/alerts/report?cursor=x')).status, 400);
  });
});
