import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { EndReason, IssueIncident } from '../../src/alerting/incident.ts';
import { issueLabels } from '../../src/alerting/labels.ts';
import type { Issue } from '../../src/issues/issue.ts';
import type { Circumstances } from '../../src/notify/circumstances.ts';
import { incidentMessage } from '../../src/notify/incident-message.ts';
import { issue } from '../support/builders.ts';

const time = Date.UTC(2026, 0, 2);

function incidentOf(given: Partial<Issue>, around: Partial<IssueIncident> = {}): IssueIncident {
  const subject = { ...issue({ time }), ...given };
  return {
    labels: issueLabels('NewIssue', subject),
    severity: subject.severity,
    key: 'k',
    alertname: 'NewIssue',
    alerts: [],
    toldSwallowed: false,
    state: 'firing',
    revision: 1,
    stateRevision: 1,
    startsAt: time,
    lastHeardAt: time,
    endsAt: undefined,
    endReason: undefined,
    issue: subject,
    ...around,
  };
}

function factsOf(given: Partial<Issue>, circumstances?: Circumstances): Record<string, unknown> {
  return Object.fromEntries(
    incidentMessage(incidentOf(given), 0, circumstances).facts.map(({ name, value }) => [name, value]),
  );
}

suite('the message of an incident', () => {
  test('says what is known of the cause, the users and whether it was swallowed, and nothing of what is not', () => {
    const known = factsOf({ users: 3, likelyCause: 'POST payments:8080 → 503', swallowed: true });
    assert.partialDeepStrictEqual(known, {
      Users: '3',
      'Likely cause': 'POST payments:8080 → 503',
      Swallowed: 'what called it was told that all went well',
    });
    const unknown = Object.keys(factsOf({}));
    assert.deepEqual(
      unknown.filter((name) => ['Users', 'Likely cause', 'Swallowed', 'Began'].includes(name)),
      [],
    );
  });

  test('says how often it happens, how that went, on how many pods, and what to tell support', () => {
    const trend = [...Array<number>(22).fill(0), 40, 2];
    const facts = factsOf({ count: 42, pods: 3 }, { trend, last: { traceId: '', supportCode: 'TOC-1' } });
    assert.partialDeepStrictEqual(facts, {
      Count: '42',
      'This hour': '2',
      'Last 24 hours': `${'▁'.repeat(22)}█▂`,
      Pods: '3',
      'Support code': 'TOC-1',
    });
    const first = factsOf(
      { count: 2, pods: 1 },
      { trend: [...Array<number>(23).fill(0), 2], last: undefined },
    );
    assert.equal(first['Count'], '2');
    assert.deepEqual(
      Object.keys(first).filter((name) =>
        ['This hour', 'Last 24 hours', 'Pods', 'Support code'].includes(name),
      ),
      [],
    );
  });

  test('says what people need first, first; and when it is over, for how long it went on', () => {
    const trend = [...Array<number>(22).fill(0), 40, 2];
    const given = { count: 42, users: 3, pods: 3, likelyCause: 'x', swallowed: true, lastSeen: time + 1 };
    const circumstances = { trend, last: { traceId: '', supportCode: 'TOC-1' } };
    assert.deepEqual(Object.keys(factsOf({ ...given, class: 'timeout' }, circumstances)), [
      'Service',
      'Version',
      'Severity',
      'State',
      'Swallowed',
      'Likely cause',
      'Count',
      'This hour',
      'Users',
      'Pods',
      'Last 24 hours',
      'First seen',
      'Last seen',
      'Support code',
      'Class',
    ]);
  });

  test('says nothing twice: not when it was last seen if that was the first time', () => {
    const { 'First seen': first, 'Last seen': last } = factsOf({});
    assert.deepEqual([first, last], [{ at: time }, undefined]);
  });

  const over: [reason: EndReason, lasted: string | undefined][] = [
    ['resolved', '50 min'],
    ['quiet', '20 min'],
  ];
  for (const [endReason, lasted] of over) {
    test(`says for how long it went on until it was ${endReason}`, () => {
      const minute = 60_000;
      const given = { endsAt: time + 50 * minute, lastHeardAt: time + 20 * minute, endReason };
      const { facts } = incidentMessage(incidentOf({}, { state: 'ended', ...given }));
      assert.equal(facts.find(({ name }) => name === 'Lasted')?.value, lasted);
    });
  }

  test('says of a receiver that fails what its message says, which names it', () => {
    const message = 'Slack #alerts refuses to be notified: Slack answered invalid_auth';
    const { summary, title } = incidentMessage(
      incidentOf({
        service: 'tocsin',
        component: 'notify',
        operation: 'notify slack',
        environment: '',
        message,
      }),
    );
    assert.deepEqual([summary, title], [`[HIGH] tocsin: ${message}`, 'Slack #alerts refuses to be notified']);
  });

  const began: [after: number, wanted: string | undefined][] = [
    [0, '0 s after 1.4.2 appeared'],
    [-5_000, '0 s after 1.4.2 appeared'],
    [59_000, '59 s after 1.4.2 appeared'],
    [180_000, '3 min after 1.4.2 appeared'],
    [3 * 3_600_000, '3 h after 1.4.2 appeared'],
    [25 * 3_600_000, undefined],
  ];
  for (const [after, wanted] of began) {
    test(`says of what began ${after} ms after its version: ${wanted}`, () => {
      assert.equal(factsOf({ firstVersion: '1.4.2', firstVersionAt: time - after })['Began'], wanted);
    });
  }

  test('offers what can be done, as long as it goes on: to acknowledge it once', () => {
    const offered = (incident: IssueIncident) =>
      incidentMessage(incident, 0, undefined, undefined, ['acknowledge', 'resolve', 'ignore']).actions;
    assert.deepEqual(offered(incidentOf({})), ['acknowledge', 'resolve', 'ignore']);
    assert.deepEqual(offered(incidentOf({ acknowledgedAt: time })), ['resolve', 'ignore']);
    assert.deepEqual(offered(incidentOf({}, { state: 'ended' })), []);
    assert.deepEqual(incidentMessage(incidentOf({})).actions, []);
  });
});
