import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { conditionRuleDefaults } from '../../../src/alerting/conditions/condition-rules.ts';
import {
  type Facts,
  noResilienceFacts,
  type ResilienceFacts,
} from '../../../src/alerting/conditions/facts.ts';
import { findConditions } from '../../../src/alerting/conditions/find.ts';
import { facts, minute, rate, start } from './support.ts';

const { Watchdog: watchdog, ...rules } = conditionRuleDefaults;
const found = (given: Partial<Facts>) => findConditions(facts(given), rules);
/** `alertname service operation` of each. */
const named = (given: Partial<Facts>): string[] =>
  found(given).map(({ alertname, service, subject }) =>
    [alertname, service, ...Object.values(subject)].filter((part) => part !== '').join(' '),
  );
const silent = { service: 'shop', environment: 'prod', wasSteady: true };

suite('what holds', () => {
  const cases: [what: string, given: Partial<Facts>, names: string[]][] = [
    ['nothing, where all is well', {}, []],
    [
      'an app that was sending has been silent for 5 minutes',
      { apps: [{ ...silent, silentMillis: 5 * minute }] },
      ['TelemetrySilent shop prod'],
    ],
    ['not that it is silent for less', { apps: [{ ...silent, silentMillis: 5 * minute - 1 }] }, []],
    [
      'not that one is silent that only sends now and then',
      { apps: [{ ...silent, wasSteady: false, silentMillis: 60 * minute }] },
      [],
    ],
    ['nothing came since the start', { hasHeard: false }, ['NeverReceived']],
    ['more than 50 issues are not resolved', { unresolved: 51 }, ['UnresolvedIssuesHigh']],
    ['not that 50 are', { unresolved: 50 }, []],
    ['nothing of a number that is not known', { unresolved: undefined }, []],
    ['Tocsin is not well', { unwell: [{ part: 'store', detail: 'full' }] }, ['TocsinDegraded tocsin']],
    [
      'more than 1 % of the calls fail: of the service, and of the operations of which it is so',
      { calls: [rate('GET /a', [1000, 100]), rate('GET /b', [1000, 0])] },
      ['HighErrorRate shop', 'HighErrorRate shop GET /a'],
    ],
    ['not that 1 % do', { calls: [rate('GET /a', [1000, 10])] }, []],
    [
      'that an operation of which few calls are fails, though the service as a whole does not',
      { calls: [rate('GET /a', [100, 20]), rate('GET /b', [10_000, 0])] },
      ['HighErrorRate shop GET /a'],
    ],
    ['nothing of fewer than 100 calls', { calls: [rate('GET /a', [99, 99])] }, []],
    ['nothing of fewer than 5 failures', { calls: [rate('GET /a', [100, 4])] }, []],
    [
      'that 10 times as many fail as in the hour before',
      { calls: [rate('GET /a', [10_000, 55], [100_000, 50])] },
      ['HighErrorRate shop', 'HighErrorRate shop GET /a'],
    ],
    [
      'not that, where hardly anything was seen before',
      { calls: [rate('GET /a', [10_000, 55], [400, 0])] },
      [],
    ],
    ['not that as many fail as always', { calls: [rate('GET /a', [10_000, 55], [100_000, 500])] }, []],
  ];
  const job = {
    service: 'shop',
    name: 'nightly',
    lastOutcome: 'failure',
    lastFailure: { at: start - minute, traceId: '', issueId: 'i' },
    lastSuccessAt: 0,
  } as const;
  const breaker = {
    service: 'shop',
    name: 'payments',
    isShadow: false,
    since: start - minute,
    failedProbes: 0,
    calls: 3,
  };
  const resilience = (given: Partial<ResilienceFacts>) => ({
    resilience: { ...noResilienceFacts, ...given },
  });
  cases.push(
    ['the last run of a job failed', { jobs: [job] }, ['JobFailed shop nightly']],
    ['not that an attempt did that is tried again', { jobs: [{ ...job, lastOutcome: 'retried' }] }, []],
    ['not that it did before it succeeded', { jobs: [{ ...job, lastOutcome: 'success' }] }, []],
    [
      'more than 5 % of the runs of a task failed in an hour',
      { runs: [rate('mail', [10, 1], [20, 1])] },
      ['TaskSuccessLow shop mail'],
    ],
    ['not that 5 % did', { runs: [rate('mail', [10, 0], [10, 1])] }, []],
    ['nothing of fewer than 20 runs', { runs: [rate('mail', [10, 9], [9, 9])] }, []],
    [
      'a job did not run',
      resilience({ missedJobs: [{ service: 'shop', name: 'nightly', schedule: '0 3 * * *', dueAt: start }] }),
      ['JobMissed shop nightly'],
    ],
    ['a breaker is open', resilience({ openBreakers: [breaker] }), ['BreakerOpen shop payments']],
    [
      'a breaker does not close, whose probes fail',
      resilience({ openBreakers: [{ ...breaker, failedProbes: 1, since: start - 5 * minute }] }),
      ['BreakerOpen shop payments', 'BreakerStuckOpen shop payments'],
    ],
    [
      'no breaker that does not close, if nothing has probed it',
      resilience({ openBreakers: [{ ...breaker, since: start - 5 * minute }] }),
      ['BreakerOpen shop payments'],
    ],
    [
      'a breaker would be open, for who asks for that',
      resilience({ openBreakers: [{ ...breaker, isShadow: true, failedProbes: 9, since: 0 }] }),
      ['ShadowBreakerOpen shop payments'],
    ],
    [
      'there is a retry storm',
      resilience({
        retryStorms: [{ service: 'shop', dependency: 'payments', amplification: 3.5, since: start }],
      }),
      ['RetryStorm shop payments'],
    ],
    [
      'a feature is degraded',
      resilience({ degradedFeatures: [{ service: 'shop', name: 'search', since: start }] }),
      ['FeatureDegraded shop search'],
    ],
  );
  for (const [what, given, names] of cases)
    test(`is ${what}`, () => assert.deepEqual(named(given).toSorted(), names.toSorted()));

  test('says how many calls failed, before and now, and where', () => {
    const [whole] = found({
      calls: [rate('GET /a', [1000, 100], [12_000, 6]), rate('GET /b', [1000, 0], [12_000, 0])],
    });
    assert.deepEqual(whole?.facts, [
      { name: 'Failed', value: '5.0 % (100 of 2000) in 5 min' },
      { name: 'Before', value: '0.025 % (6 of 24000) in the hour before' },
      { name: 'Worst', value: 'GET /a 10 % (100 of 1000)' },
    ]);
  });

  test('says which incident explains an error rate, if it explains most of it', () => {
    const calls = [rate('GET /a', [1000, 100])];
    const explainedBy = (events: number) =>
      found({ calls, mostOf: () => ({ key: 'k', events }) })[0]?.explainedBy;
    assert.deepEqual([explainedBy(49), explainedBy(50)], [undefined, 'k']);
  });

  test('says since when it has been silent, as far as anybody listened', () => {
    const apps = [{ ...silent, silentMillis: 30 * minute }];
    assert.equal(found({ apps })[0]?.since, start - 30 * minute);
    assert.equal(found({ apps, listeningMillis: 7 * minute })[0]?.since, start - 7 * minute);
  });

  test('says which incident tells of a failed job already, if it does', () => {
    const explainedBy = (incident?: string) =>
      found({ jobs: [job], incidentOf: (issueId) => (issueId === 'i' ? incident : undefined) })[0]
        ?.explainedBy;
    assert.deepEqual([explainedBy(), explainedBy('k')], [undefined, 'k']);
  });

  test('is always that Tocsin is watching, for the one receiver that is named for it', () => {
    const [watching] = findConditions(facts(), { Watchdog: { ...watchdog, receiver: 'dead-mans-switch' } });
    assert.deepEqual([watching?.onlyFor, watching?.severity], ['dead-mans-switch', 'low']);
  });

  test('is nothing by a rule that is switched off', () => {
    const { NeverReceived: _off, ...others } = rules;
    assert.deepEqual(findConditions(facts({ hasHeard: false }), others), []);
  });
});
