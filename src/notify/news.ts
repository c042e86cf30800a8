import type { Deployment, IssueAlertName, IssueIncident, Worsening } from '../alerting/incident.ts';
import { plainLine } from './cut.ts';
import type { Message, News } from './message.ts';
import { spanText } from './span-text.ts';

/** What people who have seen the incident as it was at that revision have not been told yet, beside what the message shows of it. */
export function newsSince(incident: IssueIncident, shownRevision: number): News[] {
  if (shownRevision === 0) return [];
  const raised = incident.alerts
    .filter(({ revision, endsAt }) => revision > shownRevision && endsAt === undefined)
    .map(({ alertname }): News => ({ text: raisedText(alertname, incident), isLoud: true }));
  return incident.state === 'firing' || incident.stateRevision <= shownRevision
    ? [...raised, ...worsened(incident, shownRevision), ...deployed(incident, shownRevision)]
    : [...raised, ...ending(incident)];
}

const longestSummary = 300;

/**
 * What is said beside a message that is shown already, by lines. What people are to hear of makes sense by itself, on a lock screen or in
 * the channel.
 */
export function newsLines({ summary, news }: Pick<Message, 'summary' | 'news'>): string[] {
  const said = news.map(({ text }) => text);
  return news.some(({ isLoud, standsAlone }) => isLoud && standsAlone !== true)
    ? [plainLine(summary, longestSummary), ...said]
    : said;
}

function raisedText(alertname: IssueAlertName, { issue }: IssueIncident): string {
  const name = `${issue.shortId} (${issue.type})`;
  switch (alertname) {
    case 'NewIssue':
      return `${name} is new.`;
    case 'IssueRegressed':
      return `${name} is back: it happened again after ${resolvedText(issue.resolvedBy)}.`;
    case 'IssueEscalating':
      if (issue.state !== 'escalating')
        return `${name} is back: it was ignored until now. ${issue.count} so far.`;
      return `${name} is escalating: it happens far more often than it used to. ${issue.count} so far.`;
    case 'SwallowedFailure':
      return `${name} was swallowed: what called it was told that all went well.`;
  }
}

function worsened({ worsened: told, severity, issue }: IssueIncident, shownRevision: number): News[] {
  if (told === undefined || told.revision <= shownRevision) return [];
  const { from } = firstSince(told, shownRevision);
  return [{ text: `${issue.shortId} (${issue.type}) is ${severity} now; it was ${from}.`, isLoud: true }];
}

/** Until which it was as bad as people know it. */
function firstSince(worsening: Worsening, shownRevision: number): Worsening {
  const { before } = worsening;
  return before === undefined || before.revision <= shownRevision
    ? worsening
    : firstSince(before, shownRevision);
}

/** Who waits for it looks into the thread; nobody is woken. */
function deployed({ deployment, startsAt }: IssueIncident, shownRevision: number): News[] {
  if (deployment === undefined) return [];
  const { version, revision, outlastedRevision = 0 } = deployment;
  if (revision > shownRevision) return [{ text: `${deployedText(deployment, startsAt)}.`, isLoud: false }];
  if (outlastedRevision <= shownRevision) return [];
  return [{ text: `It failed in ${version} as well.`, isLoud: false }];
}

/** `1.4.3 appeared, 12 min after this began`, and whether it helped, as far as is known. */
export function deployedText({ version, at, outlastedRevision }: Deployment, startsAt: number): string {
  const text = `${version} appeared, ${spanText(at - startsAt)} after this began`;
  return outlastedRevision === undefined ? text : `${text}; it failed in that as well`;
}

function resolvedText(by: string | undefined): string {
  return by === undefined ? 'it was resolved' : `${by} had resolved it`;
}

/** That it became quiet is to be seen in the message; what somebody decided, people are to know. */
function ending({ endReason, issue }: IssueIncident): News[] {
  if (endReason === 'quiet') return [];
  if (endReason === 'ignored') return [{ text: 'Ignored from now on.', isLoud: false }];
  const by = issue.resolvedBy === undefined ? '' : ` by ${issue.resolvedBy}`;
  return [{ text: `Resolved${by}.`, isLoud: false }];
}
