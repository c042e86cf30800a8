import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PageAnswer, SentDayAnswer } from '../../src/admin/contract.ts';
import { eventually } from '../support/eventually.ts';
import { anyPorts, sendSpans, start } from './support.ts';

test('alerts.dry_run keeps the whole program from sending anything, loudly, until it is false', async (t) => {
  const posted: string[] = [];
  const chat = createServer((request, response) => {
    posted.push(request.url!);
    request.resume().on('end', () => response.end('ok'));
  }).listen(0, '127.0.0.1');
  t.after(() => chat.close());
  await once(chat, 'listening');
  const { port } = chat.address() as AddressInfo;
  const yaml = (dryRun: boolean): string =>
    `${anyPorts}\nalerts: {dry_run: ${dryRun}, receivers: [{name: hook, webhook: {url: "http://127.0.0.1:${port}/hook"}}]}\n`;
  const { program, file, dataDirectory } = start(t, { yaml: yaml(true) });
  const { otlp, metrics, admin } = await program.listening();
  await program.logged(/^DRY RUN: NOBODY IS TOLD of anything/);
  await program.logged(/^failures would be told, but for the dry run, to: /);
  const ask = async <T>(url: string): Promise<T> => {
    const token = readFileSync(join(dataDirectory, 'admin-token'), 'utf8').trim();
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()) as T;
  };
  interface Health {
    status: string;
    components: Record<string, { status: string; detail?: string }>;
  }
  const health = await ask<Health>(`${metrics}/health`);
  assert.equal(health.status, 'degraded');
  assert.match(health.components['dry_run']!.detail!, /^alerts\.dry_run is on: nobody is told/);

  await sendSpans(otlp, { id: 1, name: 'GET /a', kind: 2, failed: true });
  const report = await eventually('something that would have been sent', async () => {
    const { items } = await ask<PageAnswer<SentDayAnswer>>(`${admin}/api/alerts/report`);
    return items.length > 0 && items;
  });
  assert.partialDeepStrictEqual(report[0], { receiver: 'hook', dry_run: true, posts: 1, edits: 0 });
  assert.match(report[0]!.examples[0]!.text, /GET \/a/);
  const counted = await (await fetch(`${metrics}/metrics`)).text();
  assert.match(counted, /tocsin_notifications_total\{receiver="hook",outcome="dry_run"} 1\n/);
  assert.match(counted, /tocsin_notifications_total\{receiver="hook",outcome="delivered"} 0\n/);
  assert.deepEqual(posted, []);

  writeFileSync(file, yaml(false));
  await program.logged(/^configuration reloaded; applied: alerts\.dry_run$/);
  await program.logged(/^the dry run is over/);
  await eventually('what still fires to be told', () => posted.length > 0);
  assert.ok(!('dry_run' in (await ask<Health>(`${metrics}/health`)).components));
  assert.equal(posted.length, 1);
});
