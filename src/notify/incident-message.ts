import type { Incident, IssueIncident } from '../alerting/incident.ts';
import { isAboutNotifying } from '../conventions/own-failures.ts';
import type { Frame } from '../errors/error-event.ts';
import type { Issue } from '../issues/issue.ts';
import { type Circumstances, unknownCircumstances } from './circumstances.ts';
import { conditionMessage } from './condition-message.ts';
import type { IncidentActionName } from './incident-action.ts';
import { Links } from './links.ts';
import type { Fact, Message } from './message.ts';
import { deployedText, newsSince } from './news.ts';
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
    detail: issue.message,
    facts: facts(incident, where, circumstances),
    links: links.of({ incident, last: circumstances.last }),
    news: newsSince(incident, shownRevision),
    frames: issue.frames.map(frameText),
    footer: `${issue.shortId} · ${incident.alertname}`,
    incident,
    actions: offered.filter((name) => makesSense(name, incident)),
    circumstances,
  };
}

function makesSense(name: IncidentActionName, { state, issue }: IssueIncident): boolean {
  return state === 'firing' && (name !== 'acknowledge' || issue.acknowledgedAt === undefined);
}

function summary(incident: IssueIncident, where: string): string {
  const { issue } = incident;
  const said = firstLine(issue.message);
  const what = isToldByMessage(issue) ? said : `${titleOf(issue)}: ${said}`;
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

/**
 * A message of our own making: that of a failure without an exception begins with the operation, and that of a receiver says which it is.
 */
function isToldByMessage(issue: Issue): boolean {
  const { message, operation } = issue;
  return isAboutNotifying(issue) || (operation !== '' && message.startsWith(operation));
}

/** What failed, in one line. */
export function titleOf(issue: Issue): string {
  // What is wrong with a receiver, and what to do, comes after what it is.
  if (isAboutNotifying(issue)) return firstLine(issue.message).split(': ')[0]!;
  if (isToldByMessage(issue)) return firstLine(issue.message);
  if (issue.operation === '') return issue.type;
  return `${issue.type} in ${issue.operation}`;
}

/** What people need first comes first: where, how bad, why, how much, since when. */
function facts(incident: IssueIncident, where: string, { trend, last }: Circumstances): Fact[] {
  const { issue, deployment } = incident;
  const { lastVersion, likelyCause, users, pods } = issue;
  const isFiring = incident.state === 'firing';
  const lines: (Fact | undefined)[][] = [
    [{ name: 'Service', value: where, isInSummary: true }, given('Version', lastVersion)],
    [
      { name: 'Severity', value: issue.severity, isInSummary: isFiring },
      { name: 'State', value: stateText(incident) },
      given('Lasted', durationText(incident)),
    ],
    [given('Swallowed', issue.swallowed ? 'what called it was told that all went well' : '')],
    [given('Likely cause', likelyCause)],
    [given('Began', deploymentText(issue))],
    [given('Deployed', deployment && deployedText(deployment, incident.startsAt))],
    [
      { name: 'Count', value: String(issue.count) },
      given('This hour', ofThisHour(issue, trend)),
      given('Users', users > 0 ? String(users) : ''),
      given('Pods', pods > 1 ? String(pods) : ''),
    ],
    [given(`Last ${trend.length} hours`, trendText(trend))],
    [{ name: 'First seen', value: { at: issue.firstSeen } }],
    [issue.lastSeen === issue.firstSeen ? undefined : { name: 'Last seen', value: { at: issue.lastSeen } }],
    [
      given('Support code', last?.supportCode, { isToCopy: true }),
      given('Class', issue.class === 'unknown' ? '' : issue.class),
    ],
  ];
  return lines.flatMap((line) =>
    line
      .filter((fact) => fact !== undefined)
      .map((fact, i) => (i === 0 ? fact : { ...fact, isBeside: true })),
  );
}

function given(name: string, value: string | undefined, more: Partial<Fact> = {}): Fact | undefined {
  return value === undefined || value === '' ? undefined : { name, value, ...more };
}

/** Nothing if it is none, or all that there were. The hour is that of the clock, and has just begun, perhaps. */
function ofThisHour(issue: Issue, trend: readonly number[]): string {
  const count = trend.at(-1) ?? 0;
  return count > 0 && count < issue.count ? String(count) : '';
}

/** One bar says nothing that the count does not. */
function trendText(trend: readonly number[]): string {
  return trend.filter((count) => count > 0).length > 1 ? sparkline(trend) : '';
}

/** It is known to be quiet only when it has been for a while. */
function durationText({ startsAt, endsAt, endReason, lastHeardAt }: IssueIncident): string {
  if (endsAt === undefined) return '';
  const millis = (endReason === 'quiet' ? lastHeardAt : endsAt) - startsAt;
  return millis <= 0 ? '' : spanText(millis);
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
  if (incident.endReason === 'quiet') return 'quiet, no further event for a while';
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
