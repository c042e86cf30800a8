import type { Plan, PlannedCall } from '../plan.ts';
import type { CallKind } from '../truth.ts';
import { planOf, type Scenario } from './scenario.ts';
import { answer, get, ok, times } from './steps.ts';

interface Control {
  /** node, if it is not said. */
  runtime?: Scenario['runtime'];
  client: string;
  /** What the app does. */
  failure: string;
  kind?: CallKind;
  calls: readonly PlannedCall[];
  plan?: Partial<Plan>;
}

/** What looks like retries and is none: not one may be inferred. */
export function controlScenarios(): Scenario[] {
  return controls.map(({ runtime = 'node', client, failure, kind = 'retry', calls, plan = {} }) => {
    const planned = planOf({
      client,
      scenario: failure,
      calls,
      parent: 'shared',
      retry: { retries: 0, delayMillis: 120 },
      ...plan,
    });
    const { parent, connection, concurrency } = planned;
    return {
      runtime,
      library: client,
      class: 'negative',
      failure,
      kind,
      conditions: { parent, connection, concurrency },
      plan: planned,
    };
  });
}

const accepted = answer(202, { body: '{"state":"running"}' });

/** One URL, asked until it is ready. */
const polls = times(9, (i) => get(`poll-${i}`, '/exports/41', i < 8 ? accepted : ok));

/** One URL but for the page. */
const pages = times(9, (i) => get(`page-${i}`, `/orders?page=${i + 1}`, ok));

/** Some of the pages fail, and the app goes on with the next. */
const pagesWithFailures = times(9, (i) =>
  get(`page-${i}`, `/orders?cursor=${(i * 7919) % 1000}`, i % 3 === 1 ? answer(503) : ok),
);

/** All at once, to one URL each, of which some fail. */
const fan = times(12, (i) => get(`fan-${i}`, `/stock/${i}`, i % 3 === 0 ? answer(503) : ok));

/** All at once, to one URL. */
const fanToOne = times(12, (i) =>
  get(
    `fan-${i}`,
    '/stock',
    i % 3 === 0 ? answer(503, { afterMillis: 250 }) : answer(200, { afterMillis: 300 }),
  ),
);

const moved = times(6, (i) =>
  get(`moved-${i}`, `/old/${i}`, answer(302, { headers: { location: `/new/${i}` } }), ok),
);

/** A redirect to the very same URL, as those that only set a cookie. */
const movedToItself = times(4, (i) =>
  get(`moved-${i}`, `/cookie/${i}`, answer(302, { headers: { location: `/cookie/${i}` } }), ok),
);

const expired = times(6, (i) => get(`auth-${i}`, `/account/${i}`, answer(401), ok));

const slowFirst = times(8, (i) =>
  get(`hedged-${i}`, `/quotes/${i}`, answer(200, { afterMillis: 400 }), answer(200, { afterMillis: 60 })),
);

/** The first fails, but only when the second was under way already. */
const failsLate = times(8, (i) =>
  get(`hedged-${i}`, `/quotes/${i}`, answer(503, { afterMillis: 180 }), answer(200, { afterMillis: 160 })),
);

/** Not found is an answer: asking again later is the user's doing. */
const notFound = times(6, (i) => get(`look-${i}`, '/orders/404', answer(404)));

const paced = { everyMillis: 150 };
/** Not warmed up: a warm-up that is slow would be hedged as well. */
const hedged = { parent: 'own', connection: 'kept' } as const;
const controls: readonly Control[] = [
  { client: 'axios', failure: 'polling', calls: polls, plan: paced },
  { client: 'got', failure: 'polling', calls: polls, plan: { ...paced, connection: 'cold' } },
  { client: 'fetch', failure: 'polling', calls: polls, plan: paced },
  { client: 'fetch', failure: 'polling-without-parent', calls: polls, plan: { ...paced, parent: 'none' } },
  { client: 'axios', failure: 'pagination', calls: pages },
  { client: 'ky', failure: 'pagination', calls: pages },
  { client: 'fetch', failure: 'pagination-with-failures', calls: pagesWithFailures },
  { client: 'got', failure: 'pagination-with-failures', calls: pagesWithFailures },
  { client: 'axios', failure: 'fan-out', calls: fan, plan: { concurrency: 12 } },
  { client: 'fetch', failure: 'fan-out', calls: fan, plan: { concurrency: 12 } },
  { client: 'fetch', failure: 'fan-out-to-one-url', calls: fanToOne, plan: { concurrency: 12 } },
  { client: 'axios', failure: 'redirect', kind: 'resend', calls: moved, plan: { parent: 'own' } },
  { client: 'got', failure: 'redirect', kind: 'resend', calls: moved },
  { client: 'fetch', failure: 'redirect', kind: 'resend', calls: moved, plan: { parent: 'own' } },
  { client: 'axios', failure: 'redirect-to-itself', kind: 'resend', calls: movedToItself },
  {
    client: 'fetch',
    failure: 'redirect-without-parent',
    kind: 'resend',
    calls: moved,
    plan: { parent: 'none' },
  },
  { client: 'axios-auth', failure: 'auth', kind: 'resend', calls: expired, plan: { parent: 'own' } },
  { client: 'got-auth', failure: 'auth', kind: 'resend', calls: expired },
  { client: 'fetch-auth', failure: 'auth', kind: 'resend', calls: expired, plan: { parent: 'none' } },
  { client: 'fetch-hedged', failure: 'hedging', kind: 'hedge', calls: slowFirst, plan: hedged },
  {
    client: 'fetch-hedged',
    failure: 'hedging-fails-late',
    kind: 'hedge',
    calls: failsLate,
    plan: hedged,
  },
  { client: 'axios', failure: 'not-found', calls: notFound, plan: paced },
  {
    runtime: 'java',
    client: 'okhttp',
    failure: 'redirect',
    kind: 'resend',
    calls: moved,
    plan: { parent: 'own', connection: 'kept' },
  },
  {
    runtime: 'java',
    client: 'okhttp',
    failure: 'redirect-to-itself',
    kind: 'resend',
    calls: movedToItself,
    plan: { connection: 'kept' },
  },
];
