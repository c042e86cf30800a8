import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateDeployments } from '../../src/alerting/deployment.ts';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { errorEvent } from '../support/builders.ts';
import { cpuMillis } from '../support/cpu-time.ts';

const now = Date.UTC(2026, 0, 2, 3);
const receivers = ['slack'];

test('what was deployed during hundreds of incidents is found at once, however many versions there were', async (t) => {
  const store = new InlineStore();
  await store.start();
  t.after(() => store.stop());
  const { calls } = store;
  const events = Array.from({ length: 300 }, (_, i) => errorEvent({ time: now, fingerprint: `1:${i}` }));
  await calls.record(events, now);
  const pending = await calls.pendingChanges(1000);
  const incidents = evaluateChanges(pending, now, issueRuleDefaults);
  await calls.commitStep({ cursor: pending.at(-1)!.change.seq, at: now, incidents, receivers });
  const heard = (version: string, at: number) => ({
    service: 'checkout',
    environment: 'production',
    version,
    at,
  });
  const versions = Array.from({ length: 5_000 }, (_, i) => heard(`1.3.${i}`, now - 1));
  await calls.noteVersions([...versions, heard('1.5.0', now + 1)]);

  const before = cpuMillis();
  const found = await calls.deployedIncidents(now + 2, 1000);
  assert.equal(found.length, 300);
  const told = evaluateDeployments(found, () => undefined);
  await calls.commitStep({ cursor: 0, at: now + 2, incidents: told, receivers });
  assert.deepEqual(await calls.deployedIncidents(now + 2, 1000), []);
  const took = cpuMillis() - before;
  assert.ok(took < 1_000, `${took} ms`);
});
