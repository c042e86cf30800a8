import type { Incident } from '../alerting/incident.ts';

/** Where people look further: made of templates of the configuration. */
export interface Link {
  text: string;
  /** `http:` or `https:`, of a host that the configuration names. */
  url: string;
}

/** What a link is made of, by the names that templates use. */
const values = {
  trace_id: ({ last }) => last?.traceId ?? '',
  support_code: ({ last }) => last?.supportCode ?? '',
  service: ({ incident }) => incident.labels['service'] ?? '',
  environment: ({ incident }) => incident.labels['environment'] ?? '',
  version: ({ incident: { issue } }) => issue?.lastVersion ?? '',
  operation: ({ incident }) => incident.labels['operation'] ?? '',
  type: ({ incident }) => incident.labels['type'] ?? '',
  severity: ({ incident }) => incident.severity,
  issue_id: ({ incident: { issue } }) => issue?.id ?? '',
  short_id: ({ incident: { issue } }) => issue?.shortId ?? '',
  alertname: ({ incident }) => incident.alertname,
  first_seen: ({ incident: { issue } }) => (issue === undefined ? '' : String(issue.firstSeen)),
  last_seen: ({ incident: { issue } }) => (issue === undefined ? '' : String(issue.lastSeen)),
} as const satisfies Record<string, (subject: LinkSubject) => string>;
type ValueName = keyof typeof values;
export const linkValues = Object.keys(values) as ValueName[];

export interface LinkSubject {
  incident: Incident;
  /** The last event of which all is known. */
  last: { traceId: string; supportCode: string } | undefined;
}

/** @returns the URL; undefined if something that it is made of is not known */
export type LinkTemplate = (subject: LinkSubject) => string | undefined;

/** The text is no template of a URL; the message says why. */
export class LinkInvalid extends Error {
  override readonly name = 'LinkInvalid';
}

/** In this order. */
export const linkNames = ['trace', 'logs', 'runbook', 'console'] as const;
export type LinkName = (typeof linkNames)[number];
export type LinkTemplates = Readonly<Partial<Record<LinkName, LinkTemplate>>>;

const titles: Record<LinkName, string> = {
  trace: 'Trace',
  logs: 'Logs',
  runbook: 'Runbook',
  console: 'Console',
};

/**
 * A URL with `{{ trace_id }}` and the like in it. What takes their place is encoded, so that it never becomes another part of the URL.
 * @throws LinkInvalid
 */
export function parseLink(text: string): LinkTemplate {
  const pieces = text.split(/\{\{\s*([^{}]*?)\s*\}\}/);
  const names = pieces.filter((_, i) => i % 2 === 1);
  const unknown = names.find((name) => !Object.hasOwn(values, name));
  if (unknown !== undefined)
    throw new LinkInvalid(`there is no {{ ${unknown.slice(0, 64)} }}: it is ${linkValues.join(', ')}`);
  const fixed = pieces.filter((_, i) => i % 2 === 0);
  if (fixed.some((piece) => /\{\{|\}\}/.test(piece)))
    throw new LinkInvalid('a pair of braces is not closed, or closes nothing: write {{ trace_id }}');
  // Whose host an app could name would lead people anywhere.
  const hasHost = names.length === 0 ? /^https?:\/\/[^/?#\s]+/i : /^https?:\/\/[^/?#\s]+[/?#]/i;
  if (!hasHost.test(fixed[0] ?? '') || !URL.canParse(fixed.join('x')))
    throw new LinkInvalid('not a URL: write one that begins with http:// or https:// and a host');
  return (subject) => {
    const filled = names.map((name) => values[name as ValueName](subject));
    if (filled.includes('')) return undefined;
    // Without blanks and the like, which only browsers take.
    return new URL(fixed.map((piece, i) => piece + encodeURIComponent(wellFormed(filled[i] ?? ''))).join(''))
      .href;
  };
}

/** Where people look further. What it says can be changed while it is used. */
export class Links {
  private templates: LinkTemplates;

  constructor(templates: LinkTemplates = {}) {
    this.templates = templates;
  }

  configure(templates: LinkTemplates): void {
    this.templates = templates;
  }

  /** @returns undefined if it is not configured, or something that it is made of is not known */
  url(name: LinkName, subject: LinkSubject): string | undefined {
    return this.templates[name]?.(subject);
  }

  of(subject: LinkSubject): Link[] {
    return linkNames.flatMap((name) => {
      const url = this.url(name, subject);
      return url === undefined ? [] : [{ text: titles[name], url }];
    });
  }
}

/** Half a character cannot be encoded. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
