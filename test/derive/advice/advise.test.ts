import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Advice, advise } from '../../../src/derive/advice/advise.ts';
import { configurationsOf } from '../../../src/derive/advice/configurations.ts';
import { Profile } from '../../../src/derive/advice/profile.ts';
import { outcome } from '../../../src/derive/client-calls/outcome.ts';

type Counted = readonly (readonly [what: number, calls: number])[];

interface Seen {
  /** Milliseconds that calls took which were well. */
  well?: Counted;
  /** That failed, one after the other. */
  failed?: number;
  /** With so many attempts. */
  recovered?: Counted;
  exhausted?: Counted;
  /** Seconds that each outage lasted. */
  outages?: readonly number[];
}

function profileOf({ well = [], failed = 0, recovered = [], exhausted = [], outages = [] }: Seen): Profile {
  const profile = new Profile();
  for (const [millis, calls] of well) profile.count(outcome.success, millis, calls);
  for (let i = 0; i < failed; i++) profile.count(outcome.failure, 5, 1);
  for (const [attempts, calls] of recovered) profile.chainEnded(attempts, true, calls);
  for (const [attempts, calls] of exhausted) profile.chainEnded(attempts, false, calls);
  for (const [i, seconds] of outages.entries()) {
    profile.opened(i * 1e6);
    profile.closed(i * 1e6 + seconds * 1000);
  }
  return profile;
}

type Values = { [Key in keyof Omit<Advice, 'isGrounded'>]?: number };

const busy: Counted = [
  [40, 980],
  [500, 20],
];

const examples: [string, Seen, Values & { isGrounded?: boolean }][] = [
  [
    'nothing was seen: what one begins with',
    {},
    { isGrounded: false, timeoutMillis: 10_000, attempts: 3, consecutiveFailures: 5, openMillis: 60_000 },
  ],
  [
    'a time limit is three times what nearly all calls take',
    { well: busy },
    { isGrounded: true, timeoutMillis: 1_500 },
  ],
  ['a first wait is twice what half of the calls take', { well: busy }, { firstDelayMillis: 90 }],
  [
    'there are as many attempts as help',
    {
      well: busy,
      recovered: [
        [2, 60],
        [3, 30],
        [4, 2],
      ],
      exhausted: [[4, 8]],
    },
    { attempts: 3 },
  ],
  [
    'there is none where they hardly ever help',
    { well: busy, recovered: [[2, 2]], exhausted: [[3, 98]] },
    { attempts: 1 },
  ],
  [
    'few that were tried again say nothing',
    { well: busy, recovered: [[2, 5]], exhausted: [[3, 5]] },
    { attempts: 3 },
  ],
  [
    'where little fails five in a row are no chance',
    { well: [[10, 10_000]], failed: 10 },
    { consecutiveFailures: 5 },
  ],
  ['where much does it takes more of them', { well: [[10, 800]], failed: 200 }, { consecutiveFailures: 9 }],
  ['where most do the fewest are of use', { well: [[10, 100]], failed: 900 }, { consecutiveFailures: 5 }],
  [
    'it is open for half of what outages last',
    { well: busy, outages: [20, 40, 300] },
    { openMillis: 20_000 },
  ],
  ['not for less than is of use', { well: busy, outages: [1] }, { openMillis: 5_000 }],
];

suite('advice', () => {
  for (const [promise, seen, { isGrounded, ...values }] of examples)
    test(promise, () => {
      const advice = advise(profileOf(seen));
      for (const [key, value] of Object.entries(values)) {
        const { value: advised, evidence } = advice[key as keyof Values];
        assert.equal(advised, value, `${key}: ${evidence}`);
        assert.notEqual(evidence, '');
      }
      if (isGrounded !== undefined) assert.equal(advice.isGrounded, isGrounded);
    });

  test('is ready for libraries and the mesh', () => {
    const advice = advise(
      profileOf({
        well: busy,
        recovered: [
          [2, 60],
          [3, 30],
        ],
        outages: [40],
      }),
    );
    const { opossum, cockatiel, resilience4j, istio } = configurationsOf(advice, 'payments.shop:8080');
    assert.match(opossum, /timeout: 1500,\n {2}resetTimeout: 20000,/);
    assert.match(cockatiel, /retry\(handleAll, \{ maxAttempts: 2, .*initialDelay: 90, maxDelay: 3000/);
    assert.match(cockatiel, /halfOpenAfter: 20000, breaker: new ConsecutiveBreaker\(5\)/);
    assert.match(resilience4j, /payments-shop-8080:\n {6}max-attempts: 3\n {6}wait-duration: 90ms/);
    // Without the factor resilience4j does not look at the longest wait.
    assert.match(resilience4j, /max-wait-duration: 3000ms\n.*wait: true\n {6}randomized-wait-factor: 0.5\n/);
    assert.match(istio, /host: "payments.shop"\n {2}trafficPolicy:[^]*Errors: 5\n {6}baseEjectionTime: 20s/);
  });

  const hosts: readonly [dependency: string, host: string, name: string][] = [
    ['payments', 'payments', 'payments'],
    ['db.shop:5432 postgresql/shop', 'db.shop', 'db-shop-5432-postgresql-shop'],
    ['ip:5432 postgresql', 'HOST', 'ip-5432-postgresql'],
    ['unknown', 'HOST', 'unknown'],
    ['postgresql/shop', 'HOST', 'postgresql-shop'],
    ['[::1]:80', 'HOST', 'dependency-1-80'],
    ['заказы', 'HOST', 'dependency'],
    ['10', 'HOST', 'dependency-10'],
    ['a", b: "', 'HOST', 'a-b'],
  ];
  for (const [dependency, host, name] of hosts)
    test(`is for ${dependency} that of the host ${host}, and names ${name}`, () => {
      const { istio, resilience4j } = configurationsOf(advise(profileOf({ well: busy })), dependency);
      assert.match(istio, new RegExp(`^  host: "${host}"$`, 'm'));
      assert.equal(istio.includes('in the place of HOST'), host === 'HOST');
      assert.match(resilience4j, new RegExp(`^    ${name}:$`, 'm'));
      assert.equal(istio.split(`metadata: { name: ${name} }\n`).length, 3, 'both are of this dependency');
    });

  test('has no retries in it where they do not help', () => {
    const advice = advise(profileOf({ well: busy, exhausted: [[3, 98]] }));
    const { cockatiel, istio } = configurationsOf(advice, 'payments');
    assert.doesNotMatch(cockatiel, /retry/);
    assert.match(istio, /retries:\n {8}attempts: 0\n---/, 'its webhook refuses a policy beside it');
  });
});

suite('a profile', () => {
  const durations = [
    [0, 1, 1],
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 4],
    [100, 100, 142],
    [1_000, 1_000, 1_415],
    [1e9, 1e5, 1e9],
  ] as const;
  for (const [millis, least, most] of durations)
    test(`knows a duration of ${millis} ms to a factor of 1.42`, () => {
      const at = profileOf({ well: [[millis, 1]] }).durationAt(0.5)!;
      assert.ok(at >= least && at <= most, String(at));
    });

  test('takes breakers of several instances for one outage', () => {
    const profile = new Profile();
    profile.opened(10);
    profile.opened(20);
    profile.closed(100);
    profile.closed(110);
    assert.deepEqual(profile.outages, [{ from: 10, to: 100 }]);
  });
});
