import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Configuration } from '../../src/app/configuration/options.ts';
import { fallbacksOf } from '../../src/notify/config.ts';
import { fallbackFor, inPlaceOf } from '../../src/notify/fallback.ts';
import { incidentMessage } from '../../src/notify/incident-message.ts';
import type { Outcome } from '../../src/notify/receiver.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { lines, loadWhole } from '../config/support.ts';
import { issue } from '../support/builders.ts';

function read(receivers: readonly string[], more = ''): { said: string[]; value: Configuration | undefined } {
  const written = receivers.map((text) => {
    const [name, fallback] = text.split(' ');
    const rest = fallback === undefined ? '' : `, fallback: ${fallback}`;
    return `    - {name: ${name}, webhook: {url: "http://x/${name}"}${rest}}`;
  });
  const loaded = loadWhole(['alerts:', '  receivers:', ...written, more].join('\n'));
  return { said: lines(loaded), value: loaded.value };
}

suite('alerts.receivers[].fallback', () => {
  const circle = 'leads round in a circle, so that nobody is left to tell';
  const table: [what: string, receivers: string[], ...said: string[]][] = [
    ['a chain', ['a b', 'b c', 'c']],
    ['two for whom one stands in', ['a c', 'b c', 'c']],
    ['none, in so many words', ['a ""']],
    [
      'one that is not there',
      ['slack mial', 'mail'],
      'a.yaml:3:65: alerts.receivers[0].fallback: no receiver has this name: did you mean mail?',
    ],
    [
      'one that is like none',
      ['a mailbox', 'b', 'c'],
      'a.yaml:3:57: alerts.receivers[0].fallback: no receiver has this name: there are b, c',
    ],
    [
      'one where there is no other',
      ['a mailbox'],
      'a.yaml:3:57: alerts.receivers[0].fallback: no receiver has this name: there is no other',
    ],
    [
      'itself',
      ['b', 'a a'],
      'a.yaml:4:57: alerts.receivers[1].fallback: this is the receiver itself: name another one',
    ],
    [
      'a circle, once, and not what leads into it',
      ['x a', 'a b', 'b c', 'c a'],
      `a.yaml:4:57: alerts.receivers[1].fallback: ${circle}: a, b, c, a`,
    ],
    [
      'two circles',
      ['a b', 'b a', 'c d', 'd c'],
      `a.yaml:3:57: alerts.receivers[0].fallback: ${circle}: a, b, a`,
      `a.yaml:5:57: alerts.receivers[2].fallback: ${circle}: c, d, c`,
    ],
  ];
  for (const [what, receivers, ...said] of table)
    test(what, () => assert.deepEqual(read(receivers).said, said));

  test('is told beside other mistakes in the receivers', () => {
    const { said } = read(['a b', '{}']);
    assert.ok(
      said.some((line) => line.includes('alerts.receivers[0].fallback: no receiver has this name')),
      said.join(),
    );
  });

  test('is a way to a receiver like a route', () => {
    const route = '  route: {receiver: a}';
    assert.deepEqual(read(['a b', 'b'], route).said, []);
    assert.match(
      read(['a', 'b'], route).said.join(),
      /receivers\[1\]\.name: .*no route leads to this receiver/,
    );
  });

  test('is read by the receiver that it stands in for', () => {
    const { value } = read(['a b', 'b c', 'c']);
    const fallbacks = fallbacksOf(value!.alerts.receivers);
    assert.deepEqual({ ...fallbacks }, { a: 'b', b: 'c' });
    assert.equal(fallbacks['constructor'], undefined);
  });
});

suite('a fallback is told', () => {
  const outcomes: [outcome: Outcome, isTold: boolean][] = [
    [{ kind: 'delivered', reference: undefined }, false],
    [{ kind: 'throttled', retryAfterMillis: 1 }, false],
    [{ kind: 'failed', reason: 'x' }, false],
    [{ kind: 'gone', reason: 'x' }, false],
    [{ kind: 'rejected', reason: 'x' }, true],
    [{ kind: 'refused', reason: 'x', remedy: 'y' }, true],
  ];
  for (const [outcome, isTold] of outcomes)
    test(`${isTold ? '' : 'nothing '}of what is ${outcome.kind}`, () => {
      const fallback = { receiver: 'a', to: 'b', reason: 'x' };
      assert.deepEqual(fallbackFor('a', 'b', outcome), isTold ? fallback : undefined);
      assert.equal(fallbackFor('a', undefined, outcome), undefined);
    });

  test('in whose place it is, and why, before all else', () => {
    const incident = nextIncident(undefined, 'created', issue({}), 0, issueRuleDefaults)!;
    const message = incidentMessage(incident);
    assert.equal(inPlaceOf(message, undefined), message);
    const told = inPlaceOf(message, { receiver: 'slack', reason: 'invalid_auth' });
    assert.equal(told.summary, `${message.summary} (slack could not be told)`);
    assert.deepEqual(told.facts, [
      { name: 'Told here', value: 'slack could not be told: invalid_auth' },
      ...message.facts,
    ]);
  });
});
