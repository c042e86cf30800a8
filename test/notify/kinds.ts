import { evaluateDeployments } from '../../src/alerting/deployment.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import type { Incident, IssueIncident } from '../../src/alerting/incident.ts';
import { issueRuleDefaults, type IssueRules } from '../../src/alerting/issue-rules.ts';
import { testMessage } from '../../src/app/commands/notify.ts';
import { ownFailureEvent } from '../../src/app/composition/own-failure-event.ts';
import type { Severity } from '../../src/errors/error-event.ts';
import type { Issue, IssueChangeKind } from '../../src/issues/issue.ts';
import { applyEvent } from '../../src/issues/lifecycle.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { type Circumstances, unknownCircumstances } from '../../src/notify/circumstances.ts';
import { digestMessage } from '../../src/notify/digest-message.ts';
import { newsOfGroup, withGroup } from '../../src/notify/group-message.ts';
import { repeated } from '../../src/notify/message-maker.ts';
import { incidentMessage } from '../../src/notify/incident-message.ts';
import { Links, parseLink } from '../../src/notify/links.ts';
import type { Message } from '../../src/notify/message.ts';
import type { Outcome } from '../../src/notify/receiver.ts';
import { slackOutcome } from '../../src/notify/receivers/slack-errors.ts';
import { Events } from '../../src/telemetry/events.ts';
import type { OwnFailure } from '../../src/telemetry/own-failure.ts';
import { issue } from '../support/builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { errorRate, silence } from './condition-kinds.ts';
import { hostile } from './receivers/support.ts';

/** A message as people are to see it. */
export interface Kind {
  /** In lower case, with dashes. */
  name: string;
  /** What is shown already, in place of which it comes; undefined where it is posted. */
  before: Message | undefined;
  message: Message;
}

const second = 1_000;
const minute = 60 * second;
/** When somebody is woken by it. */
export const now = Date.UTC(2026, 0, 2, 3, 41, 5);

const links = new Links({
  trace: parseLink('https://tempo.example/trace/{{ trace_id }}'),
  logs: parseLink('https://grafana.example/explore?service={{ service }}&trace={{ trace_id }}'),
  runbook: parseLink('https://wiki.example/runbooks/{{ service }}'),
  console: parseLink('https://tocsin.example/issues/{{ issue_id }}'),
});

const inApp = true;
const frames = [
  { function: 'chargeCard', file: '/app/src/payments/client.ts', line: 88, inApp },
  { function: 'placeOrder', file: '/app/src/orders/place-order.ts', line: 41, inApp },
  { file: '/app/src/routes/orders.ts', line: 17, inApp },
];

const fresh: Issue = {
  ...issue({
    time: now - 2 * second,
    service: 'checkout',
    version: '1.4.2',
    type: 'GatewayTimeoutError',
    message: 'payments did not answer within 2000 ms',
    class: 'timeout',
    component: 'undici',
    operation: 'POST /orders',
    fingerprint: '1:gateway-timeout',
  }),
  frames,
};

const last = { traceId: '0af7651916cd43dd8448eb211c80319c', supportCode: 'TOC-1BVPA68P' };
const trend = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 1, 0, 14, 221, 1043];
const known: Circumstances = { trend, last };

/** All that can be known of one. */
const busy: Issue = {
  ...fresh,
  count: trend.reduce((sum, count) => sum + count),
  users: 312,
  pods: 4,
  firstSeen: now - 13 * 60 * minute,
  lastSeen: now - 4 * second,
  firstVersion: '1.4.2',
  firstVersionAt: now - 13 * 60 * minute - 3 * minute,
  likelyCause: 'POST payments:8080 → 503',
};
const first: Circumstances = { trend: [...Array<number>(23).fill(0), 1], last };

const allSeverities: IssueRules = {
  ...issueRuleDefaults,
  rules: Object.fromEntries(
    Object.entries(issueRuleDefaults.rules).map(([name, rule]) => [name, { ...rule, severity: 'low' }]),
  ),
};

type Step = [input: IssueChangeKind | 'quiet', given: Partial<Issue>];

/** What became of an incident of this issue, a step every ten minutes until now. */
function incident(steps: readonly Step[], of: Issue): IssueIncident {
  let made: IssueIncident | undefined;
  let current = of;
  for (const [i, [input, given]] of steps.entries()) {
    current = { ...current, ...given };
    const at = now - (steps.length - 1 - i) * 10 * minute;
    made = nextIncident(made, input, current, at, allSeverities) ?? made;
  }
  return made!;
}

/** The message after the last of the steps, where that before it is shown. */
function after(
  name: string,
  steps: readonly Step[],
  { of = busy, circumstances = known }: { of?: Issue; circumstances?: Circumstances } = {},
): Kind {
  const before = steps.length === 1 ? undefined : incident(steps.slice(0, -1), of);
  const told = incident(steps, of);
  return {
    name,
    before: before && incidentMessage(before, 0, circumstances, links),
    message: incidentMessage(told, before?.revision ?? 0, circumstances, links),
  };
}

const created: Step = ['created', {}];
const resolvedAt = now - 9 * minute;
const resolved: Step = ['resolved', { state: 'resolved', resolvedAt, resolvedBy: 'alice' }];

function ofSeverity(severity: Severity): Kind {
  return after(`new-${severity}`, [['created', { severity }]], { of: fresh, circumstances: first });
}

const failedJob = issue({
  time: now - 2 * second,
  service: 'reports',
  environment: '',
  version: '',
  type: 'JobFailed',
  message: 'nightly-import failed: 3 of 12 files could not be read',
  operation: 'nightly-import',
  frames: [],
  fingerprint: '1:job',
});

/** Every text that an app has a say in is this. */
function saying(text: string): Issue {
  const frame = { function: text, file: text, line: 7, inApp };
  return {
    ...fresh,
    service: text,
    environment: text,
    type: text,
    message: text,
    operation: `POST ${text}`,
    component: text,
    likelyCause: text,
    firstVersion: text,
    firstVersionAt: fresh.firstSeen,
    lastVersion: text,
    frames: [frame, frame, frame],
  };
}

/** As the dispatcher tells of a receiver that takes nothing, through another. */
function outage(): Kind {
  const told: OwnFailure[] = [];
  const tell = (failure: OwnFailure): number => told.push(failure);
  const events = new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(1000), tell);
  const { reason, remedy } = slackOutcome('not_in_channel') as Extract<Outcome, { kind: 'refused' }>;
  events.receiverOut('ReceiverRefused', 'slack', 'Slack #alerts', `${reason}. ${remedy}`);
  const failure = ownFailureEvent(told[0]!, { version: '0.1.0', environment: 'production' }, now - second);
  const of = applyEvent(undefined, failure.describe()).issue;
  return after('outage', [created], { of, circumstances: unknownCircumstances });
}

const several: readonly IssueIncident[] = ((): IssueIncident[] => {
  const each: [service: string, severity: Severity, type: string, operation: string][] = [
    ['checkout', 'critical', 'GatewayTimeoutError', 'POST /orders'],
    ['payments', 'critical', 'ConnectionRefusedError', 'POST /charge'],
    ['search', 'high', 'CircuitOpenError', 'GET /search'],
    ['search', 'high', 'TypeError', 'GET /suggest'],
    ['mailer', 'high', 'SMTPError', 'send-receipt'],
  ];
  return each.map(([service, severity, type, operation]) =>
    incident([created], issue({ service, severity, type, operation, fingerprint: `1:${type}` })),
  );
})();

/** A version that was to mend it did not. */
function deployed(): Kind {
  const before = incident([created, ['occurred', {}], ['occurred', { lastVersion: '1.4.3' }]], busy);
  const deployment = { incident: before, version: '1.4.3', at: now - 5 * minute };
  const [told] = evaluateDeployments([deployment], () => undefined) as [IssueIncident];
  return {
    name: 'deployed',
    before: incidentMessage(before, 0, known, links),
    message: incidentMessage(told, before.revision, known, links),
  };
}

function digest(): Kind {
  const told = { count: 37, since: now - 5 * minute, worst: several };
  return { name: 'digest', before: undefined, message: digestMessage(told, now) };
}

/** As is told where alerts are told together: of seven more, three of which people hear of now. */
function group(): Kind {
  const head = incident([created], busy);
  const before = incidentMessage(head, 0, known, links);
  const message = withGroup(incidentMessage(head, head.revision, known, links), { count: 7, worst: several });
  return { name: 'group', before, message: { ...message, news: newsOfGroup(several.slice(0, 3)) } };
}

function conditions(): Kind[] {
  const { firing, over } = errorRate(now);
  const shown = (incident: Incident, revision = 0): Message =>
    incidentMessage(incident, revision, unknownCircumstances, links);
  const again = (message: Message): Message => repeated(message, 4 * 60 * minute, now - 4 * 60 * minute);
  return [
    { name: 'error-rate', before: undefined, message: shown(firing) },
    { name: 'error-rate-over', before: shown(firing), message: shown(over, firing.revision) },
    { name: 'error-rate-goes-on', before: shown(firing), message: again(shown(firing, firing.revision)) },
    { name: 'silent', before: undefined, message: shown(silence(now)) },
  ];
}

const sentence = 'The quick brown fox jumps over the lazy dog, and then does it once more. ';

/** Every kind of message that there is, and what may be in one. */
export const kinds: readonly Kind[] = [
  ...(['critical', 'high', 'medium', 'low'] as const).map(ofSeverity),
  after('everything', [['created', { severity: 'critical' }]]),
  after('job-without-environment', [created], { of: failedJob, circumstances: unknownCircumstances }),
  after('goes-on', [created, ['occurred', busy]], { of: fresh }),
  after('regressed', [created, resolved, ['regressed', { state: 'regressed', lastVersion: '1.4.3' }]]),
  after('escalating', [created, ['escalated', { ...busy, state: 'escalating' }]], { of: fresh }),
  after('swallowed', [created, ['amended', { swallowed: true }]]),
  after('no-longer-ignored', [
    created,
    ['ignored', { state: 'ignored' }],
    ['returned', { state: 'ongoing' }],
  ]),
  after('worsened', [
    ['created', { severity: 'high' }],
    ['occurred', { severity: 'critical' }],
  ]),
  deployed(),
  after('acknowledged', [
    created,
    ['acknowledged', { acknowledgedBy: 'bob', acknowledgedAt: now, state: 'ongoing' }],
  ]),
  after('resolved', [created, resolved]),
  after('ignored', [created, ['ignored', { state: 'ignored' }]]),
  after('quiet', [created, ['occurred', {}], ['quiet', {}]]),
  after('long', [created], { of: saying(sentence.repeat(80)), circumstances: first }),
  after('hostile', [created], { of: saying(hostile), circumstances: first }),
  ...conditions(),
  digest(),
  group(),
  outage(),
  { name: 'test', before: undefined, message: testMessage(now) },
];
