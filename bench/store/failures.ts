import { type ErrorEvent, errorClasses, type Severity } from '../../src/errors/error-event.ts';
import { supportCode } from '../../src/conventions/support-code.ts';
import { seededRandom } from '../payload/random.ts';

export interface Amount {
  issues: number;
  /** Of all issues together; each has one at least. */
  events: number;
  /** Of the last one; milliseconds since the Unix epoch. */
  until: number;
}

/** What is asked for in the measurements, so that it is known how much of it there is. */
export const commonWord = 'timed out';
/** In one issue of each thousand. */
export const rareWord = 'ZQ-4711-TANGERINE';
/** Of one event in ten thousand. */
export const rareComponent = 'thumbnailer';

const spreadMillis = 14 * 86_400_000;
const services = ['checkout', 'cart', 'payments', 'inventory', 'search', 'mail', 'users', 'gateway'];
const components = ['express', 'pg', 'undici', 'redis', 'kafka', 'cron', 'graphql', 'grpc'];
const verbs = ['load', 'save', 'charge', 'reserve', 'send', 'render', 'import', 'verify', 'merge', 'notify'];
const nouns = [
  'card',
  'order',
  'basket',
  'invoice',
  'stock',
  'account',
  'session',
  'coupon',
  'parcel',
  'image',
];
const types = [
  'TimeoutError',
  'TypeError',
  'PaymentError',
  'ConstraintViolation',
  'SocketError',
  'NotFoundError',
];
const outcomes = [
  `${commonWord} after 3000 ms`,
  'was refused',
  'is not a function',
  'violates unique constraint',
  'ECONNREFUSED',
  'is not known',
  'was cancelled',
  'exceeds its quota',
];

/** The failures of a fleet of shops, the earliest first; the same ones in every run. */
export function* failures({ issues, events, until }: Amount): Generator<ErrorEvent> {
  const random = seededRandom(4711);
  const step = spreadMillis / events;
  const everyNth = events / issues;
  let made = 0;
  for (let index = 0; index < events; index++) {
    const time = Math.floor(until - spreadMillis + (index + 1) * step);
    // A new issue every so often; in between those that are there, the first ones far more often than the others.
    const isNew = index >= made * everyNth;
    const issue = isNew ? made++ : Math.floor(made * random() ** 4);
    yield failureOf(issue, index, time, random);
  }
}

function failureOf(issue: number, index: number, time: number, random: () => number): ErrorEvent {
  const from = seededRandom(issue + 1);
  const of = <T>(values: readonly T[]): T => values[Math.floor(from() * values.length)]!;
  const [service, verb, noun, type, outcome] = [of(services), of(verbs), of(nouns), of(types), of(outcomes)];
  const file = `/app/src/${noun}/${verb}-${noun}.js`;
  const frame = { function: `${verb}${noun}`, file, line: 1 + (issue % 900), column: 9, inApp: true };
  const traceId = hex(random, 32);
  const message = `cannot ${verb} ${noun} ${index}: ${outcome} at ${of(services)}-${issue.toString(36)}:8080${issue % 1000 === 7 ? ` ${rareWord}` : ''}`;
  const job = issue % 20 === 3 ? { 'job.name': `nightly-${noun}`, 'job.id': `run-${index}` } : {};
  return {
    id:
      Math.floor(time).toString(16).padStart(12, '0') + hex(random, 12) + index.toString(16).padStart(8, '0'),
    time,
    service,
    environment: 'production',
    version: `1.${Math.floor(issue / 5000)}.0`,
    severity: severityOf(from()),
    expected: issue % 50 === 11,
    class: of(errorClasses),
    component: index % 10_000 === 17 ? rareComponent : of(components),
    type,
    message,
    stack: `${type}: ${message}\n    at ${frame.function} (${file}:${frame.line}:9)`,
    frames: [frame],
    causes: [],
    operation: `${of(['GET', 'POST', 'PUT'])} /${noun}/${verb}`,
    traceId,
    spanId: hex(random, 16),
    attributes: {
      'http.request.method': 'POST',
      'server.address': `${noun}.shop`,
      'order.id': index % 50_000,
      ...job,
    },
    indexed: ['order.id'],
    fingerprint: `1:${issue}`,
    supportCode: supportCode(traceId),
  };
}

function severityOf(share: number): Severity {
  if (share < 0.001) return 'critical';
  if (share < 0.3) return 'high';
  return share < 0.8 ? 'medium' : 'low';
}

function hex(random: () => number, digits: number): string {
  let text = '';
  while (text.length < digits)
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
}
