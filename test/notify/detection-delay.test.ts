import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { detectionDelayMillis } from '../../src/notify/detection-delay.ts';
import { issue } from '../support/builders.ts';

const startsAt = Date.UTC(2026, 0, 2, 3, 0, 0);
const day = 86_400_000;

suite('the time until people are told', () => {
  const table: [what: string, failedAt: number, toldAt: number, millis: number][] = [
    ['counts from the end of the span', startsAt - 5000, startsAt + 300, 5300],
    ['is nothing when all is at once', startsAt, startsAt, 0],
    ['counts from the alert when the app’s clock is ahead', startsAt + 60_000, startsAt + 300, 300],
    ['counts from the alert when the span has no time', 0, startsAt + 300, 300],
    ['believes a clock that is a week behind', startsAt - 7 * day, startsAt, 7 * day],
    ['counts from the alert when the clock is further behind', startsAt - 7 * day - 1, startsAt + 1, 1],
    ['is nothing when our own clock was set back', startsAt - 5000, startsAt - 3_600_000, 0],
  ];
  for (const [what, failedAt, toldAt, millis] of table) {
    test(what, () => {
      const incident = nextIncident(
        undefined,
        'created',
        issue({ time: failedAt }),
        startsAt,
        issueRuleDefaults,
      )!;
      assert.equal(detectionDelayMillis(incident, toldAt), millis);
    });
  }

  test('does not shrink because it failed again meanwhile', () => {
    const first = { time: startsAt - 5000 };
    const incident = nextIncident(undefined, 'created', issue(first), startsAt, issueRuleDefaults)!;
    const later = issue(first, { time: startsAt + 3_600_000 });
    const grown = nextIncident(incident, 'occurred', later, startsAt + 3_600_000, issueRuleDefaults)!;
    assert.equal(detectionDelayMillis(grown, startsAt + 3_600_500), 3_600_500);
  });
});
