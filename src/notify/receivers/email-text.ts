import { isoTime } from '../../runtime/iso-time.ts';
import { cut, harmless, plain, plainLine } from '../cut.ts';
import { factLines } from '../fact-lines.ts';
import type { Fact, Message } from '../message.ts';
import type { Link } from '../links.ts';
import { symbol } from '../symbol.ts';

export interface EmailText {
  /** The same for all mails of one incident, since some programs only then show them as one conversation. */
  subject: string;
  text: string;
  html: string;
}

const most = {
  subject: 150,
  summary: 300,
  detail: 4000,
  facts: 30,
  name: 60,
  value: 500,
  frames: 20,
  frame: 300,
  footer: 150,
  news: 1000,
  url: 1500,
} as const;

/** Lays a message out, as plain text and as HTML in which nothing that an app wrote is markup. */
export function emailText(message: Message): EmailText {
  const summary = line(message.summary, most.summary);
  const said = harmless(message.detail).trim();
  const detail = said === '' || summary.includes(inert(said)) ? '' : inert(plain(said, most.detail));
  const lines = factLines(message.facts.slice(0, most.facts), true);
  const facts = lines.map((line) =>
    line.map(({ name, value }) => ({ name: cut(name, most.name), value: shown(value) })),
  );
  // That it has ended, and by whom, stands above and below.
  const news = message.state === 'firing' ? message.news : [];
  const told = news.map(({ text }) => line(text, most.news));
  // A URL that is cut leads nowhere.
  const links = message.links.filter(({ url }) => url.length <= most.url);
  const frames = message.frames.slice(0, most.frames).map((frame) => line(frame, most.frame));
  const footer = line(message.footer, most.footer);
  const parts: Parts = { first: `${symbol(message)} ${summary}`, told, detail, facts, links, frames, footer };
  return { subject: subjectOf(message), text: textOf(parts), html: htmlOf(parts) };
}

interface Parts {
  first: string;
  told: readonly string[];
  detail: string;
  /** By lines. */
  facts: readonly (readonly { name: string; value: string }[])[];
  links: readonly Link[];
  frames: readonly string[];
  footer: string;
}

/** Neither state nor severity, which may change, is in it. */
function subjectOf({ title, summary, incident }: Message): string {
  if (incident === undefined) return line(summary, most.subject);
  const service = incident.labels['service'] ?? '';
  const where = service === '' ? '' : `${cut(service, 50)}: `;
  const id = incident.issue === undefined ? '' : ` (${incident.issue.shortId})`;
  return line(`${where}${cut(title, 80)}${id}`, most.subject);
}

function textOf({ first, told, detail, facts, links, frames, footer }: Parts): string {
  const table = facts
    .map((line) => line.map(({ name, value }) => `${name}: ${value}`).join(' · '))
    .join('\n');
  const addresses = links.map(({ text, url }) => `${text}: ${url}`).join('\n');
  const sections = [first, told.join('\n'), detail, table, addresses, frames.join('\n'), footer];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function htmlOf({ first, told, detail, facts, links, frames, footer }: Parts): string {
  const rows = facts
    .flat()
    .map(({ name, value }) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`);
  const block = (text: string): string => (text === '' ? '' : `<pre>${escaped(text)}</pre>`);
  const anchors = links.map(({ text, url }) => `<a href="${escaped(url)}">${escaped(text)}</a>`);
  return [
    `<!doctype html><html><head><meta charset="utf-8"><style>${style}</style></head><body>`,
    `<p><strong>${escaped(first)}</strong></p>`,
    ...told.map((text) => `<p>${escaped(text)}</p>`),
    block(detail),
    rows.length === 0 ? '' : `<table>${rows.join('\n')}</table>`,
    anchors.length === 0 ? '' : `<p>${anchors.join(' · ')}</p>`,
    block(frames.join('\n')),
    `<p><small>${escaped(footer)}</small></p></body></html>`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const style =
  'body{font-family:sans-serif}th{text-align:left;padding-right:1em;vertical-align:top;white-space:nowrap}pre{white-space:pre-wrap}';

/** A mail has no time that everybody sees in his own zone. */
function shown(value: Fact['value']): string {
  if (typeof value === 'string') return line(value, most.value);
  return `${isoTime(value.at).slice(0, 19).replace('T', ' ')} UTC`;
}

function line(text: string, max: number): string {
  return inert(plainLine(text, max));
}

/** Programs make links of what begins like one, also in plain text: so it is written as people do who warn of a link. */
function inert(text: string): string {
  return text.replaceAll(/http(?=s?:\/\/)/gi, 'hxxp');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}
