import type { Incident, IssueIncident } from '../alerting/incident.ts';
import type { Frame } from '../errors/error-event.ts';
import type { Issue } from '../issues/issue.ts';
import { type Circumstances, unknownCircumstances } from './circumstances.ts';
import { conditionMessage } from './condition-message.ts';
import type { IncidentActionName } from './incident-action.ts';
import { Links } from './links.ts';
import type { Fact, Message } from './message.ts';
import { newsSince } from './news.ts';
import { spanText } from './span-text.ts';
import { sparkline } from './sparkline.ts';

/**
 * The message for an incident as it is at one revision.
 * @param shownRevision what was shown of it before; 0 = nothing
 * @param offered what people can do about one that goes on
 */
export function incidentMessage(
  incident: Incident,
  shownRevision = 0,
  circumstances: Circumstances = unknownCircumstances,
  links: Pick<Links, 'of'> = new Links(),
  offered: readonly IncidentActionName[] = [],
): Message {
  if (incident.issue === undefined) return conditionMessage(incident, shownRevision, links, offered);
  const { issue } = incident;
  const where = issue.environment === '' ? issue.service : `${issue.service} (${issue.environment})`;
  return {
    state: incident.state,
    severity: issue.severity,
    title: titleOf(issue),
    summary: summary(incident, where),
    detail: issue.message === titleOf(issue) ? '' : issue.message,
    facts: facts(incident, where, circumstances),
    links: links.of({ incident, last: circumstances.last }),
    news: newsSince(incident, shownRevision),
    frames: issue.frames.map(frameText),
    footer: `${issue.shortId} · ${incident.alertname}`,
    incident,
    actions: offered.filter((name) => makesSense(name, incident)),
  };
}

function makesSense(name: IncidentActionName, { state, issue }: IssueIncident): boolean {
  return state === 'firing' && (name !== 'acknowledge' || issue.acknowledgedAt === undefined);
}

function summary(incident: IssueIncident, where: string): string {
  const { issue } = incident;
  const what = isToldByOperation(issue) ? titleOf(issue) : `${titleOf(issue)}: ${firstLine(issue.message)}`;
  if (incident.state === 'firing') return `[${firingText(incident)}] ${where}: ${what}`;
  return `[${(incident.endReason ?? 'quiet').toUpperCase()}] ${where}: ${what}`;
}

/** How bad it is, and why it is told, unless that is for the first time. */
function firingText({ alertname, issue }: IssueIncident): string {
  const why = {
    NewIssue: '',
    IssueRegressed: ', REGRESSED',
    IssueEscalating: issue.state === 'escalating' ? ', ESCALATING' : '',
    SwallowedFailure: ', SWALLOWED',
  };
  return `${issue.severity.toUpperCase()}${why[alertname]}`;
}

/** A failure without an exception has a message of our own making, which begins with the operation. */
function isToldByOperation({ message, operation }: Issue): boolean {
  return operation !== '' && message.startsWith(operation);
}

/** What failed, in one line. */
export function titleOf(issue: Issue): string {
  if (isToldByOperation(issue)) return firstLine(issue.message);
  if (issue.operation === '') return issue.type;
  return `${issue.type} in ${issue.operation}`;
}

function facts(incident: IssueIncident, where: string, { trend, last }: Circumstances): Fact[] {
  const { issue } = incident;
  const facts: Fact[] = [
    { name: 'Service', value: where },
    { name: 'Severity', value: issue.severity },
    { name: 'State', value: stateText(incident) },
    { name: 'Count', value: String(issue.count) },
    { name: 'First seen', value: { at: issue.firstSeen } },
    { name: 'Last seen', value: { at: issue.lastSeen } },
  ];
  const ofLate = trend.at(-1) ?? issue.count;
  if (ofLate < issue.count) facts.push({ name: 'Last hour', value: String(ofLate) });
  const hours = trend.filter((count) => count > 0).length;
  if (hours > 1) facts.push({ name: `Last ${trend.length} hours`, value: sparkline(trend) });
  if (issue.users > 0) facts.push({ name: 'Users', value: String(issue.users) });
  if (issue.pods > 1) facts.push({ name: 'Pods', value: String(issue.pods) });
  if (issue.likelyCause !== undefined) facts.push({ name: 'Likely cause', value: issue.likelyCause });
  if (issue.swallowed) facts.push({ name: 'Swallowed', value: 'what called it was told that all went well' });
  const deployment = deploymentText(issue);
  if (deployment !== undefined) facts.push({ name: 'Began', value: deployment });
  if (issue.lastVersion !== '') facts.push({ name: 'Version', value: issue.lastVersion });
  if (issue.class !== 'unknown') facts.push({ name: 'Class', value: issue.class });
  if (last !== undefined && last.supportCode !== '')
    facts.push({ name: 'Support code', value: last.supportCode });
  return facts;
}

/** Of what began later nobody thinks of the deployment. */
const longestAfterDeployment = 24 * 3_600_000;

/** `3 min after 1.4.2 appeared`; undefined if that says nothing. */
function deploymentText({ firstSeen, firstVersion, firstVersionAt }: Issue): string | undefined {
  if (firstVersion === '' || firstVersionAt === undefined) return undefined;
  const after = firstSeen - firstVersionAt;
  if (after > longestAfterDeployment) return undefined;
  return `${spanText(Math.max(0, after))} after ${firstVersion} appeared`;
}

function stateText(incident: IssueIncident): string {
  const { acknowledgedBy } = incident.issue;
  if (incident.state === 'firing')
    return acknowledgedBy === undefined ? incident.issue.state : `acknowledged by ${acknowledgedBy}`;
  if (incident.endReason === 'ignored') return 'ignored from now on';
  if (incident.endReason === 'quiet') return 'ended: no further event for a while';
  const by = incident.issue.resolvedBy;
  return by === undefined ? 'resolved' : `resolved by ${by}`;
}

function frameText(frame: Frame): string {
  const file = frame.file?.replace(/^file:\/\//, '');
  const where = file === undefined ? '' : frame.line === undefined ? file : `${file}:${frame.line}`;
  if (frame.function === undefined) return where;
  return where === '' ? frame.function : `${frame.function} (${where})`;
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? text : text.slice(0, end);
}
