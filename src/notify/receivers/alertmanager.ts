import type { Secret } from '../../config/secret.ts';
import { Harmless } from '../../redact/harmless.ts';
import type { Clock } from '../../runtime/clock.ts';
import { isoTime } from '../../runtime/iso-time.ts';
import { httpOutcome } from '../http/http-outcome.ts';
import type { HttpSender } from '../http/http-sender.ts';
import type { HttpRequest } from '../http/http-exchange.ts';
import type { Message } from '../message.ts';
import type { Obstacle, Outcome, Receiver, Reference } from '../receiver.ts';
import { alertOf, type PostableAlert } from './alertmanager-alert.ts';
import { AlertmanagerResender } from './alertmanager-resender.ts';

export interface AlertmanagerOptions {
  name: string;
  /** Base URLs, each ending with a slash. */
  urls: readonly string[];
  /** That each alert has beside its own. */
  labels: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, Secret>>;
  /** After which an alert is over of which nothing more is heard. */
  resolveMillis: number;
  /** Whether it is told that an incident has ended. */
  sendResolved: boolean;
}

type Refusal = Exclude<Outcome, { kind: 'delivered' }>;

/** Of what several answer, what gives most hope counts: trying again may help. */
const hope: readonly Refusal['kind'][] = ['failed', 'throttled', 'refused', 'rejected', 'gone'];

/**
 * Prometheus Alertmanagers, all of which are told (https://prometheus.io/docs/alerting/latest/alerts_api/). An alert is what its labels
 * say, and of two posts of it the younger wins: no label names a pod, and where several Tocsins tell of one service none may say that
 * it is over, since it would be over for all of them (`sendResolved`).
 */
export class AlertmanagerReceiver implements Receiver {
  readonly name: string;
  readonly description: string;
  readonly canEdit = true;
  private readonly options: AlertmanagerOptions;
  private readonly http: HttpSender;
  private readonly clock: Clock;
  private readonly harmless: Harmless;
  private readonly resender: AlertmanagerResender;
  private closing = new AbortController();

  constructor(options: AlertmanagerOptions, http: HttpSender, clock: Clock) {
    this.name = options.name;
    this.description = `Alertmanager ${options.urls.map((url) => new URL(url).host).join(', ')}`;
    this.options = options;
    this.http = http;
    this.clock = clock;
    this.harmless = new Harmless(Object.values(options.headers));
    this.resender = new AlertmanagerResender(clock, options.resolveMillis, (alerts) =>
      this.post(alerts, this.closing.signal),
    );
  }

  async notify(message: Message, shown: Reference | undefined, signal: AbortSignal): Promise<Outcome> {
    const { labels, resolveMillis, sendResolved } = this.options;
    const { incident } = message;
    const now = this.clock.now();
    const alert = alertOf(message, labels, now, resolveMillis);
    const reference = { labels: JSON.stringify(alert.labels) };
    const hasEnded = incident?.state === 'ended';
    if (hasEnded && !sendResolved) {
      this.resender.forget(incident.key);
      return { kind: 'delivered', reference };
    }
    const former = sendResolved ? formerOf(alert, shown, now) : [];
    const outcome = await this.post([...former, alert], signal);
    if (outcome.kind !== 'delivered') return outcome;
    // A watchdog says of itself that it is alive: were it sent again here, it would seem so whatever is not.
    if (incident !== undefined && incident.alertname !== 'Watchdog')
      this.resender.keep(incident.key, alert, hasEnded);
    return { ...outcome, reference };
  }

  /** One that works is enough to tell people; the others are told of with the first alert. */
  async verify(signal: AbortSignal): Promise<Obstacle | undefined> {
    const outcome = await this.tellAll(async (url) => {
      const request = { method: 'GET', url: `${url}api/v2/status`, headers: this.headers() } as const;
      const answer = await this.http.send(request, signal);
      if (answer.kind === 'answered' && answer.status === 200 && !answer.body.includes('"versionInfo"'))
        return notAlertmanager(url);
      return httpOutcome(whoIs(url), answer);
    });
    if (outcome.kind === 'delivered') return undefined;
    return outcome.kind === 'gone' || outcome.kind === 'rejected'
      ? { kind: 'failed', reason: outcome.reason }
      : outcome;
  }

  close(): void {
    this.resender.close();
    this.closing.abort();
    // After a dry run there is more to tell.
    this.closing = new AbortController();
  }

  private post(alerts: readonly PostableAlert[], signal: AbortSignal): Promise<Outcome> {
    const body = JSON.stringify(alerts);
    const headers = { ...this.headers(), 'content-type': 'application/json' };
    return this.tellAll(async (url) => {
      const request: HttpRequest = { method: 'POST', url: `${url}api/v2/alerts`, headers, body };
      const answer = await this.http.send(request, signal);
      const said = answer.kind === 'answered' ? this.harmless.text(answer.body) : '';
      return httpOutcome(whoIs(url), answer, said);
    });
  }

  /** Told to one is told to people; who does not take it is named all the same. @param tell gives undefined if it was taken */
  private async tellAll(tell: (url: string) => Promise<Outcome | undefined>): Promise<Outcome> {
    const outcomes = await Promise.all(this.options.urls.map(tell));
    const refusals = outcomes.filter(
      (outcome): outcome is Refusal => (outcome?.kind ?? 'delivered') !== 'delivered',
    );
    const [best] = refusals.toSorted((a, b) => hope.indexOf(a.kind) - hope.indexOf(b.kind));
    if (best === undefined) return { kind: 'delivered', reference: undefined };
    if (refusals.length === outcomes.length) return best;
    const problem = 'reason' in best ? best.reason : 'one of several Alertmanagers wants to be left alone';
    return { kind: 'delivered', reference: undefined, problem };
  }

  private headers(): Record<string, string> {
    const headers = Object.entries(this.options.headers);
    return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value.reveal()]));
  }
}

/** With another severity it is another alert: the one before is over. */
function formerOf(alert: PostableAlert, shown: Reference | undefined, now: number): PostableAlert[] {
  const labels = shown?.['labels'];
  if (labels === undefined || labels === JSON.stringify(alert.labels)) return [];
  return [{ ...alert, labels: JSON.parse(labels) as PostableAlert['labels'], endsAt: isoTime(now) }];
}

function whoIs(url: string): string {
  return `The Alertmanager at ${new URL(url).host}`;
}

function notAlertmanager(url: string): Outcome {
  return {
    kind: 'refused',
    reason: `what answers at ${new URL(url).host} is no Alertmanager of version 0.16 or later`,
    remedy: 'Check the URL: it is the one that its pages are below, with its path prefix.',
  };
}
