import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { PostedAlert } from '../../../src/alerting/posted/posted-alert.ts';
import { wrongWithPosted } from '../../../src/alerting/posted/posted-alert.ts';
import { receivePosted, type StandingAlerts } from '../../../src/alerting/posted/receive-posted.ts';
import type { ConditionIncident } from '../../../src/alerting/incident.ts';
import { minute, second, start } from '../conditions/support.ts';

const nothing: StandingAlerts = new Map();
const same = (text: string): string => text;

function alert(given: Partial<PostedAlert> = {}): PostedAlert {
  return {
    labels: { alertname: 'DiskFull', service: 'db', severity: 'warning' },
    annotations: { summary: 'The disk is full', description: '99 %' },
    startsAt: start - minute,
    endsAt: start + 4 * minute,
    generatorURL: 'http://prometheus.example/graph',
    ...given,
  };
}

suite('an alert that is posted', () => {
  test('is told with its own labels, by what its annotations say', () => {
    const [incident] = receivePosted([alert()], nothing, start, same).incidents;
    assert.deepEqual(incident?.labels, { alertname: 'DiskFull', service: 'db', severity: 'warning' });
    const { severity, startsAt, condition } = incident;
    assert.deepEqual(
      [severity, startsAt, condition.title, condition.detail],
      ['medium', start - minute, 'The disk is full', '99 %'],
    );
    assert.deepEqual(condition.links, [{ text: 'Source', url: 'http://prometheus.example/graph' }]);
  });

  test('that is posted again is the same, and shown anew only if it says something else', () => {
    const first = receivePosted([alert()], nothing, start, same);
    const again = receivePosted(
      [alert({ endsAt: start + 9 * minute })],
      first.standing,
      start + minute,
      same,
    );
    assert.deepEqual(again.incidents, []);
    const other = alert({ annotations: { summary: 'The disk is fuller' }, endsAt: start + 9 * minute });
    const [told] = receivePosted([other], again.standing, start + 2 * minute, same).incidents;
    assert.deepEqual([told?.revision, told?.condition.title], [2, 'The disk is fuller']);
  });

  test('is over when its end comes, or is said to be past', () => {
    const { standing } = receivePosted([alert()], nothing, start, same);
    assert.deepEqual(receivePosted([], standing, start + 4 * minute - 1, same).incidents, []);
    const [over] = receivePosted([], standing, start + 4 * minute, same).incidents;
    assert.deepEqual([over?.state, over?.endReason], ['ended', 'resolved']);
    const [resolved] = receivePosted([alert({ endsAt: start })], standing, start + second, same).incidents;
    assert.equal(resolved?.state, 'ended');
    assert.deepEqual(receivePosted([alert({ endsAt: start })], nothing, start, same).incidents, []);
  });

  test('without an end is over when it was not posted again for five minutes', () => {
    const { standing } = receivePosted([alert({ endsAt: undefined })], nothing, start, same);
    assert.deepEqual(receivePosted([], standing, start + 5 * minute - 1, same).incidents, []);
    assert.equal(receivePosted([], standing, start + 5 * minute, same).incidents.length, 1);
  });

  test('says nothing that is secret', () => {
    const [incident] = receivePosted([alert()], nothing, start, (text) =>
      text.replace('99 %', '…'),
    ).incidents;
    assert.equal(incident?.condition.detail, '…');
  });

  test('leads nowhere but to pages', () => {
    const annotations = {
      summary: 's',
      runbook_url: 'javascript:alert(1)',
      dashboard_url: 'https://x.example/d',
    };
    const [incident] = receivePosted(
      [alert({ annotations, generatorURL: 'file:///etc' })],
      nothing,
      start,
      same,
    ).incidents;
    assert.deepEqual(incident?.condition.links, [{ text: 'Dashboard', url: 'https://x.example/d' }]);
  });

  test('is one of two thousand at the most', () => {
    const many = Array.from({ length: 3_000 }, (_, i) => alert({ labels: { alertname: `A${i}` } }));
    const { incidents, standing } = receivePosted(many, nothing, start, same);
    assert.deepEqual([incidents.length, standing.size], [2_000, 2_000]);
  });

  test('is told from beginning to end, once each time, whatever is posted', () => {
    const post = fc.record({
      name: fc.constantFrom('a', 'b', '__proto__'),
      end: fc.constantFrom(undefined, -1, 0, minute, 10 * minute),
      summary: fc.constantFrom('x', 'y'),
      after: fc.integer({ min: 0, max: 4 * minute }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(post, { maxLength: 4 }), { maxLength: 20 }), (steps) => {
        let standing = nothing;
        let now = start;
        const shown = new Map<string, ConditionIncident>();
        for (const step of steps) {
          now += step[0]?.after ?? minute;
          const alerts = step.map(({ name, end, summary }) =>
            alert({
              labels: { alertname: name },
              annotations: { summary },
              endsAt: end === undefined ? undefined : now + end,
            }),
          );
          const received = receivePosted(alerts, standing, now, same);
          ({ standing } = received);
          for (const incident of received.incidents) {
            assert.notEqual(shown.get(incident.key)?.state, 'ended');
            shown.set(incident.key, incident);
          }
          const firing = [...shown.values()].filter(({ state }) => state === 'firing');
          assert.deepEqual(
            new Set([...standing.values()].map(({ incident }) => incident.key)),
            new Set(firing.map(({ key }) => key)),
          );
          assert.ok([...standing.values()].every(({ endsAt }) => endsAt > now));
        }
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
  });

  const wrong: [given: Partial<PostedAlert>, reason: RegExp][] = [
    [{ labels: {} }, /at least one label pair/],
    [{ labels: { alertname: '' } }, /at least one label pair/],
    [{ labels: { 'a b': 'c' } }, /invalid name of a label or annotation: a b/],
    [{ labels: { a: 'x'.repeat(2000) } }, /a label of more than 1024/],
    [{ annotations: { a: 'x'.repeat(5000) } }, /an annotation of more than 4096/],
    [{ startsAt: 5, endsAt: 4 }, /start time must be before end time/],
  ];
  for (const [given, reason] of wrong)
    test(`is refused: ${reason.source}`, () => assert.match(wrongWithPosted(alert(given))!, reason));
});
