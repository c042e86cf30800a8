import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { shownText, SlackProcess } from '../e2e/support/slack.ts';
import { TocsinProcess } from '../e2e/support/tocsin.ts';
import { eventually } from '../support/eventually.ts';
import { Prometheus } from './support/prometheus.ts';

const slack = new SlackProcess();
let tocsin: TocsinProcess;
let token = '';

before(async () => {
  await slack.start();
  tocsin = new TocsinProcess(slack.environment);
  await tocsin.start();
  token = readFileSync(join(tocsin.dataDirectory, 'admin-token'), 'utf8').trim();
});
after(async () => {
  await tocsin.stop();
  await slack.stop();
});

const told = async (name: string): Promise<string | undefined> =>
  (await slack.messages()).map(shownText).findLast((text) => text.includes(name));

interface Alert {
  labels: Record<string, string>;
  status: { state: string };
}

suite('a real Prometheus', { timeout: 120_000 }, () => {
  test('has its alerts told by Tocsin, with their own labels', async () => {
    const { host } = new URL(tocsin.at.admin);
    const prometheus = await Prometheus.start(
      {},
      {
        alertmanager: { host, token },
        rules: [
          {
            alert: 'AlwaysWrong',
            expr: 'vector(1)',
            labels: { severity: 'page', service: 'till', team: 'ops' },
            annotations: { summary: 'It is wrong', runbook_url: 'https://wiki.example/wrong' },
          },
        ],
      },
    );
    try {
      const text = await eventually('it to be told', () => told('It is wrong'), 30_000);
      assert.match(text, /It is wrong/);
      const alerts = (await tocsin.api('/api/v2/alerts?filter=team%3D%22ops%22')) as Alert[];
      assert.deepEqual(
        alerts.map(({ labels, status }) => [labels['severity'], status.state]),
        [['page', 'active']],
      );
    } finally {
      await prometheus.stop();
    }
  });
});
