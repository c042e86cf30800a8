import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownLabels, valueOf } from '../../src/alerting/labels.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { issue } from '../support/builders.ts';

test('an alert has the labels of its issue, without those that it has no value for', () => {
  const told = issue({ component: '', class: 'connection' });
  const incident = nextIncident(undefined, 'created', told, 0, issueRuleDefaults)!;
  const { labels } = incident;
  assert.deepEqual(labels, {
    alertname: 'NewIssue',
    service: 'checkout',
    environment: 'production',
    severity: 'high',
    class: 'connection',
    type: 'PaymentError',
    operation: 'POST /charge',
    swallowed: 'false',
    issue: told.shortId,
  });
  assert.deepEqual([valueOf(labels, 'component'), valueOf(labels, 'constructor')], ['', '']);
});

test('no label names a pod or an instance, and those with listed values have one of them', () => {
  assert.doesNotMatch(Object.keys(knownLabels).join(' '), /pod|instance|host|node|container/);
  const { labels } = nextIncident(undefined, 'created', issue({}), 0, issueRuleDefaults)!;
  for (const [name, values] of Object.entries(knownLabels))
    if (values !== undefined) assert.ok((values as readonly string[]).includes(labels[name]!), name);
});
