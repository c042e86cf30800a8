import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueId } from '../../src/issues/identity.ts';
import type { CountedEvent } from '../../src/issues/issue-store.ts';
import { defaultRetention } from '../../src/store/retention.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent } from '../support/builders.ts';
import { now } from './retention-conformance.ts';

/** With STORM=1000000 it takes half a minute. */
const events = Number(process.env['STORM'] ?? 300_000);
const together = 200;
const whole = 1000;
const mostMegabytes = 32;

test(`a storm of ${events} events of one issue takes a bounded part of the disk, and is counted exactly`, {
  timeout: 60_000 + events / 2,
}, async (t) => {
  const store = new SqliteStore(`${temporaryDirectory(t)}/store.db`, defaultRetention);
  await store.start();
  t.after(() => store.stop());
  const { calls } = store;
  const issue = issueId('checkout', 'production', '1:payment');
  const idOf = (number: number): string => {
    const period = Math.floor((now + number / 2) / 1024) * 1024;
    const name = Math.imul(number + 1, 0x9e3779b1) >>> 0;
    return period.toString(16).padStart(12, '0') + name.toString(16).padStart(20, '0');
  };
  const counted = (number: number): CountedEvent => {
    const id = idOf(number);
    return { id, otherId: undefined, time: now + number / 2, version: '1', traceId: id, issueId: issue };
  };
  await calls.record(
    Array.from({ length: whole }, (_, i) => errorEvent({ id: idOf(i), time: now })),
    now,
  );
  let most = 0;
  for (let number = whole; number < events; number += together) {
    const some = Array.from({ length: together }, (_, i) => counted(number + i));
    assert.equal((await calls.record([], now + number / 2, some)).length, together);
    const { bytes } = await calls.maintain(now + number / 2);
    most = Math.max(most, bytes);
  }
  assert.equal((await calls.getIssue(issue))?.count, events);
  assert.ok(most < mostMegabytes * 2 ** 20, `${most} bytes`);
  process.stdout.write(`${events} events of one issue: ${(most / 2 ** 20).toFixed(1)} MiB at the most\n`);
});
