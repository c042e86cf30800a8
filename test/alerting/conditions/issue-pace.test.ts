import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { serialize } from 'node:v8';
import { IssuePace } from '../../../src/alerting/conditions/issue-pace.ts';
import type { IssueIncident } from '../../../src/alerting/incident.ts';
import { issue } from '../../support/builders.ts';
import { incident } from '../../notify/receivers/support.ts';
import { minute, second } from './support.ts';

const at = (key: string, count: number, given: Partial<IssueIncident> = {}): IssueIncident =>
  incident({ key, issue: { ...issue({ service: 'shop' }), id: key, count }, ...given });

/** An incident, and its issue, as alerting comes to know of them. */
function note(pace: IssuePace, incident: IssueIncident, now: number): void {
  pace.note(incident.issue, now, incident.revision === 1);
  pace.noteIncident(incident, now);
}

suite('the pace of issues', () => {
  test('is that of the one with the most events in the last 5 minutes', () => {
    const pace = new IssuePace();
    note(pace, at('a', 1), 0);
    note(pace, at('b', 5), 0);
    assert.deepEqual(pace.mostOf('shop', second), { key: 'b', events: 5 });
    note(pace, at('a', 10, { revision: 2 }), 4 * minute);
    assert.deepEqual(pace.mostOf('shop', 4 * minute), { key: 'a', events: 10 });
    assert.deepEqual(pace.mostOf('shop', 5 * minute - 1), { key: 'a', events: 10 });
    note(pace, at('a', 11, { revision: 3 }), 8 * minute);
    assert.deepEqual(pace.mostOf('shop', 9.5 * minute), { key: 'a', events: 1 });
    assert.equal(pace.mostOf('other', 0), undefined);
  });

  test('knows nothing of what happened before it was asked, and forgets what has ended', () => {
    const pace = new IssuePace();
    note(pace, at('a', 1000, { revision: 7 }), 0);
    assert.equal(pace.mostOf('shop', 1), undefined);
    note(pace, at('a', 1010, { revision: 8 }), second);
    assert.deepEqual(pace.mostOf('shop', second), { key: 'a', events: 10 });
    note(pace, at('a', 1010, { revision: 9, state: 'ended' }), 2 * second);
    assert.equal(pace.incidentOf('a'), undefined);
    // What failed until then was of it.
    assert.deepEqual(pace.mostOf('shop', 4.5 * minute), { key: 'a', events: 10 });
    note(pace, at('a', 1020, { revision: 9, state: 'ended' }), 5 * minute);
    assert.equal(pace.mostOf('shop', 5 * minute + 2 * second), undefined);
  });

  test('holds a bound, however many incidents and changes there are', () => {
    const pace = new IssuePace();
    for (let i = 0; i < 3_000; i++) note(pace, at(`${i}`, 1), 0);
    for (let i = 0; i < 5_000; i++) note(pace, at('2999', 2 + i, { revision: 2 + i }), i * 100);
    assert.deepEqual(pace.mostOf('shop', 500 * second)?.key, '2999');
    assert.ok(serialize(pace).length < 5_000_000);
  });
});
