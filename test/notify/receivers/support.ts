import { noProxies, type Proxies } from '../../../src/config/proxies.ts';
import { nextIncident } from '../../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../../src/alerting/issue-rules.ts';
import { issueLabels } from '../../../src/alerting/labels.ts';
import type { IssueIncident } from '../../../src/alerting/incident.ts';
import { HttpSender } from '../../../src/notify/http/http-sender.ts';
import { incidentActionNames } from '../../../src/notify/incident-action.ts';
import { digestMessage } from '../../../src/notify/digest-message.ts';
import { incidentMessage } from '../../../src/notify/incident-message.ts';
import type { Message } from '../../../src/notify/message.ts';
import type { Link } from '../../../src/notify/links.ts';
import type { Outcome, Reference } from '../../../src/notify/receiver.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { issue } from '../../support/builders.ts';

export const never = new AbortController().signal;

export function incident(given: Partial<IssueIncident> = {}): IssueIncident {
  const made = nextIncident(
    undefined,
    'created',
    issue({}),
    Date.UTC(2026, 0, 2, 3, 4, 5),
    issueRuleDefaults,
  )!;
  const subject = given.issue ?? made.issue;
  const labels = issueLabels(given.alertname ?? made.alertname, subject);
  return { ...made, severity: subject.severity, labels, ...given };
}

export function ended(given: Partial<IssueIncident> = {}): IssueIncident {
  const endsAt = Date.UTC(2026, 0, 2, 4);
  return incident({ state: 'ended', endReason: 'resolved', endsAt, revision: 2, stateRevision: 2, ...given });
}

/** The message for an incident, but for what is given. */
export function message(given: Partial<Message> = {}): Message {
  return { ...incidentMessage(incident(), 0), ...given };
}

export function sender(given: { timeoutMillis?: number; proxies?: Proxies } = {}): HttpSender {
  return new HttpSender({ clock: systemClock, proxies: noProxies, timeoutMillis: 30_000, ...given });
}

export function referenceOf(outcome: Outcome): Reference | undefined {
  return outcome.kind === 'delivered' ? outcome.reference : undefined;
}

const long = 'x'.repeat(50_000);

/** What no text from an app may do anything with, in any of the services. */
export const hostile = [
  '<!channel> <!here> <@U024BE7LH> <https://evil.example|click>',
  '@everyone @here @channel @admin_bot /start@admin_bot #general $USD',
  '*b* _i_ ~s~ `c` ```pre``` **bold** __u__ ||spoiler|| > quote',
  '<b>bold</b> <a href="https://evil.example">x</a> <script>alert(1)</script> &lt; &amp; &#60;',
  '[click](https://evil.example) ![x](https://evil.example/x.png) https://evil.example/?q=1 evil.example mail@evil.example tel:+15551234567',
  '{{ .Labels }} {% raw %} ${env:HOME} %s %d',
  '\u001b[31mred\u001b[0m \u0000 \u0007 \u202e reversed \u2066x\u2069 \u2028 line \r\n.\r\nQUIT\r\nBcc: x@evil.example',
  '😀👩‍👩‍👧‍👦🇩🇪 \ud83d \udc00 é e\u0301 日本語 ﷽',
].join('\n');

/** Where links lead, and nothing else does. */
export const linkHost = 'links.example';

/** As a template of the configuration makes them of such a text. */
export function linksTo(text: string): Link[] {
  const part = encodeURIComponent(text.toWellFormed()).slice(0, 300).replace(/%.?$/, '');
  return ['Trace', 'Logs', 'Runbook', 'Console'].map((name) => ({
    text: name,
    url: `https://${linkHost}/${name}?of=${part}`,
  }));
}

/** Every text of a message is this. */
export function messageOf(text: string): Message {
  const { frames, ...of } = incident().issue;
  const frame = { function: text, file: text, line: 7, inApp: true };
  const hostileIssue = {
    ...of,
    shortId: text,
    service: text,
    environment: text,
    type: text,
    message: text,
    operation: text,
    likelyCause: text,
    lastVersion: text,
    firstVersion: text,
    frames: [...frames, ...Array.from({ length: 20 }, () => frame)],
  };
  const facts = Array.from({ length: 10 }, () => ({ name: 'Fact', value: text }));
  return {
    ...incidentMessage(incident({ issue: hostileIssue }), 0),
    title: text,
    detail: text,
    summary: text,
    frames: [text, text, text],
    footer: text,
    news: [{ text, isLoud: true }],
    links: linksTo(text),
    facts: [{ name: 'First seen', value: { at: 0 } }, ...facts],
    actions: incidentActionNames,
  };
}

/** By a name for the test. */
export const contents: readonly [name: string, message: Message][] = [
  ['an everyday failure', message()],
  ['a test notification, which is about no incident', withoutIncident(message({ state: 'ended' }))],
  ['texts far beyond every limit', messageOf(long)],
  ['more of everything than there is room for', crowded()],
  ['long texts of characters that are escaped', messageOf('&<>"\''.repeat(10_000))],
  ['empty texts', messageOf('')],
  ['blanks and control characters alone', messageOf(' \n\u0000\t\u0007\u202e ')],
  ['emoji that no cut may halve', messageOf('😀'.repeat(25_000))],
  ['one emoji after an odd number of letters', messageOf(`x${'😀'.repeat(25_000)}`)],
  ['letters of three bytes', messageOf('日'.repeat(50_000))],
  ['lines without end', messageOf('a line\n'.repeat(10_000))],
  ['hostile text', messageOf(hostile)],
  ['a digest of hostile text', digestOf(hostile)],
  ['a time that no calendar holds', message({ facts: [{ name: 'First seen', value: { at: 1e18 } }] })],
];

function crowded(): Message {
  const facts = Array.from({ length: 100 }, (_, i) => ({ name: `Fact ${i}`, value: 'v'.repeat(300) }));
  const frames = Array.from({ length: 200 }, (_, i) => `frame${i} (/app/src/file.js:${i})`);
  return message({ facts, frames, detail: 'd'.repeat(4096), actions: incidentActionNames });
}

function digestOf(text: string): Message {
  const { incident: one } = messageOf(text);
  return digestMessage({ count: 9, since: 0, worst: [one!, one!] }, 60_000);
}

export function withoutIncident({ incident: _incident, ...rest }: Message): Message {
  return rest;
}
