import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type Condition, subjectKey } from '../../../src/alerting/conditions/condition.ts';
import { conditionRuleDefaults } from '../../../src/alerting/conditions/condition-rules.ts';
import {
  type Evaluated,
  evaluateConditions,
  type StandingConditions,
  standingOf,
} from '../../../src/alerting/conditions/evaluate-conditions.ts';
import type { ConditionIncident } from '../../../src/alerting/incident.ts';
import { condition, minute, second, start } from './support.ts';

const nothing: StandingConditions = new Map();
const rules = conditionRuleDefaults;

/** Looks, one after the other, each at so many milliseconds after the start: what was found, and what came of it. */
function looks(...given: [at: number, found: Condition[]][]): string[] {
  let standing = nothing;
  return given.map(([at, found]) => {
    const evaluated: Evaluated = evaluateConditions(found, standing, start + at, rules);
    ({ standing } = evaluated);
    const told = evaluated.incidents.map(({ state, revision }) => `${state} ${revision}`);
    const phases = [...standing.values()].map(({ phase }) => phase);
    return [...told, ...phases].join(', ');
  });
}
const holds = [condition()];
const numbers = (value: string): Condition[] => [condition({ facts: [{ name: 'Failed', value }] })];

suite('an alert about a condition', () => {
  test('waits until it has held for a minute', () => {
    assert.deepEqual(looks([0, holds], [30 * second, holds], [minute, holds]), [
      'pending',
      'pending',
      'firing 1, firing',
    ]);
  });

  test('is forgotten that did not hold for so long, and waits anew', () => {
    assert.deepEqual(looks([0, holds], [30 * second, []], [45 * second, holds], [100 * second, holds]), [
      'pending',
      '',
      'pending',
      'pending',
    ]);
  });

  test('is over when it has not held for 5 minutes, and goes on if it does before that', () => {
    const held = looks(
      [0, holds],
      [minute, holds],
      [2 * minute, []],
      [6 * minute, holds],
      [7 * minute, []],
      [11 * minute, []],
      [12 * minute, []],
    );
    assert.deepEqual(held.slice(1), [
      'firing 1, firing',
      'keeping',
      'firing',
      'keeping',
      'keeping',
      'ended 2',
    ]);
  });

  test('begins at once where it is known since when it holds, and is over at once where nothing is kept', () => {
    const silent = condition({ alertname: 'TelemetrySilent', since: start - 5 * minute });
    assert.deepEqual(looks([0, [silent]], [15 * second, []]), ['firing 1, firing', 'ended 2']);
  });

  test('shows other numbers once a minute, and at once that it is explained', () => {
    const held = looks(
      [0, numbers('1')],
      [minute, numbers('1')],
      [minute + 15 * second, numbers('2')],
      [2 * minute, numbers('3')],
      [3 * minute, numbers('3')],
      [3 * minute + second, [condition({ facts: [{ name: 'Failed', value: '3' }], explainedBy: 'k' })]],
    );
    assert.deepEqual(held.slice(1), [
      'firing 1, firing',
      'firing',
      'firing 2, firing',
      'firing',
      'firing 3, firing',
    ]);
  });

  test('stays explained by what told of it, until it is another time', () => {
    const at = (since: number, explainedBy?: string) => [
      condition({ alertname: 'JobFailed', since, explainedBy }),
    ];
    const first = evaluateConditions(at(start, 'k'), nothing, start, rules);
    const quiet = evaluateConditions(at(start), first.standing, start + 30 * minute, rules);
    assert.deepEqual(quiet.incidents, []);
    const [again] = evaluateConditions(
      at(start + minute),
      quiet.standing,
      start + 40 * minute,
      rules,
    ).incidents;
    assert.deepEqual([again?.revision, again?.condition.explainedBy], [2, undefined]);
  });

  test('that comes again is another incident', () => {
    const first = evaluateConditions(holds, pendingSince(start - minute), start, rules);
    const over = evaluateConditions([], first.standing, start + minute, {
      ...rules,
      HighErrorRate: undefined!,
    });
    assert.equal(over.incidents[0]?.state, 'ended');
    const again = evaluateConditions(holds, pendingSince(start), start + 2 * minute, rules);
    assert.notEqual(again.incidents[0]?.key, first.incidents[0]?.key);
  });

  test('is over when its rule is switched off', () => {
    const { HighErrorRate: _off, ...others } = rules;
    const first = evaluateConditions(holds, pendingSince(start - minute), start, rules);
    const [over] = evaluateConditions([], first.standing, start + second, others).incidents;
    assert.deepEqual([over?.state, over?.endReason, over?.endsAt], ['ended', 'resolved', start + second]);
    assert.equal(over?.alerts[0]?.endsAt, start + second);
  });

  test('is over though its rule was called as every object has something', () => {
    const named = [condition({ alertname: 'constructor' })];
    const rule = { forMillis: 0, keepFiringMillis: minute };
    const first = evaluateConditions(named, nothing, start, { constructor: rule });
    assert.equal(first.incidents.length, 1);
    assert.equal(evaluateConditions([], first.standing, start, {}).incidents[0]?.state, 'ended');
  });

  test('is shown once more after a start, for who forgets what is not told again', () => {
    const first = evaluateConditions(holds, pendingSince(start - minute), start, rules);
    const again = evaluateConditions(holds, standingOf(first.incidents), start + second, rules);
    assert.deepEqual(
      again.incidents.map(({ state, revision, stateRevision }) => [state, revision, stateRevision]),
      [['firing', 2, 1]],
    );
    assert.deepEqual(evaluateConditions(holds, again.standing, start + minute, rules).incidents, []);
  });

  test('goes on after a start as it was stored', () => {
    const first = evaluateConditions(holds, pendingSince(start - minute), start, rules);
    const restarted = standingOf(first.incidents);
    const gone = evaluateConditions([], restarted, start + second, rules);
    assert.deepEqual(gone.incidents, []);
    assert.equal(
      evaluateConditions([], gone.standing, start + 6 * minute, rules).incidents[0]?.state,
      'ended',
    );
  });

  test('is not told sooner or for longer by a clock that is set back', () => {
    assert.deepEqual(looks([0, holds], [-60 * minute, holds], [-59 * minute, holds]), [
      'pending',
      'pending',
      'firing 1, firing',
    ]);
  });

  test('is one at any time, told from beginning to end, whatever is found', () => {
    const subjects = ['GET /a', 'GET /b', ''];
    const look = fc.record({
      after: fc.integer({ min: 1, max: 4 * minute }),
      found: fc.subarray(subjects),
      detail: fc.constantFrom('1', '2'),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 40 }), (given) => {
        let standing = nothing;
        let now = start;
        const shown = new Map<string, ConditionIncident>();
        for (const { after, found, detail } of given) {
          now += after;
          const conditions = found.map((operation) =>
            condition({
              subject: operation === '' ? {} : { operation },
              facts: [{ name: 'Failed', value: detail }],
            }),
          );
          const { incidents, standing: next } = evaluateConditions(conditions, standing, now, rules);
          standing = next;
          for (const incident of incidents) {
            const before = shown.get(incident.key);
            assert.equal(incident.revision, (before?.revision ?? 0) + 1);
            assert.notEqual(before?.state, 'ended');
            shown.set(incident.key, incident);
          }
          const firing = [...shown.values()].filter(({ state }) => state === 'firing');
          const operations = firing.map(({ condition: { subject } }) => subject['operation']);
          assert.equal(new Set(operations).size, operations.length);
          const known = [...standing.values()].flatMap(({ incident }) => incident?.key ?? []);
          assert.deepEqual(new Set(known), new Set(firing.map(({ key }) => key)));
        }
      }),
      { seed: 20_261_129, numRuns: 300 },
    );
  });
});

function pendingSince(since: number): StandingConditions {
  return new Map([[subjectKey(condition()), { phase: 'pending', since }]]);
}
