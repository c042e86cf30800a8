import { isoTime } from '../../runtime/iso-time.ts';
import { cut, harmless, plain } from '../cut.ts';
import type { Fact, Message } from '../message.ts';
import type { Link } from '../links.ts';

/** As `POST /api/v2/alerts` takes it (postableAlert in Alertmanager's api/v2/openapi.yaml). */
export interface PostableAlert {
  /** They are what an alert is known by: with another label it is another alert. */
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  startsAt: string;
  /** When it is over unless it is heard of again; over already if that is past. */
  endsAt: string;
  /** Where people look further. */
  generatorURL?: string;
}

const always = ['alertname', 'service', 'environment', 'severity'];
const ofCondition = ['operation', 'task', 'breaker', 'dependency', 'feature'];
export const ownLabels: readonly string[] = [...always, 'issue', ...ofCondition];

const most = {
  label: 200,
  summary: 300,
  description: 4000,
  facts: 20,
  fact: 500,
  frames: 10,
  url: 1500,
} as const;

/** Somebody tries whether alerts arrive: one that ends by itself. */
const testMillis = 5 * 60_000;

/** @param lapsesMillis from now until it is over if nothing more is heard of it */
export function alertOf(
  message: Message,
  extraLabels: Readonly<Record<string, string>>,
  now: number,
  lapsesMillis: number,
): PostableAlert {
  const { incident, digest } = message;
  const startsAt = incident?.startsAt ?? digest?.since ?? now;
  const isTest = incident === undefined && digest === undefined;
  const lapsesAt = now + (isTest ? testMillis : lapsesMillis);
  const endsAt = incident?.state === 'ended' ? (incident.endsAt ?? now) : lapsesAt;
  const links = message.links.filter(isAddress);
  const source = links.find(({ text }) => text === 'Console') ?? links[0];
  return {
    labels: { ...extraLabels, ...labelsOf(message) },
    annotations: { ...annotationsOf(message), ...addressesOf(links) },
    startsAt: isoTime(startsAt),
    // An end before the beginning is refused.
    endsAt: isoTime(Math.max(startsAt, endsAt)),
    ...(source !== undefined && { generatorURL: source.url }),
  };
}

/** What Go takes for a URL, or all alerts of the request would be refused; and not one that would have to be cut. */
function isAddress({ url }: Link): boolean {
  return url.length <= most.url && /^(?:[!-$&-~]|%[0-9a-f]{2})+$/i.test(url);
}

/** By the names that Prometheus' rules have for them, such as `runbook_url`. As all annotations, those of the last post count. */
function addressesOf(links: readonly Link[]): Record<string, string> {
  return Object.fromEntries(links.map(({ text, url }) => [`${keyOf(text)}_url`, url]));
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
}

/** Only what stays as long as the incident does, and the severity, by which people route. */
function labelsOf({ incident, severity, digest }: Message): Record<string, string> {
  if (incident === undefined)
    return { alertname: digest === undefined ? 'TocsinTest' : 'TocsinDigest', service: 'tocsin', severity };
  // An issue is known by its id; conditions of one service differ by what they are about, and by the labels of their rules.
  const names = [...always, ...(incident.issue === undefined ? Object.keys(incident.labels) : ['issue'])];
  // To Alertmanager an empty label is none.
  const given = names.map((name) => [name, inert(incident.labels[name] ?? '', most.label)]);
  return Object.fromEntries(given.filter(([, value]) => value !== '')) as Record<string, string>;
}

function annotationsOf(message: Message): Record<string, string> {
  const facts = message.facts.slice(0, most.facts);
  const annotations = message.digest === undefined ? factsByKey(facts) : { incidents: listOf(facts) };
  annotations['summary'] = inert(plain(message.summary, most.summary), most.summary);
  if (message.detail !== '') annotations['description'] = inert(message.detail, most.description);
  if (message.frames.length > 0)
    annotations['frames'] = inert(message.frames.slice(0, most.frames).join('\n'), most.description);
  return annotations;
}

function factsByKey(facts: readonly Fact[]): Record<string, string> {
  const given = facts.map((fact) => [keyOf(fact.name), inert(textOf(fact), most.fact)] as const);
  return Object.fromEntries(given.filter(([key]) => !ownLabels.includes(key)));
}

/** Several have the same name. */
function listOf(facts: readonly Fact[]): string {
  return inert(facts.map((fact) => `${fact.name}: ${textOf(fact)}`).join('\n'), most.description);
}

function textOf({ value }: Fact): string {
  return typeof value === 'string' ? value : isoTime(value.at);
}

/**
 * Alertmanager passes texts on to chats as they are: without what Slack, Discord and others take for a mention or a link, which is
 * written with `<`, `>` and `@`. Its own pages make a link of an annotation that is a URL, so none is.
 */
function inert(text: string, max: number): string {
  const safe = harmless(text)
    .trim()
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll(/@(?=\w)/g, '@\u2060');
  return cut(/^[a-z][a-z0-9+.-]*:\/\//i.test(safe) ? `“${safe}”` : safe, max);
}
