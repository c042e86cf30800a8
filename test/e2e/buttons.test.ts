import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { HistoryAnswer, PageAnswer } from '../../src/admin/contract.ts';
import type { RecordedMessage } from '../../src/demo/slack/history.ts';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { appToken, shownText, SlackProcess } from './support/slack.ts';
import { TocsinProcess } from './support/tocsin.ts';

/** A person in Slack, with the bundle at the other end of Socket Mode. */
suite('buttons', () => {
  const slack = new SlackProcess('--app-token', appToken);
  let tocsin: TocsinProcess;

  before(async () => {
    await slack.start();
    tocsin = new TocsinProcess({}, { alerts: { receivers: [slack.receiver] } });
    await tocsin.start();
  });
  after(async () => {
    await tocsin?.stop();
    await slack.stop();
  });

  const connected = (times: number): Promise<unknown> =>
    eventually(`connection ${times}`, async () => {
      const { open, opened } = await slack.sockets();
      return open === 1 && opened === times;
    });
  const fail = async (trace: number, type: string): Promise<void> => {
    const exceptions = [{ type, message: 'refused' }];
    const span = { trace, id: 1, name: 'POST /order', kind: 2, failed: true, exceptions };
    assert.ok(await tocsin.takes(new Uint8Array(traceRequestBytes([span]))));
  };
  const message = (pattern: RegExp): Promise<RecordedMessage> =>
    eventually(
      `a message like ${pattern}`,
      async () => (await slack.messages()).find((each) => pattern.test(each.text + shownText(each))),
      20_000,
    );

  test('resolve an issue, which its message then says', async () => {
    await connected(1);
    await fail(1, 'CardError');
    const posted = await message(/CardError/);
    const { outcome, millis } = await slack.press(posted, 'tocsin_resolve');
    assert.equal(outcome, 'acknowledged');
    assert.ok(millis < 1_000, `${millis} ms`);
    // What is acknowledged is done.
    const [issue] = await tocsin.issues();
    assert.equal(issue?.state, 'resolved');
    const { items } = (await tocsin.api(`/api/issues/${issue.id}/history`)) as PageAnswer<HistoryAnswer>;
    assert.deepEqual(
      items.map(({ by, action }) => [by, action]),
      [['jane (Slack U0JANE)', 'resolve']],
    );
    const edited = await message(/^\[RESOLVED] /);
    assert.equal(edited.ts, posted.ts);
    assert.match(shownText(edited), /resolved by jane \(Slack U0JANE\)/);
    assert.doesNotMatch(JSON.stringify(edited.blocks), /"actions"/);
  });

  test('work when Slack has moved the connection, or the network has cut it off', async () => {
    await slack.disconnect('refresh_requested');
    await connected(2);
    await slack.disconnect();
    await connected(3);
    await fail(2, 'StockError');
    const posted = await message(/StockError/);
    assert.equal((await slack.press(posted, 'tocsin_acknowledge')).outcome, 'acknowledged');
    await message(/StockError[^]*acknowledged by jane/);
    assert.deepEqual((await slack.sockets()).complaints, []);
    assert.equal(await tocsin.sum('tocsin_button_presses_total', { outcome: 'done' }), 2);
  });

  test('go on working after a restart, for messages from before it', async () => {
    const before = performance.now();
    assert.deepEqual(await tocsin.stop(), { code: 0, signal: null });
    assert.ok(performance.now() - before < 3_000, 'nobody waits for Slack at the end');
    await tocsin.start();
    await connected(4);
    const posted = (await slack.messages()).find(({ text }) => text.includes('StockError'))!;
    assert.equal((await slack.press(posted, 'tocsin_ignore')).outcome, 'acknowledged');
    await message(/^\[IGNORED] /);
    assert.deepEqual(await slack.ephemerals(), []);
    assert.doesNotMatch(tocsin.log.join('\n'), /xapp-|xoxb-|ticket=/);
  });
});
