import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { AlertAnswer, EventAnswer, IssueAnswer, PageAnswer } from '../../../src/admin/contract.ts';
import { compose } from '../../../src/app/composition/compose.ts';
import { configurationSchema } from '../../../src/app/configuration/options.ts';
import { Secret } from '../../../src/config/secret.ts';
import { SqliteStore } from '../../../src/store/sqlite/client.ts';
import { temporaryDirectory } from '../../config/support.ts';
import { eventually } from '../../support/eventually.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { TestClock } from '../../support/test-clock.ts';
import { failures } from './failures.ts';

/**
 * A store that Tocsin wrote when fingerprints had version 1, given `failures(1, …)` at the beginning of 2026; what somebody did by the API
 * in November of that year is in it as well.
 */
const written = new URL('fingerprint-1.db.gz', import.meta.url);

test('issues of a store that was written with the fingerprints of version 1 go on when they happen again', async (t) => {
  const path = join(temporaryDirectory(t), 'tocsin.db');
  writeFileSync(path, gunzipSync(readFileSync(written)));
  const clock = new TestClock(Date.UTC(2026, 11, 10));
  const free = '127.0.0.1:0';
  const tocsin = compose(
    configurationSchema.parse({
      intake: { http: { listen: free }, grpc: { listen: free } },
      metrics: { listen: free },
      admin: { listen: free },
    }),
    {
      clock,
      log: new RecordingLog(),
      store: new SqliteStore(path),
      receivers: [],
      tokens: [{ name: 'tester', token: new Secret('token') }],
      journalDirectory: `${path}.journal`,
      processMetrics: () => Promise.resolve(''),
      random: () => 0,
    },
  );
  await tocsin.start();
  t.after(() => tocsin.stop());
  const { otlpHttp, admin } = tocsin.addresses();
  const headers = { authorization: 'Bearer token' };
  const get = async <T>(at: string): Promise<PageAnswer<T>> =>
    (await (await fetch(`http://127.0.0.1:${admin.port}${at}`, { headers })).json()) as PageAnswer<T>;
  const issues = async () =>
    new Map((await get<IssueAnswer>('/api/issues')).items.map((each) => [each.id, each]));
  const happenAgain = async (deployment: number): Promise<void> => {
    clock.advance(60_000);
    for (const [signal, body] of Object.entries(failures(deployment, clock.now()))) {
      const response = await fetch(`http://127.0.0.1:${otlpHttp.port}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: new Uint8Array(body),
      });
      assert.equal(response.status, 200);
    }
  };
  const before = await issues();
  const states = [...before.values()].map(({ count, state }) => `${count} ${state}`);
  assert.deepEqual(new Set(states), new Set(['1 ignored', '1 new', '1 ongoing', '1 resolved']));

  for (const deployment of [2, 3]) await happenAgain(deployment);

  const after = await issues();
  assert.deepEqual(new Set(after.keys()), new Set(before.keys()));
  for (const [id, { state, acknowledged_by: by, first_seen: firstSeen }] of before) {
    const now = after.get(id)!;
    assert.deepEqual(
      [now.count, now.state, now.acknowledged_by, now.first_seen],
      [3, state === 'resolved' ? 'regressed' : state, by, firstSeen],
    );
    const history = await get<unknown>(`/api/issues/${id}/history`);
    assert.equal(history.items.length, state === 'new' ? 0 : 1);
    const { items } = await get<EventAnswer>(`/api/issues/${id}/events`);
    // The first may have been deleted for its age.
    assert.ok(items.length >= 2);
    for (const event of items) assert.equal(event.issue_id, id);
  }
  // Its incident had one alert, of the only rule that there was.
  const regressed = [...after.values()].find(({ state }) => state === 'regressed')!;
  const told = await eventually('it to be told that an issue is back', async () => {
    const { items } = await get<AlertAnswer>('/api/alerts');
    return items.find(({ issue_id: id, state }) => id === regressed.id && state === 'firing');
  });
  assert.equal(told.alertname, 'IssueRegressed');
});
