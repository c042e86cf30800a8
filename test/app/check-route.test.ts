import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { checkRoute } from '../../src/app/commands/check-route.ts';
import { loadWhole, temporaryDirectory, write } from '../config/support.ts';
import { Program } from './process.ts';

const receivers = ['slack', 'pager'].map(
  (name) => `{name: ${name}, slack: {webhook_url: "http://x/${name}"}}`,
);
const yaml = `alerts:
  receivers: [${receivers.join(', ')}]
  route:
    receiver: slack
    routes:
      - matchers: [severity=critical]
        receiver: pager
        continue: true
        mute_time_intervals: [night]
      - matchers: ['{service=~"a|b",type="x"}']
        group_by: [service, type]
        group_wait: 10s
        routes: [{match: {component: c}, repeat_interval: 1w}]
      - matchers: [service="payments"]
        receiver: pager
  time_intervals:
    - {name: night, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}]}]}
`;
const day = Date.parse('2026-11-30T12:00Z');

function ask(labels: string, now = day, text = yaml): { text: string; warnings: readonly string[] } {
  const { value, tree } = loadWhole(text);
  return checkRoute({ value: value!, tree }, labels, now);
}

suite('where an alert goes', () => {
  test('is where its rule says, if that names a receiver', () => {
    const text = `${yaml}  rules: [{name: Watchdog, receiver: pager}]\n`;
    assert.deepEqual(ask('alertname=Watchdog,severity=low', day, text), {
      text: 'pager\n  pager: its rule is for this receiver\n',
      warnings: [],
    });
    assert.match(ask('alertname=NewIssue,severity=low', day, text).text, /^slack\n/);
  });

  const table: [labels: string, expected: string[]][] = [
    ['', ['slack', '  slack: alerts.route (a.yaml:3)']],
    [
      'severity=critical',
      ['pager', '  pager: alerts.route.routes[0] (a.yaml:6) {severity="critical"}, continue'],
    ],
    [
      '{severity="critical", service="payments"}',
      [
        'pager,pager',
        '  pager: alerts.route.routes[0] (a.yaml:6) {severity="critical"}, continue',
        '  pager: alerts.route.routes[2] (a.yaml:14) {service="payments"}',
      ],
    ],
    [
      'service=a,type=x',
      [
        'slack',
        '  slack: alerts.route.routes[1] (a.yaml:10) {service=~"a|b", type="x"}, group_by [service, type], group_wait 10s',
      ],
    ],
    [
      'service=a,type=x,component=c',
      [
        'slack',
        '  slack: alerts.route.routes[1].routes[0] (a.yaml:13) {component="c"}, group_by [service, type], group_wait 10s, repeat_interval 7d',
      ],
    ],
  ];
  for (const [labels, expected] of table) {
    test(`{${labels}}`, () =>
      assert.deepEqual(ask(labels), { text: `${expected.join('\n')}\n`, warnings: [] }));
  }

  test('and that it waits at this time', () => {
    const { text } = ask('severity=critical', Date.parse('2026-11-30T22:00Z'));
    assert.match(text, /^pager\n {2}pager: .*, continue, now muted: it is night\n$/);
  });

  test('without any routes', () => {
    const all = ask('', day, `alerts: {receivers: [${receivers.join(', ')}]}`);
    assert.match(all.text, /^slack,pager\n {2}without alerts\.route, all are told of everything\n$/);
    assert.match(ask('', day, '').text, /^\n {2}nobody is told: there is no receiver\n$/);
  });

  test('is told together with labels that no alert has', () => {
    assert.match(ask('severty=critical,service=a').warnings.join(), /^no alert has a label severty, so that/);
  });

  test('is as docs/alerts.md shows it', () => {
    const page = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
    const [yaml = '', command = '', answer] = [...page.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(
      ([, text]) => text,
    );
    const [, labels = ''] = /--route (\S+) tocsin\.yaml/.exec(command) ?? [];
    const { value, tree } = loadWhole(yaml, { environment: { SLACK_BOT_TOKEN: 'xoxb-1' } });
    const { text } = checkRoute({ value: value!, tree }, labels, day);
    assert.equal(text.replaceAll('a.yaml', 'tocsin.yaml'), answer);
  });

  test('needs labels', () => {
    for (const wrong of ['severity', 'severity!=high', 'severity=~high'])
      assert.throws(() => ask(wrong), { name: 'MatcherInvalid' });
  });
});

suite('check --route', { concurrency: 3 }, () => {
  test('prints it for every alert that is asked for; warnings go elsewhere', async (t) => {
    const file = write(temporaryDirectory(t), 'a.yaml', yaml);
    const ended = await new Program(t, ['check', file, '--route', 'severity=high', '--route', 'team=x'])
      .ended;
    const slack = `slack\n  slack: alerts.route (${file}:3)\n`;
    assert.equal(ended.stdout, `${slack}\n${slack}`);
    assert.match(ended.stderr, /^--route: warning: no alert has a label team/m);
    assert.equal(ended.code, 0);
  });

  test('tells mistakes as ever, and nothing else', async (t) => {
    const file = write(temporaryDirectory(t), 'a.yaml', 'alerts: {route: {receiver: slack}}\n');
    const ended = await new Program(t, ['check', file, '--route', 'severity=high']).ended;
    assert.match(ended.stdout, /^[^\n]*a\.yaml:1:28: alerts\.route\.receiver: [^\n]*\n$/);
    assert.deepEqual([ended.code, ended.stderr], [1, '']);
  });

  test('says what is wrong with the labels', async (t) => {
    const { code, stdout, stderr } = await new Program(t, ['check', '--route', 'a!=b']).ended;
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^tocsin: --route: not the labels of an alert: labels are written as name=value/);
  });
});
