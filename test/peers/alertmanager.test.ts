import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, suite, test } from 'node:test';
import type { IssueIncident } from '../../src/alerting/incident.ts';
import { noProxies } from '../../src/config/proxies.ts';
import { HttpSender } from '../../src/notify/http/http-sender.ts';
import { incidentMessage } from '../../src/notify/incident-message.ts';
import { AlertmanagerReceiver } from '../../src/notify/receivers/alertmanager.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { contents, ended, incident, never, referenceOf } from '../notify/receivers/support.ts';
import { issue } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd as WebhookServer } from '../support/otlp-back-end.ts';
import { TestClock } from '../support/test-clock.ts';
import { Alertmanager, type KnownAlert } from './support/alertmanager.ts';

interface Notification {
  status: 'firing' | 'resolved';
  groupLabels: Record<string, string>;
  alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[];
}

suite('a real Alertmanager', { timeout: 120_000 }, () => {
  const people = new WebhookServer();
  let alertmanager: Alertmanager;
  before(async () => {
    alertmanager = await Alertmanager.start(`${await people.start()}/notify`);
    await eventually('it to be up', () => alertmanager.alerts());
  });
  after(() => Promise.all([alertmanager.stop(), people.stop()]));

  const receiver = (clock = new TestClock(Date.now()), sendResolved = true): AlertmanagerReceiver => {
    const urls = [`${alertmanager.url}/`];
    const options = { name: 'am', urls, labels: {}, headers: {}, resolveMillis: 3_600_000, sendResolved };
    const http = new HttpSender({ clock: systemClock, proxies: noProxies, timeoutMillis: 30_000 });
    return new AlertmanagerReceiver(options, http, clock);
  };
  /** An incident of a failure of its own, which began a second ago. */
  const failing = (name: string, given: Partial<IssueIncident> = {}): IssueIncident =>
    incident({
      key: name.padStart(32, '0'),
      issue: issue({ fingerprint: `1:${name}`, service: name }),
      startsAt: Date.now() - 1000,
      ...given,
    });
  const endOf = (of: IssueIncident): IssueIncident =>
    ended({ key: of.key, issue: of.issue, startsAt: of.startsAt, endsAt: Date.now() });
  const known = async (service: string): Promise<readonly KnownAlert[]> =>
    ((await alertmanager.alerts()) ?? []).filter(({ labels }) => labels['service'] === service);
  const told = (service: string): Notification[] =>
    people.received
      .map(({ body }) => JSON.parse(body.toString()) as Notification)
      .filter(({ groupLabels }) => groupLabels['service'] === service);

  test('is found good by its status', async () => {
    assert.equal(await receiver().verify(never), undefined);
  });

  test('tells people when an incident begins, and when it has ended', async () => {
    const subject = receiver();
    const began = failing('begins');
    const shown = referenceOf(await subject.notify(incidentMessage(began), undefined, never));
    const [firing] = await eventually('people to be told', () => told('begins').length > 0 && told('begins'));
    assert.equal(firing!.status, 'firing');
    assert.equal(firing!.alerts[0]!.labels['issue'], began.issue.shortId);
    assert.match(firing!.alerts[0]!.annotations['summary']!, /^\[HIGH\] begins \(production\): PaymentError/);
    const [alert] = await known('begins');
    assert.equal(alert!.status.state, 'active');
    await subject.notify(incidentMessage(endOf(began)), shown, never);
    await eventually('the end to be told', () => told('begins').at(-1)?.status === 'resolved');
    assert.deepEqual(await known('begins'), []);
    subject.close();
  });

  test('tells of a severity that rises as of a new alert, and that the one before is over', async () => {
    const subject = receiver();
    const first = failing('rises');
    const shown = referenceOf(await subject.notify(incidentMessage(first), undefined, never));
    const worse = failing('rises', { issue: { ...first.issue, severity: 'critical' }, revision: 2 });
    await subject.notify(incidentMessage(worse), shown, never);
    const severities = (await known('rises')).map(({ labels }) => labels['severity']);
    assert.deepEqual(severities, ['critical']);
    subject.close();
  });

  test('does not fall into the merge trap: one of two Tocsins that is over ends nothing', async () => {
    const [one, other] = [receiver(undefined, false), receiver(undefined, false)];
    const both = failing('fleet');
    const shown = referenceOf(await one.notify(incidentMessage(both), undefined, never));
    await other.notify(incidentMessage(both), undefined, never);
    await one.notify(incidentMessage(endOf(both)), shown, never);
    assert.equal((await known('fleet')).length, 1);
    one.close();
    other.close();
  });

  test('that has forgotten everything knows what fires within a minute', async () => {
    const clock = new TestClock(Date.now());
    const subject = receiver(clock);
    await subject.notify(incidentMessage(failing('forgotten')), undefined, never);
    await alertmanager.restart();
    await eventually('it to be up again', () => alertmanager.alerts());
    assert.deepEqual(await known('forgotten'), []);
    clock.advance(60_000);
    await eventually('it to know', async () => (await known('forgotten')).length === 1);
    subject.close();
  });

  for (const [name, message] of contents) {
    test(`takes ${name}`, async () => {
      const outcome = await receiver().notify(message, undefined, never);
      assert.equal(outcome.kind, 'delivered', JSON.stringify(outcome));
    });
  }

  test('lists an alert by amtool, and silences it by its labels', async () => {
    const subject = receiver();
    const { issue: of } = failing('silenced');
    await subject.notify(incidentMessage(failing('silenced')), undefined, never);
    const amtool = (...args: string[]): string => {
      const { stdout, stderr, status } = spawnSync(
        'amtool',
        [...args, `--alertmanager.url=${alertmanager.url}`],
        {
          encoding: 'utf8',
        },
      );
      assert.equal(status, 0, stderr);
      return stdout;
    };
    assert.match(amtool('alert', 'query', 'service=silenced'), /NewIssue/);
    amtool('silence', 'add', `issue=${of.shortId}`, '--comment=known', '--author=test', '--duration=1h');
    await eventually(
      'it to be silenced',
      async () => (await known('silenced'))[0]?.status.state === 'suppressed',
    );
    subject.close();
  });
});
