import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Incident } from '../../src/alerting/incident.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { withheld } from '../../src/alerting/withheld.ts';
import { notifyOperation } from '../../src/conventions/own-failures.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { issue } from '../support/builders.ts';

function incident(given: Partial<ErrorEvent>): Incident {
  return nextIncident(undefined, 'created', issue(given), 0, issueRuleDefaults)!;
}

suite('what is told to whom', () => {
  const own = { service: 'tocsin', component: 'notify' };
  const cases: [what: string, given: Partial<ErrorEvent>, expected: string[]][] = [
    ['an app’s failure, to all', {}, []],
    ['a receiver’s failure, not to itself', { ...own, operation: notifyOperation('slack') }, ['slack']],
    ['another’s, to all', { ...own, operation: notifyOperation('gone') }, []],
    ['Tocsin’s other failures, to all', { ...own, component: 'store', operation: '' }, []],
    [
      'an app’s that is called alike, to all',
      { operation: notifyOperation('slack'), component: 'notify' },
      [],
    ],
  ];
  for (const [what, given, expected] of cases) {
    test(what, () => {
      const told = incident(given);
      assert.deepEqual(
        withheld([told], ['slack', 'slack-2']),
        expected.length === 0 ? {} : { [told.key]: expected },
      );
    });
  }
});
