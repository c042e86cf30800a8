import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { EventAnswer, IssueAnswer, PageAnswer } from '../../src/admin/contract.ts';
import { SlackStandIn } from '../../src/demo/slack/server.ts';
import { eventually } from '../support/eventually.ts';
import { Program } from './process.ts';
import { anyPorts, sendSpans, start } from './support.ts';

const environment = {
  TOCSIN_ADMIN_TOKEN: 'hunter2',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=production',
};
const headers = { authorization: 'Bearer hunter2' };

/** Issues of Tocsin itself. */
async function ownIssues(admin: string): Promise<readonly IssueAnswer[]> {
  const answer = await fetch(`${admin}/api/issues?service=tocsin`, { headers });
  return ((await answer.json()) as PageAnswer<IssueAnswer>).items;
}

async function slackWith(t: TestContext, channel: string): Promise<{ slack: SlackStandIn; url: string }> {
  const slack = new SlackStandIn({ channels: [{ name: channel }] });
  const { url } = await slack.start();
  t.after(() => slack.stop());
  return { slack, url };
}

suite('a failure of Tocsin itself', () => {
  test('to tell one receiver is told to the other, and not by itself', async (t) => {
    const { slack, url } = await slackWith(t, 'ops');
    const receiver = (name: string, channel: string): string =>
      `{name: ${name}, slack: {token: xoxb-stand-in, channel: "${channel}", api_url: "${url}/api/"}}`;
    const yaml = `${anyPorts}\nalerts: {receivers: [${receiver('gone', '#gone')}, ${receiver('ops', '#ops')}]}\n`;
    const { program } = start(t, { yaml, environment });
    const { otlp, admin } = await program.listening();
    assert.equal(await sendSpans(otlp, { id: 1, failed: true }), 200);
    await eventually('both to be told', () => slack.messages.length === 2);
    assert.match(JSON.stringify(slack.messages), /Slack #gone refuses to be notified/);
    const [issue, ...others] = await ownIssues(admin);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [issue?.environment, issue?.severity, issue?.state, issue?.count],
      ['production', 'high', 'new', 1],
    );
    assert.match(
      issue!.message,
      /^Slack #gone refuses to be notified: Slack answered channel_not_found\. \w/,
    );
    const wanted = (await (
      await fetch(`${admin}/api/deliveries?limit=100`, { headers })
    ).json()) as PageAnswer<{
      receiver: string;
    }>;
    assert.deepEqual(wanted.items.map((each) => each.receiver).sort(), ['gone', 'ops', 'ops']);
  });

  test('that ends it is an issue after the restart, with where it was, and no secret of it', async (t) => {
    const bug = `process.on('SIGUSR2', function bug() {
      Promise.reject(new RangeError('no such thing: password=hunter3'));
    })`;
    const crashing = {
      ...environment,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug)}`,
    };
    const { program, file, dataDirectory } = start(t, { environment: crashing });
    await program.listening();
    const from = performance.now();
    program.signal('SIGUSR2');
    const { code, stderr } = await program.ended;
    assert.equal(code, 1);
    assert.ok(performance.now() - from < 2_000, 'it is not held up');
    assert.match(stderr, /TOCSIN CRASHES/);

    const again = { ...environment, TOCSIN_DATA_DIR: dataDirectory };
    const second = new Program(t, ['run', '--config', file], again);
    const { admin } = await second.listening();
    const [issue] = await ownIssues(admin);
    assert.deepEqual([issue?.type, issue?.severity, issue?.count], ['RangeError', 'critical', 1]);
    assert.match(issue!.message, /^no such thing: password=/);
    assert.doesNotMatch(issue!.message, /hunter3/);
    const events = (await (
      await fetch(`${admin}/api/issues/${issue!.id}/events`, { headers })
    ).json()) as PageAnswer<EventAnswer>;
    assert.equal(events.items[0]!.attributes['failure.kind'], 'Crash');
    assert.match(events.items[0]!.stack, /RangeError: no such thing/);
  });

  test('is none where all is well, from the start to the end', async (t) => {
    const { program } = start(t, { environment });
    const { otlp, admin } = await program.listening();
    assert.equal(await sendSpans(otlp, { id: 1, failed: true }), 200);
    assert.deepEqual(await ownIssues(admin), []);
    program.signal('SIGTERM');
    assert.equal((await program.ended).code, 0);
  });
});
