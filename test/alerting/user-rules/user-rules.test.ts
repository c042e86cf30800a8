import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { subjectKey } from '../../../src/alerting/conditions/condition.ts';
import { noResilienceFacts } from '../../../src/alerting/conditions/facts.ts';
import { type SampleKind, sampleKinds, sampleShapes } from '../../../src/alerting/user-rules/samples.ts';
import { UserRules } from '../../../src/alerting/user-rules/user-rules.ts';
import { errorClasses, severities } from '../../../src/errors/error-event.ts';
import { issue } from '../../support/builders.ts';
import { facts, rate } from '../conditions/support.ts';
import { findPlainly } from './plain-rules.ts';
import { findAll, ownRules } from './support.ts';

const asItIs = (text: string): string => text;

suite('rules of the user’s own', () => {
  test('are told in their order, whichever share what they add up', () => {
    const calls = [rate('GET /a', [100, 10]), rate('GET /b', [300, 0])];
    const rules = ownRules(
      { over: 'calls', where: ['operation="GET /b"'], when: ['calls>0'] },
      { over: 'runs', when: ['runs>0'] },
      { over: 'calls', by: [], when: ['calls>0'] },
      { over: 'calls', where: ['operation="GET /b"'], when: ['calls>0', 'calls<400'] },
      { over: 'calls', where: ['operation!="GET /b"'], when: ['calls>0'] },
    );
    const found = findAll(new UserRules(rules, asItIs), { calls, runs: [rate('mail', [2, 0])] });
    assert.deepEqual(
      found.map(({ alertname, facts: [first] }) => `${alertname} ${first?.value}`),
      ['Rule0 300', 'Rule1 2', 'Rule2 400', 'Rule3 300', 'Rule4 100'],
    );
  });

  test('let others have their turn', () => {
    const many = Array.from({ length: 100 }, () => ({ over: 'calls', when: ['calls>0'] }));
    const search = new UserRules(ownRules(...many), asItIs).find(facts(), new Set());
    let turns = 0;
    while (search.next().done !== true) turns++;
    assert.equal(turns, 5);
  });

  test('make no texts that nobody reads, and those that somebody reads once', () => {
    let made = 0;
    const [rule] = ownRules({ over: 'calls', when: ['calls>0'] });
    const summary = (): string => `made ${++made}`;
    const rules = new UserRules([{ ...rule!, annotations: { summary } }], asItIs);
    const look = () => findAll(rules, { calls: [rate('GET /', [1, 0])] })[0]!;
    look();
    assert.equal(made, 0);
    const read = look();
    assert.deepEqual([read.title, read.title], ['made 1', 'made 1']);
  });

  test('say nothing secret', () => {
    const rules = ownRules({
      over: 'calls',
      by: ['service', 'operation'],
      when: ['calls>0'],
      annotations: { summary: '{{ operation }} is slow', description: 'see token={{ calls }}' },
    });
    const redact = (text: string): string => text.replaceAll(/token=\w+/g, 'token=<redacted>');
    const [found] = findAll(new UserRules(rules, redact), { calls: [rate('GET /?token=abc', [10, 0])] });
    assert.deepEqual(
      [found?.subject['operation'], found?.title, found?.detail],
      ['GET /?token=<redacted>', 'GET /?token=<redacted> is slow', 'see token=<redacted>'],
    );
  });

  test('go on telling of those that they told of when there are too many, secrets or not', () => {
    const rules = new UserRules(ownRules({ over: 'calls', by: ['operation'], when: ['calls>0'] }), (text) =>
      text.replace('secret', '<redacted>'),
    );
    const look = (growth: number, standing?: ReadonlySet<string>) => {
      const calls = Array.from({ length: 150 }, (_, i) => rate(`secret ${i}`, [200 + growth * i, 0]));
      return new Set(findAll(rules, { calls }, standing).map(subjectKey));
    };
    const first = look(-1);
    assert.deepEqual(look(1, first), first);
    assert.notDeepEqual(look(1), first);
  });
});

const name = (number: number): string => `s${number}`;
/** Few, so that they meet; and now and then many, some of which were there before. */
const rates = fc
  .record({
    few: fc.array(
      fc.record({ service: fc.nat(5), operation: fc.nat(2), calls: fc.nat(6), share: fc.nat(6) }),
      {
        maxLength: 12,
      },
    ),
    many: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 90, max: 220 }) },
    ),
    first: fc.constantFrom(0, 50, 1_000),
    salt: fc.nat(1_000),
  })
  .map(({ few, many, first, salt }) => [
    ...few.map(({ service, operation, calls, share }) =>
      rate(`op${operation}`, [calls, Math.min(calls, share)], [share, 0], name(service)),
    ),
    ...Array.from({ length: many }, (_, i) => {
      const calls = 4 + ((i * 7919 + salt * 104_729) % 13);
      return rate(`op${i % 3}`, [calls, i % 4], [0, 0], name(first + i));
    }),
  ]);

const template = issue({ service: 'shop' });
const issues = fc.array(
  fc
    .record({
      service: fc.nat(3).map(name),
      environment: fc.constantFrom('prod', 'test'),
      severity: fc.constantFrom(...severities),
      class: fc.constantFrom(...errorClasses.slice(0, 3)),
      component: fc.constantFrom('pg', 'kafka'),
      swallowed: fc.boolean(),
    })
    .map((given) => ({ ...template, ...given })),
  { maxLength: 15 },
);

const resilience = fc
  .record({
    open: fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.boolean(), fc.nat(4), fc.nat(9)), { maxLength: 8 }),
    recent: fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.nat(9), fc.nat(9)), { maxLength: 8 }),
  })
  .map(({ open, recent }) => ({
    ...noResilienceFacts,
    openBreakers: open.map(([service, breaker, isShadow, failedProbes, calls]) => ({
      service: name(service),
      name: `b${breaker}`,
      isShadow,
      since: 0,
      failedProbes,
      calls,
    })),
    recentRetries: recent.map(([service, dependency, attempts, retries]) => ({
      service: name(service),
      dependency: `d${dependency}`,
      attempts: attempts + retries,
      retries,
    })),
  }));

/** What there is at one look. */
const seen = fc
  .record({
    calls: rates,
    runs: rates,
    active: issues,
    openIssues: issues,
    resilience,
    environments: fc.tuple(...[0, 1, 2].map(() => fc.constantFrom('prod', 'test', ''))),
  })
  .map(({ active, environments, ...given }) => ({
    ...given,
    activeIssues: active.map((each, i) => ({ issue: each, events: i % 5 })),
    environmentOf: (service: string) => environments[Number(service.slice(1)) % 3]!,
  }));

const wheres: Record<SampleKind, string[]> = {
  calls: [
    'service=~"s[0-4]"',
    'service!="s1"',
    'environment="prod"',
    'environment!~"t.*"',
    'operation!="op1"',
  ],
  runs: ['service="s2"', 'service!~"s.?"', 'environment=~"prod|"', 'task=~"op[01]"'],
  events: ['severity=~"high|critical"', 'service!="s0"', 'component="pg"', 'swallowed="true"'],
  issues: ['severity!="low"', 'class=~".*"', 'environment="test"', 'swallowed!="true"'],
  breakers: ['service!="s0"', 'breaker=~"b[01]"', 'shadow="false"', 'environment="prod"'],
  retries: ['service="s1"', 'dependency!="d0"', 'environment=~"prod|"'],
};
const bys: Record<SampleKind, string[]> = {
  calls: ['service', 'environment', 'operation'],
  runs: ['service', 'task'],
  events: ['service', 'severity', 'component'],
  issues: ['environment', 'class', 'severity'],
  breakers: ['service', 'breaker', 'shadow'],
  retries: ['service', 'dependency'],
};
const writtenRule = fc.constantFrom(...sampleKinds).chain((over) => {
  const { counted: figures, ratio } = sampleShapes[over];
  const comparison = fc
    .tuple(fc.constantFrom(...figures), fc.constantFrom('>', '>=', '<', '<='), fc.nat(8))
    .map((words) => words.join(''));
  const ofRatio = ratio === undefined ? [] : [`${ratio}>0.3`, `${ratio}<=0.5`];
  return fc.record({
    over: fc.constant(over),
    where: fc.oneof(fc.subarray(wheres[over], { minLength: 1 }), fc.constant(undefined)),
    by: fc.subarray(bys[over]),
    when: fc
      .tuple(comparison, fc.subarray(ofRatio, { maxLength: Math.min(1, ofRatio.length) }))
      .map((words) => words.flat()),
    labels: fc.constant({ team: 'payments' }),
    annotations: fc.constant({
      summary: `{{ ${over} }} of {{ service }} in {{ environment }}`,
      description: '{{ team }}',
    }),
    runbook: fc.constant('https://wiki.example/{{ alertname }}'),
  });
});
const writtenRules = fc.array(writtenRule, { maxLength: 8 });

test('what is fast finds what is plain, whatever comes, goes and comes again', () => {
  fc.assert(
    fc.property(writtenRules, fc.array(seen, { maxLength: 12 }), (written, looks) => {
      const rules = ownRules(...written);
      const own = new UserRules(rules, asItIs);
      let standing: ReadonlySet<string> = new Set();
      for (const given of looks) {
        const plain = findPlainly(rules, facts(given), standing);
        assert.deepEqual(findAll(own, given, standing), plain);
        standing = new Set(plain.map(subjectKey));
      }
    }),
    { seed: 20_261_130, numRuns: 400 },
  );
});
