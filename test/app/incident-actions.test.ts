import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import {
  type IncidentActionsDependencies,
  incidentActions,
  offeredActions,
} from '../../src/app/composition/incident-actions.ts';
import type { IncidentActionName } from '../../src/notify/incident-action.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent } from '../support/builders.ts';
import { TestClock } from '../support/test-clock.ts';

const by = 'jane (Slack U1)';

/** A real store with one incident in it. */
async function start(t: TestContext, given: Partial<IncidentActionsDependencies> = {}) {
  const clock = new TestClock();
  const store = new SqliteStore(join(temporaryDirectory(t), 'actions.db'));
  await store.start();
  t.after(() => store.stop());
  await store.calls.record([errorEvent({ time: clock.now() })], clock.now());
  const pending = await store.calls.pendingChanges(10);
  const incidents = evaluateChanges(pending, clock.now(), issueRuleDefaults);
  const cursor = pending.at(-1)!.change.seq;
  await store.calls.commitStep({ incidents, cursor, receivers: ['slack'], at: clock.now() });
  const { key: incidentKey, issue } = incidents[0]!;
  let changes = 0;
  const failed: unknown[] = [];
  const act = incidentActions({
    clock,
    store: store.calls,
    onChanged: () => changes++,
    onFailed: (error) => failed.push(error),
    ...given,
  });
  return {
    clock,
    store: store.calls,
    failed,
    issue: async () => (await store.calls.getIssue(issue.id))!,
    log: async () => (await store.calls.listIssueLog({ issueId: issue.id, limit: 10 })).items,
    changes: () => changes,
    act: (name: IncidentActionName, key = incidentKey) => act({ name, incidentKey: key, by }),
    shortId: issue.shortId,
  };
}

suite('what is done to an incident where people are told of it', () => {
  for (const [name, state] of [
    ['acknowledge', 'ongoing'],
    ['resolve', 'resolved'],
    ['ignore', 'ignored'],
  ] as const) {
    test(`is done to its issue, and stands in its audit trail: ${name}`, async (t) => {
      const { act, issue, log, changes, clock } = await start(t);
      assert.deepEqual(await act(name), { kind: 'done' });
      assert.equal((await issue()).state, state);
      const [entry, ...more] = await log();
      assert.deepEqual([entry?.by, entry?.at, entry?.action.kind], [by, clock.now(), name]);
      assert.deepEqual(more, []);
      assert.equal(changes(), 1);
    });

    test(`is done once: ${name}`, async (t) => {
      const { act, log, changes, shortId } = await start(t);
      await act(name);
      const again = await act(name);
      assert.equal(again.kind, 'already');
      assert.ok(
        again.kind === 'already' &&
          again.reason.startsWith(`${shortId} is ${state === 'ongoing' ? 'acknowledged' : state} already`),
      );
      assert.equal((await log()).length, 1);
      assert.equal(changes(), 1);
    });
  }

  test('is nothing where somebody else was faster, and says who that was', async (t) => {
    const { act, store, issue, log, shortId, clock } = await start(t);
    await store.changeIssue(
      (await issue()).id,
      { kind: 'resolve', inNextVersion: false },
      'bob',
      clock.now(),
    );
    for (const name of ['acknowledge', 'resolve', 'ignore', 'silence'] as const)
      assert.deepEqual(await act(name), { kind: 'already', reason: `${shortId} is resolved already by bob` });
    assert.equal((await log()).length, 1);
  });

  test('may follow on each other', async (t) => {
    const { act, issue } = await start(t);
    await act('acknowledge');
    assert.deepEqual(await act('resolve'), { kind: 'done' });
    assert.equal((await issue()).resolvedBy, by);
  });

  test('is nothing where no such incident is known', async (t) => {
    const { act, changes } = await start(t);
    assert.deepEqual(await act('resolve', 'f'.repeat(32)), { kind: 'unknown' });
    assert.equal(changes(), 0);
  });

  test('is not offered where it cannot be done: to silence it', async (t) => {
    assert.deepEqual(offeredActions({}), ['acknowledge', 'resolve', 'ignore']);
    const { act } = await start(t);
    assert.equal((await act('silence')).kind, 'refused');
  });

  test('keeps it silent for an hour where it can', async (t) => {
    const silenced: unknown[] = [];
    const silence: IncidentActionsDependencies['silence'] = ({ key }, ...given) => {
      silenced.push(key, ...given);
      return Promise.resolve();
    };
    assert.deepEqual(offeredActions({ silence }), ['acknowledge', 'resolve', 'silence', 'ignore']);
    const { act, log, changes } = await start(t, { silence });
    assert.deepEqual(await act('silence'), { kind: 'done' });
    assert.deepEqual(silenced.slice(1), [3_600_000, by]);
    assert.deepEqual([await log(), changes()], [[], 1]);
  });

  const broken = (): Promise<never> => Promise.reject(new Error('disk full'));
  test('is said to have failed where the store fails, and what was wrong is logged', async (t) => {
    const { act, failed } = await start(t, {
      store: { getIncident: broken, getIssue: broken, changeIssue: broken },
    });
    assert.deepEqual(await act('resolve'), { kind: 'failed' });
    assert.match(String(failed[0]), /disk full/);
  });

  test('is said to have failed where the store does not answer', async (t) => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const { act, failed, clock } = await start(t, {
      store: { getIncident: never, getIssue: never, changeIssue: never },
    });
    const acting = act('resolve');
    clock.advance(10_000);
    assert.deepEqual(await acting, { kind: 'failed' });
    assert.equal(failed.length, 1);
  });
});
