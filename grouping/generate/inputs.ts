/** What the world sends to a program in one variant, as the environment that it is run in. */
export type Inputs = Readonly<Record<string, string>>;

const names = [
  'Mia Huber',
  'Jonas Weiß',
  'Ada King',
  "Sinéad O'Brien",
  'Li Wei',
  'Noor Haddad',
  'Ivo',
  'Eva Roth',
];
const domains = ['example.com', 'mail.example.org', 'shop.test', 'example.net'];
const bodies = [
  '<html>',
  '{"event": paid}',
  'event=paid&order=17',
  "{'event': 'paid'}",
  '{"event": "paid"',
  'OK',
];
const reasons = ['already refunded', 'order is older than 30 days', 'amount exceeds the payment'];

/** The same number gives the same inputs, so that the corpus can be made again; no two numbers share any of them. */
export function inputsOf(number: number, upstreamPorts: readonly number[]): Inputs {
  const next = generator(number + 1);
  const hex = (length: number): string => Array.from({ length }, () => next(16).toString(16)).join('');
  const pick = (list: readonly string[]): string => list[number % list.length]!;
  const name = pick(names);
  return {
    ORDER: String(10_000 + next(900_000)),
    CUSTOMER: String(1000 + next(90_000)),
    NAME: name,
    EMAIL: `${mailbox(name)}@${pick(domains)}`,
    SKU: `${'ABCDEFGH'[number % 8]}-${100 + next(9000)}`,
    AMOUNT: `${1 + next(400)}.${10 + next(90)}`,
    UUID: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    // All of 127.0.0.0/8 is this machine, and nothing listens at its ports.
    HOST: `127.${next(256)}.${next(256)}.${1 + next(250)}`,
    PORT: String(20_000 + next(2000)),
    UPSTREAM_PORT: String(upstreamPorts[number % upstreamPorts.length]),
    FILE: `/data/imports/2024-0${1 + next(9)}-${10 + next(19)}/orders-${next(1000)}.csv`,
    BODY: pick(bodies),
    COUNT: String(3 + next(60)),
    REASON: pick(reasons),
  };
}

function mailbox(name: string): string {
  const letters = name.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replaceAll(/\p{M}/gu, '');
  return letters.replaceAll(/[^a-z]+/g, '.');
}

/** A linear congruential generator: how good it is does not matter here, only that it always gives the same. */
function generator(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) % 2 ** 32;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
