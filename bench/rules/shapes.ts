import type { Facts } from '../../src/alerting/conditions/facts.ts';
import { facts, rate, second, start } from '../../test/alerting/conditions/support.ts';
import { seededRandom } from '../payload/random.ts';

/** What the rules are, and what becomes of that which they look at. */
export interface Shape {
  about: string;
  /** What is its own in a rule. */
  rule: (number: number) => object;
  /** Of the services, the share of which the figures are others at each tick. */
  changing?: number;
  /** Services that go with each tick, and as many others that come. */
  replaced?: number;
}

export interface Size {
  rules: number;
  services: number;
  /** Of each service. */
  operations: number;
}

const overAll = (i: number) => ({ where: wheres[i % wheres.length]!(i) });

export const shapes: Readonly<Record<string, Shape>> = {
  one: {
    about: 'each rule about one service',
    rule: (i) => ({ where: [`service="${serviceName(i)}"`] }),
  },
  all: { about: 'each rule over all services, no two of them alike', rule: overAll },
  alike: { about: 'each rule over all services, with another threshold', rule: () => ({}) },
  by: {
    about: 'as all, with an alert for each operation of each service',
    rule: (i) => ({ ...overAll(i), by: ['service', 'operation'] }),
  },
  half: { about: 'as all, and half of the services change at each tick', rule: overAll, changing: 0.5 },
  new: { about: 'as all, and 20 services go with each tick, and 20 come', rule: overAll, replaced: 20 },
};

/** Rules with thresholds, waits and texts as people write them. */
export function rulesOfShape({ rule }: Shape, { rules: count }: Size): object[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `Rule${i}`,
    over: 'calls',
    when: [`failed_ratio>${(0.05 + (0.5 * i) / count).toFixed(5)}`, `calls>=${20 + (i % 50)}`],
    for: ['0s', '30s', '1m', '5m'][i % 4],
    severity: ['medium', 'high', 'critical'][i % 3],
    labels: { team: `team-${i % 20}` },
    annotations: {
      summary: '{{ failed_ratio | times: 100 | round: 1 }} % fail in {{ service }}',
      description: 'Ask {{ team }} about {{ alertname }} in {{ environment }}.',
    },
    runbook: 'https://wiki.example/runbooks/{{ alertname }}',
    ...rule(i),
  }));
}

/** What there is at tick after tick: the calls of services, three of which fail, more and less so as time goes by. */
export function* ticks(
  { changing = 1, replaced = 0 }: Shape,
  { services, operations }: Size,
): Generator<Facts, never> {
  const random = seededRandom(7);
  const ratio = (place: number, tick: number) =>
    place < 3 ? 0.12 + 0.06 * Math.sin(tick / 8 + place) : 0.002;
  const made = Array.from({ length: services }, () => [rate('', [0, 0])]);
  for (let tick = 0; ; tick++) {
    for (let place = 0; place < services; place++) {
      if (tick > 0 && random() >= changing) continue;
      // Those that fail stay.
      const number = place < services - replaced ? place : place + tick * replaced;
      made[place] = Array.from({ length: operations }, (_, i) => {
        const calls = 500 + Math.floor(500 * random());
        return rate(
          `GET /v1/${i}`,
          [calls, Math.round(calls * ratio(place, tick))],
          [0, 0],
          serviceName(number),
        );
      });
    }
    yield facts({ now: start + tick * 15 * second, calls: made.flat() });
  }
}

function serviceName(number: number): string {
  return `${['shop', 'mail', 'stock', 'billing'][number % 4]}-${number}`;
}

/** All services, or nearly, said in different ways. */
const wheres: ((i: number) => string[])[] = [
  (i) => [`service!="${serviceName(i)}"`],
  (i) => [`service!~"(batch|cron)-${i}"`],
  (i) => ['service=~"(shop|mail|stock|billing)-.*"', `environment!="test-${i}"`],
  (i) => [`environment=~"prod|staging-${i}"`],
];
