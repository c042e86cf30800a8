import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import type { Incident } from '../../src/alerting/incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import type { TimelineEntry } from '../../src/alerting/timeline.ts';
import { settle } from '../../src/notify/delivery.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { errorEvent } from '../support/builders.ts';

const now = Date.UTC(2026, 0, 2);
const second = 1000;

async function open(t: TestContext) {
  const store = new InlineStore();
  await store.start();
  t.after(() => store.stop());
  const { calls } = store;
  const alert = async (): Promise<Incident> => {
    const pending = await calls.pendingChanges(10);
    const incidents = evaluateChanges(pending, now, issueRuleDefaults);
    const cursor = pending.at(-1)!.change.seq;
    await calls.commitStep({ cursor, at: now, incidents, receivers: ['slack', 'mail'] });
    return incidents[0]!;
  };
  await calls.record([errorEvent()], now);
  const incident = await alert();
  const { key } = incident;
  const note = (entries: readonly TimelineEntry[], at = now): Promise<void> =>
    calls.commitStep({ cursor: 0, at, incidents: [incident], receivers: [], timeline: { [key]: entries } });
  /** What came of a try to show it. */
  const tried = async (receiver: string, kind: TimelineEntry['kind'], at: number, reason?: string) => {
    const [delivery] = await calls.dueDeliveries(receiver, now, 1);
    const settlement = settle(delivery!, { kind: 'failed', reason: 'x' }, now - 1e6, 0);
    const entry = { at, kind, receiver, revision: 1, ...(reason === undefined ? {} : { reason }) };
    await calls.settleDelivery({ ...settlement, timeline: [entry] });
  };
  const kept = async () => (await calls.readTimeline(key))!.filter(({ kind }) => kind !== 'pending');
  const read = async (): Promise<string[]> =>
    (await kept()).map(({ at, lastAt, kind, receiver, count, reason, by }) =>
      [
        `${(at - now) / second}${lastAt === at ? '' : `-${(lastAt - now) / second}`}`,
        ...(receiver === undefined ? [] : [`${receiver}:`]),
        kind,
        ...(count === 1 ? [] : [`× ${count}`]),
        ...(reason === undefined ? [] : [`(${reason})`]),
        ...(by === undefined ? [] : [`by ${by}`]),
      ].join(' '),
    );
  return { calls, incident, key, alert, note, tried, kept, read };
}

suite('the timeline of an incident', () => {
  test('has what happened in the order in which it did, whatever the clock said', async (t) => {
    const { note, tried, read } = await open(t);
    await note([{ at: now, kind: 'raised', alertname: 'NewIssue' }]);
    await tried('slack', 'failed', now - 2 * second, 'timeout');
    await tried('mail', 'sent', now + second);
    assert.deepEqual(await read(), ['0 raised', '-2 slack: failed (timeout)', '1 mail: sent']);
  });

  test('counts what happens again and again, for each receiver by itself', async (t) => {
    const { tried, read } = await open(t);
    for (let minute = 0; minute < 5; minute++) {
      await tried('slack', 'failed', now + minute * 60 * second, 'timeout');
      await tried('mail', 'edited', now + minute * 60 * second);
    }
    await tried('slack', 'failed', now + 300 * second, 'HTTP 500');
    assert.deepEqual(await read(), [
      '0-240 slack: failed × 5 (timeout)',
      '0-240 mail: edited × 5',
      '300 slack: failed (HTTP 500)',
    ]);
  });

  test('counts nothing over something that happened to the incident', async (t) => {
    const { note, tried, read } = await open(t);
    await tried('slack', 'edited', now);
    await note([{ at: now, kind: 'ended', reason: 'quiet' }]);
    await tried('slack', 'edited', now);
    await tried('slack', 'edited', now + second);
    assert.deepEqual(await read(), ['0 slack: edited', '0 ended (quiet)', '0-1 slack: edited × 2']);
  });

  test('says for whom it is when that becomes different, and not with every step', async (t) => {
    const { calls, incident, key, read } = await open(t);
    const step = { cursor: 0, at: now, incidents: [incident], receivers: ['slack', 'mail'] };
    const toSlack = { routes: { slack: ['alerts.route'] }, withheld: { mail: 'no route leads to it' } };
    const toAll = { routes: { slack: ['alerts.route'], mail: ['alerts.route.routes[0]'] }, withheld: {} };
    for (const routed of [toSlack, toSlack, toAll, toAll, toSlack])
      await calls.commitStep({ ...step, routed: { [key]: routed } });
    assert.deepEqual(await read(), ['0 routed', '0 routed', '0 routed']);
    const [first, second] = (await calls.readTimeline(key))!;
    assert.partialDeepStrictEqual([first, second], [toSlack, toAll]);
  });

  test('keeps the first and the last entries, and says how many are gone', async (t) => {
    const { note, read } = await open(t);
    const entries = Array.from(
      { length: 1000 },
      (_, i): TimelineEntry => ({ at: now + i * second, kind: 'raised' }),
    );
    for (const entry of entries.slice(0, 200)) await note([entry]);
    assert.equal((await read()).length, 200);
    for (let i = 200; i < 1000; i += 7) await note(entries.slice(i, Math.min(i + 7, 1000)));
    const read1000 = await read();
    assert.deepEqual(read1000.slice(49, 52), ['49 raised', '49-850 omitted × 800', '850 raised']);
    assert.deepEqual([read1000.length, read1000.at(0), read1000.at(-1)], [201, '0 raised', '999 raised']);
  });

  test('says who did what, in the transaction in which it was done', async (t) => {
    const { calls, incident, alert, read } = await open(t);
    const { id } = incident.issue!;
    await calls.changeIssue(id, { kind: 'acknowledge' }, 'alice', now);
    await calls.changeIssue(id, { kind: 'acknowledge' }, 'alice', now);
    await calls.changeIssue(id, { kind: 'resolve', inNextVersion: false }, 'bob', now + second);
    await calls.changeIssue(id, { kind: 'reopen' }, 'carol', now + 2 * second);
    await calls.changeIssue(id, { kind: 'ignore' }, 'dave', now + 3 * second);
    await alert();
    assert.deepEqual(await read(), [
      '0 acknowledged by alice',
      '1 resolved by bob',
      '2 reopened by carol',
      '3 ignored by dave',
    ]);
  });

  test('has nothing of a step that is not stored', async (t) => {
    const { calls, incident, key, read } = await open(t);
    const timeline = { [key]: [{ at: now, kind: 'raised' as const }] };
    const wrong = { ...incident, state: undefined as unknown as Incident['state'], key: 'another' };
    const step = { cursor: 0, at: now, incidents: [incident, wrong], receivers: ['slack'], timeline };
    await assert.rejects(calls.commitStep(step));
    assert.deepEqual(await read(), []);
  });

  test('cuts what a receiver answers', async (t) => {
    const { calls, tried, key } = await open(t);
    await tried('slack', 'failed', now, 'x'.repeat(10_000));
    assert.equal((await calls.readTimeline(key))![0]!.reason!.length, 300);
  });

  test('tells of a digest in each incident that is in it', async (t) => {
    const { calls, read } = await open(t);
    await calls.heldDeliveries('slack', true, 5, now);
    await calls.heldDeliveries('slack', true, 5, now + second);
    const state = { bucket: { tokens: 0, at: now }, digest: undefined };
    await calls.settleHeld('slack', state, { at: now + 2 * second, kind: 'digested' });
    await calls.settleHeld('slack', state, { at: now + 3 * second, kind: 'digested' });
    assert.deepEqual(await read(), [
      '0 slack: over budget (alerts.budget has no room for a message of its own: it is told in a digest)',
      '2 slack: digested',
    ]);
  });

  test('is that of an incident that there is', async (t) => {
    const { calls } = await open(t);
    assert.equal(await calls.readTimeline('nothing'), undefined);
  });

  test('goes with its incident', async (t) => {
    const { calls, incident, key, note, kept } = await open(t);
    await note([{ at: now, kind: 'raised' }]);
    await calls.changeIssue(incident.issue!.id, { kind: 'resolve', inNextVersion: false }, 'bob', now);
    const pending = await calls.pendingChanges(10);
    await calls.commitStep({ cursor: pending.at(-1)!.change.seq, at: now, incidents: [], receivers: [] });
    assert.equal((await kept()).length, 2);
    const [delivery] = await calls.dueDeliveries('slack', now, 1);
    const later = now + 400 * 86_400_000;
    for (let step = 0; step < 100 && (await calls.getIssue(incident.issue!.id)) !== undefined; step++)
      await calls.maintain(later);
    assert.equal(await calls.readTimeline(key), undefined);
    // Somebody was being told of it.
    const settlement = settle(delivery!, { kind: 'failed', reason: 'x' }, later, 0);
    const entry = { at: later, kind: 'failed' as const, receiver: 'slack' };
    await calls.settleDelivery({ ...settlement, timeline: [entry] });
    // Another incident of the same key would begin with nothing.
    await calls.record([errorEvent({ time: later })], later);
    const again = evaluateChanges(await calls.pendingChanges(10), later, issueRuleDefaults);
    await calls.commitStep({ cursor: 1e6, at: later, incidents: again, receivers: [] });
    assert.deepEqual(await calls.readTimeline(key), []);
  });

  test('ends with what is to be shown and is not yet, and why', async (t) => {
    const { calls, key } = await open(t);
    const pending = async () => (await calls.readTimeline(key))!.filter(({ kind }) => kind === 'pending');
    const waits = { at: now, lastAt: now, count: 1, kind: 'pending' as const };
    assert.deepEqual(await pending(), [
      { ...waits, receiver: 'mail' },
      { ...waits, receiver: 'slack' },
    ]);
    const [delivery] = await calls.dueDeliveries('slack', now, 1);
    await calls.settleDelivery(settle(delivery!, { kind: 'failed', reason: 'timeout' }, now, 0));
    const [mail] = await calls.dueDeliveries('mail', now, 1);
    await calls.settleDelivery(settle(mail!, { kind: 'delivered', reference: undefined }, now, 0));
    assert.deepEqual(await pending(), [{ ...waits, receiver: 'slack', reason: 'timeout' }]);
  });

  test('says who had it tried again, if there was something to try', async (t) => {
    const { calls, key, read } = await open(t);
    const [delivery] = await calls.dueDeliveries('slack', now, 1);
    await calls.settleDelivery(settle(delivery!, { kind: 'delivered', reference: { ts: '1' } }, now, 0));
    await calls.retryDelivery('slack', key, 'alice', now);
    await calls.retryDelivery('mail', key, 'bob', now);
    assert.deepEqual(await read(), ['0 mail: retried by bob']);
  });
});
