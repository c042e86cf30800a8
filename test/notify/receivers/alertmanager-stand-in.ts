import * as z from 'zod';
import { OtlpBackEnd, type Received, type Reply } from '../../support/otlp-back-end.ts';
import type { StandIn } from './conformance.ts';

const name = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
const postable = z.strictObject({
  labels: z.record(name, z.string()),
  annotations: z.record(name, z.string()).default({}),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  generatorURL: z.string().refine(isRequestUri).optional(),
});

/** url.ParseRequestURI of Go, by which strfmt checks what is a `uri`. */
function isRequestUri(url: string): boolean {
  return URL.canParse(url) && !/[\p{Cc} ]|%(?![0-9a-f]{2})/iu.test(url);
}

export type Posted = z.infer<typeof postable>;

/** Takes alerts by the rules of api/v2 (validation in types.Alert, merging in alert/alert.go), or stricter ones. */
export class AlertmanagerStandIn {
  readonly server = new OtlpBackEnd();
  /** Each post of alerts, the last one last. */
  readonly posts: Posted[][] = [];
  /** By their labels. */
  private readonly alerts = new Map<string, Posted>();

  constructor() {
    this.server.otherwise = (received) => this.answer(received);
  }

  async start(): Promise<StandIn> {
    const url = await this.server.start();
    return {
      url,
      calls: () => this.server.received.length,
      count: () => this.alerts.size,
      active: () => this.active(),
      stop: () => this.server.stop(),
    };
  }

  /** Those that are not over at this time. */
  firing(now: number): Posted[] {
    return [...this.alerts.values()].filter(({ endsAt }) => Date.parse(endsAt) > now);
  }

  /** As after a restart. */
  forget(): void {
    this.alerts.clear();
  }

  private answer({ method, path, headers, body }: Received): Reply {
    if (method === 'GET' && path === '/api/v2/status')
      return {
        headers: { 'content-type': 'application/json' },
        body: '{"versionInfo":{"version":"0.25.0"}}',
      };
    if (path !== '/api/v2/alerts') return { status: 404, body: `path ${path} was not found` };
    if (method !== 'POST' || headers['content-type'] !== 'application/json') return { status: 415 };
    const parsed = z.array(postable).safeParse(JSON.parse(body.toString()));
    if (!parsed.success) return refused(parsed.error.message);
    for (const { labels, startsAt, endsAt } of parsed.data) {
      if (Object.values(labels).every((value) => value === ''))
        return refused('at least one label pair required');
      if (labels['alertname'] === undefined) return refused('no name');
      if (Date.parse(endsAt) < Date.parse(startsAt)) return refused('start time must be before end time');
    }
    this.posts.push(parsed.data);
    for (const alert of parsed.data) this.merge(alert);
    return {};
  }

  /** The younger one counts, with the earlier beginning. */
  private merge(alert: Posted): void {
    const key = JSON.stringify(Object.entries(alert.labels).sort(([a], [b]) => a.localeCompare(b)));
    const before = this.alerts.get(key);
    const startsAt =
      before !== undefined && before.startsAt < alert.startsAt ? before.startsAt : alert.startsAt;
    this.alerts.set(key, { ...alert, startsAt });
  }

  private active(): string[] {
    const texts = this.posts
      .at(-1)!
      .flatMap(({ labels, annotations }) => [...Object.entries(labels), ...Object.entries(annotations)])
      .flatMap(([name, value]) =>
        name.endsWith('_url') && value.startsWith('https://links.example/') ? [] : value,
      );
    const acts = /[<>]|@\w|^\s*\w+:\/\/|(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
    return texts.filter((text) => acts.test(text) || !text.isWellFormed());
  }
}

function refused(message: string): Reply {
  return {
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message.slice(0, 2000)),
  };
}
