import type { Incident } from '../alerting/incident.ts';
import type { Frame } from '../errors/error-event.ts';
import type { Issue } from '../issues/issue.ts';
import type { Fact, Message } from './message.ts';

/** The message for an incident as it is at one revision. */
export function incidentMessage(incident: Incident): Message {
  const { issue } = incident;
  const where = issue.environment === '' ? issue.service : `${issue.service} (${issue.environment})`;
  return {
    state: incident.state,
    severity: issue.severity,
    title: titleOf(issue),
    summary: summary(incident, where),
    detail: issue.message === titleOf(issue) ? '' : issue.message,
    facts: facts(incident, where),
    frames: issue.frames.map(frameText),
    footer: `${issue.shortId} · ${incident.alertname}`,
  };
}

function summary(incident: Incident, where: string): string {
  const { issue } = incident;
  const what = isToldByOperation(issue) ? titleOf(issue) : `${titleOf(issue)}: ${firstLine(issue.message)}`;
  if (incident.state === 'firing') return `[${issue.severity.toUpperCase()}] ${where}: ${what}`;
  return `[${(incident.endReason ?? 'quiet').toUpperCase()}] ${where}: ${what}`;
}

/** A failure without an exception has a message of our own making, which begins with the operation. */
function isToldByOperation({ message, operation }: Issue): boolean {
  return operation !== '' && message.startsWith(operation);
}

function titleOf(issue: Issue): string {
  if (isToldByOperation(issue)) return firstLine(issue.message);
  if (issue.operation === '') return issue.type;
  return `${issue.type} in ${issue.operation}`;
}

function facts(incident: Incident, where: string): Fact[] {
  const { issue } = incident;
  const facts: Fact[] = [
    { name: 'Service', value: where },
    { name: 'Severity', value: issue.severity },
    { name: 'State', value: stateText(incident) },
    { name: 'Count', value: String(issue.count) },
    { name: 'First seen', value: { at: issue.firstSeen } },
    { name: 'Last seen', value: { at: issue.lastSeen } },
  ];
  if (issue.users > 0) facts.push({ name: 'Users', value: String(issue.users) });
  if (issue.likelyCause !== undefined) facts.push({ name: 'Likely cause', value: issue.likelyCause });
  if (issue.swallowed) facts.push({ name: 'Swallowed', value: 'what called it was told that all went well' });
  if (issue.lastVersion !== '') facts.push({ name: 'Version', value: issue.lastVersion });
  if (issue.class !== 'unknown') facts.push({ name: 'Class', value: issue.class });
  return facts;
}

function stateText(incident: Incident): string {
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
