import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nextIncident } from '../../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../../src/alerting/issue-rules.ts';
import { wrongWith } from '../../../src/alerting/silences/check-silence.ts';
import { silenceOf } from '../../../src/alerting/silences/silence-incident.ts';
import { Silencer, silencedBy } from '../../../src/alerting/silences/silencer.ts';
import { issue } from '../../support/builders.ts';
import { labels } from '../routing/support.ts';
import { hour, now, silence } from './support.ts';

suite('an alert is silenced', () => {
  const table: [matchers: string, alert: string, isSilenced: boolean][] = [
    ['a=b', 'a=b,c=d', true],
    ['a=b', 'a=bb', false],
    ['a=b,c=d', 'a=b', false],
    ['a=~"b|c"', 'a=c', true],
    ['a=~"b"', 'a=abc', false],
    ['a=~".+"', 'b=x', false],
    ['a=b,c=""', 'a=b', true],
    ['a=b,c!="d"', 'a=b', true],
    ['a=b,c!="d"', 'a=b,c=d', false],
    ['a!~"b.*"', 'a=bc', false],
  ];
  for (const [matchers, alert, isSilenced] of table) {
    test(`${isSilenced ? '' : 'not '}by {${matchers}} if it is {${alert}}`, () => {
      const active = new Silencer([silence(matchers)]).at(now);
      assert.deepEqual(silencedBy(active, labels(alert)), isSilenced ? ['one'] : []);
    });
  }
});

suite('silences', () => {
  const silencer = new Silencer([
    silence('a=b', { id: 'now' }),
    silence('a=b', { id: 'longer', endsAt: now + 3 * hour }),
    silence('a=b', { id: 'later', startsAt: now + 2 * hour, endsAt: now + 4 * hour }),
    silence('a=b', { id: 'over', startsAt: now - 2 * hour, endsAt: now }),
  ]);
  const at = (time: number): string[] => silencedBy(silencer.at(time), labels('a=b'));

  test('act in their time, the one that ends last first', () => {
    assert.deepEqual(at(now - hour), ['over']);
    assert.deepEqual(at(now), ['longer', 'now']);
    assert.deepEqual(at(now + hour), ['longer']);
    assert.deepEqual(at(now + 2 * hour), ['later', 'longer']);
    assert.deepEqual(at(now + 4 * hour), []);
  });

  test('say when something is different next', () => {
    const times: number[] = [];
    for (let time = now - 3 * hour; Number.isFinite(time); time = silencer.nextChange(time)) times.push(time);
    const hours = times.map((time) => (time - now) / hour);
    assert.deepEqual(hours, [-3, -2, 0, 1, 2, 3, 4]);
  });

  test('with an expression that is none any more silence nothing, and do not stand in the way of others', () => {
    const broken = silence('', { id: 'broken', matchers: [{ name: 'a', operator: '=~', value: '(' }] });
    const active = new Silencer([broken, silence('a=b')]).at(now);
    assert.deepEqual(silencedBy(active, labels('a=b')), ['one']);
  });
});

suite('a silence of one incident', () => {
  const incident = nextIncident(undefined, 'created', issue({}), now, issueRuleDefaults)!;
  const reason = { createdBy: 'alice', comment: 'by a button', durationMillis: hour };
  const made = silenceOf(incident, reason, now);
  const active = new Silencer([{ ...made, id: 'one', updatedAt: now }]).at(now);

  test('is one that is taken, from now on for as long as is said', () => {
    assert.equal(wrongWith(made, now), undefined);
    const { startsAt, endsAt, createdBy, comment } = made;
    assert.deepEqual([startsAt, endsAt, createdBy, comment], [now, now + hour, 'alice', 'by a button']);
  });

  test('silences this one, and no other', () => {
    const other = nextIncident(
      undefined,
      'created',
      issue({ fingerprint: '1:other' }),
      now,
      issueRuleDefaults,
    )!;
    assert.deepEqual(silencedBy(active, incident.labels), ['one']);
    assert.deepEqual(silencedBy(active, other.labels), []);
  });

  test('does not hold back that it has become critical', () => {
    const worse = { ...incident.issue, severity: 'critical' as const };
    const { labels } = nextIncident(incident, 'occurred', worse, now, issueRuleDefaults)!;
    assert.deepEqual(silencedBy(active, labels), []);
  });
});
