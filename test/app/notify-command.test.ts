import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { SlackStandIn } from '../../src/demo/slack/server.ts';
import { temporaryDirectory, write } from '../config/support.ts';
import { Program } from './process.ts';

async function startSlack(t: TestContext) {
  const slack = new SlackStandIn({ tokens: ['xoxb-right'], channels: [{ name: 'alerts' }] });
  const { url } = await slack.start();
  t.after(() => slack.stop());
  return {
    slack,
    environment: { SLACK_BOT_TOKEN: 'xoxb-right', SLACK_CHANNEL: '#alerts', SLACK_API_URL: `${url}/api/` },
  };
}

suite('the command notify', { concurrency: 4 }, () => {
  test('sends one test notification, and says that it was taken', async (t) => {
    const { slack, environment } = await startSlack(t);
    const { code, stdout, stderr } = await new Program(t, ['notify', 'slack'], environment).ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Slack #alerts: the test notification was taken/);
    assert.equal(slack.messages.length, 1);
    assert.equal(slack.messages[0]?.text, '[TEST] Tocsin can reach you here');
  });

  test('hears of no buttons: it only tells', async (t) => {
    const { slack, environment } = await startSlack(t);
    const slackOf = `token: xoxb-right, channel: "#alerts", api_url: "${environment.SLACK_API_URL}", app_token: xapp-1`;
    const yaml = `alerts: {receivers: [{name: slack, slack: {${slackOf}}}]}\n`;
    const file = write(temporaryDirectory(t), 'buttons.yaml', yaml);
    const { code, stderr } = await new Program(t, ['notify', '--config', file, 'slack']).ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(
      slack.calls.map(({ method }) => method),
      ['auth.test', 'chat.postMessage'],
    );
  });

  const refused: [name: string, given: Record<string, string>, args: string[], code: number, says: RegExp][] =
    [
      ['a wrong token', { SLACK_BOT_TOKEN: 'xoxb-wrong' }, ['slack'], 1, /invalid_auth.*OAuth/s],
      [
        'a channel that is not there',
        { SLACK_CHANNEL: '#nowhere' },
        ['slack'],
        1,
        /channel_not_found.*SLACK_CHANNEL/s,
      ],
      ['a name that is nearly right', {}, ['slak'], 1, /no receiver slak: did you mean slack\?/],
      ['no name', {}, [], 2, /notify needs one RECEIVER/],
    ];
  for (const [name, given, args, code, says] of refused) {
    test(`says what is wrong with ${name}`, async (t) => {
      const { slack, environment } = await startSlack(t);
      const ended = await new Program(t, ['notify', ...args], { ...environment, ...given }).ended;
      assert.equal(ended.code, code);
      assert.match(ended.stderr, says);
      assert.equal(slack.messages.length, 0);
      assert.doesNotMatch(ended.stderr, /xoxb-\w/);
    });
  }

  test('says how to have a receiver where there is none', async (t) => {
    const { code, stderr } = await new Program(t, ['notify', 'slack']).ended;
    assert.equal(code, 1);
    assert.match(stderr, /no receiver is configured: set SLACK_BOT_TOKEN/);
  });
});
