import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../bench/payload/random.ts';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { shownText, SlackProcess } from './support/slack.ts';
import { TocsinProcess } from './support/tocsin.ts';

/** `KILLS=200 npm run e2e` for a long run. */
const kills = Number(process.env['KILLS'] ?? 6);
const senders = 4;
const seed = 20261123;

const slack = new SlackProcess();
let tocsin: TocsinProcess;
before(async () => {
  await slack.start();
  tocsin = new TocsinProcess(slack.environment);
  await tocsin.start();
});
after(async () => {
  await tocsin?.stop();
  await slack.stop();
});

/** Sends failures one after the other, each again and again until it is answered 200, as SDKs do. */
async function stream(next: () => number, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    const number = next();
    const exceptions = [{ type: 'PaymentError', message: `order ${number} was not paid` }];
    const body = new Uint8Array(
      traceRequestBytes([{ id: 1, trace: number, name: 'POST /order', kind: 2, failed: true, exceptions }]),
    );
    while (!(await tocsin.takes(body))) await delay(10);
  }
}

test(`killed ${kills} times while failures stream in, it has counted each that it took once, and told of them in one message`, {
  timeout: 60_000 + kills * 5_000,
}, async () => {
  const random = seededRandom(seed);
  let sent = 0;
  let over = false;
  const streams = Array.from({ length: senders }, () =>
    stream(
      () => ++sent,
      () => over,
    ),
  );
  await eventually('the first message', async () => (await slack.messages()).length > 0);
  for (let kill = 0; kill < kills; kill++) {
    await delay(100 + random() * 900);
    await tocsin.stop('SIGKILL');
    await tocsin.start();
  }
  await delay(300);
  over = true;
  await Promise.all(streams);

  const [issue, ...others] = await tocsin.issues();
  assert.deepEqual(others, []);
  assert.equal(issue?.count, sent);
  await tocsin.api(`/api/issues/${issue.id}/resolve`, 'POST');
  const message = await eventually('the message to show the end', async () => {
    // That it was resolved is said in its thread as well.
    const messages = (await slack.messages()).filter(({ thread_ts }) => thread_ts === undefined);
    assert.equal(messages.length, 1);
    return messages.find(({ text }) => text.includes('RESOLVED'));
  });
  assert.match(shownText(message), new RegExp(`Count: ${sent}\\n`));
  await isTruth(message.edits.length);
  await tocsin.stop();
  const database = new DatabaseSync(join(tocsin.dataDirectory, 'tocsin.db'));
  assert.deepEqual(
    database
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => row['integrity_check']),
    ['ok'],
  );
  database.close();
  process.stdout.write(
    `${kills} × kill -9: ${sent} failures sent, ${issue.count} counted, 1 message with ${message.edits.length} edits\n`,
  );
});

/** What the timeline says of the one alert happened, and once. What was done but could not be noted was done again: no more edits than kills. */
async function isTruth(edits: number): Promise<void> {
  const alerts = (await tocsin.api('/api/alerts')) as { items: { id: string }[] };
  const path = `/api/alerts/${alerts.items[0]!.id}/timeline`;
  const { items } = (await tocsin.api(path)) as { items: { kind: string; count: number }[] };
  const noted = (kind: string): number =>
    items.filter((entry) => entry.kind === kind).reduce((sum, { count }) => sum + count, 0);
  for (const kind of ['raised', 'routed', 'sent', 'resolved', 'ended']) assert.equal(noted(kind), 1, kind);
  assert.ok(noted('edited') <= edits && noted('edited') >= edits - kills, `${noted('edited')} of ${edits}`);
}
