import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryAnswer, PageAnswer } from '../../src/admin/contract.ts';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { failureType } from './support/failure-type.ts';
import { shownText, SlackProcess } from './support/slack.ts';
import { TocsinProcess } from './support/tocsin.ts';

const failures = 500;
/** `STORM_SECONDS=60 npm run e2e` for a storm that lasts. */
const seconds = Number(process.env['STORM_SECONDS'] ?? 10);
/** Of a channel in which nothing was ever told: half a burst, and one for each minute that passes. */
const mostOwnMessages = 5 + Math.ceil(seconds / 60);
/** Somewhere in the middle one that is worse than all others. */
const worst = 333;

suite(`${failures} different failures within ${seconds} s`, () => {
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

  const posted = async () => (await slack.messages()).filter(({ thread_ts }) => thread_ts === undefined);
  const digests = async () => (await posted()).filter(({ text }) => text.includes('more incidents in'));
  const deliveries = async () =>
    ((await tocsin.api('/api/deliveries?limit=1000')) as PageAnswer<DeliveryAnswer>).items;

  test('are all issues of their own, and each is told, by itself or in the digest', {
    timeout: 60_000 + 2_000 * seconds,
  }, async () => {
    for (let number = 0; number < failures; number++) {
      assert.ok(await tocsin.takes(failure(number)), `${number}`);
      await delay((seconds * 1000) / failures);
    }
    const issues = await eventually('all issues', async () => {
      const found = await tocsin.issues();
      return found.length === failures && found;
    });
    assert.ok(issues.every(({ count }) => count === 1));
    const told = await eventually(
      'all of it to be told',
      async () => {
        const all = await deliveries();
        return all.length === failures && all.every(isTold) && all;
      },
      60_000,
    );
    const own = told.filter(({ in_digest }) => !in_digest).length;
    assert.ok(own >= 5 && own <= mostOwnMessages, `${own} messages of their own`);
    const digest = await eventually(
      'the digest to count all others',
      async () => (await digests()).find(({ text }) => text.includes(` ${failures - own} more incidents`)),
      60_000,
    );
    assert.match(shownText(digest), new RegExp(`critical.*${failureType(worst)}`, 's'));
  });

  test('disturb with no more messages than the budget has, and wait as long as Slack asks for', async () => {
    assert.equal((await digests()).length, 1);
    const messages = await posted();
    assert.ok(messages.length <= mostOwnMessages + 1, `${messages.length} messages`);
    const posts = await slack.calls('chat.postMessage');
    // Slack takes one a second, and few at once: who was told so waits that long, and as few as that are told so.
    for (const [i, { outcome, at }] of posts.entries()) {
      if (outcome !== 'ratelimited') continue;
      assert.equal(posts[i + 1]?.outcome, 'ok');
      assert.ok(posts[i + 1]!.at - at >= 1_000);
    }
    const edits = await slack.calls('chat.update');
    assert.ok(edits.every(({ outcome }) => outcome === 'ok'));
    process.stdout.write(
      `${failures} failures within ${seconds} s: ${messages.length} messages by ${posts.length} tries, ${edits.length} edits\n`,
    );
  });
});

function isTold({ state, shown_revision, wanted_revision }: DeliveryAnswer): boolean {
  return state === 'shown' && shown_revision === wanted_revision;
}

function failure(number: number): Uint8Array<ArrayBuffer> {
  const exception = {
    type: failureType(number),
    message: 'it broke',
    ...(number === worst && { attributes: { 'tocsin.severity': 'critical' } }),
  };
  const span = {
    id: 1,
    trace: number + 1,
    name: 'POST /order',
    kind: 2,
    failed: true,
    exceptions: [exception],
  };
  return new Uint8Array(traceRequestBytes([span]));
}
