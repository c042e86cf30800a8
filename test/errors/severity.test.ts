import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Severity, severities } from '../../src/errors/error-event.ts';
import { moreSevere, type SeverityFacts, severityOf } from '../../src/errors/severity.ts';

const quiet: SeverityFacts = { kind: 'internal', localRoot: false, spanFailed: false, exception: false };

type Row = readonly [what: string, facts: Partial<SeverityFacts>, wanted: Severity];

const rows: readonly Row[] = [
  ['a crash', { escapedCrash: true }, 'critical'],
  [
    'a crash in a request that was refused',
    { kind: 'server', httpStatusCode: 404, escapedCrash: true },
    'critical',
  ],
  ['what did not crash', { escapedCrash: false, spanFailed: true }, 'high'],
  ['a failed root', { localRoot: true, spanFailed: true }, 'high'],
  ['a failed root with an exception', { localRoot: true, spanFailed: true, exception: true }, 'high'],
  ['a failed step', { spanFailed: true }, 'high'],
  ['a failed message', { kind: 'consumer', spanFailed: true, exception: true }, 'high'],
  ['a message that could not be sent', { kind: 'producer', spanFailed: true }, 'high'],
  ['an exception that was handled', { exception: true }, 'medium'],
  [
    'an exception in a request that was answered',
    { kind: 'server', exception: true, httpStatusCode: 200 },
    'medium',
  ],
  [
    'an exception of a call that was answered',
    { kind: 'client', exception: true, httpStatusCode: 200 },
    'medium',
  ],
  ['a call answered 404', { kind: 'client', spanFailed: true, httpStatusCode: 404 }, 'low'],
  [
    'a call answered 400 with an exception',
    { kind: 'client', spanFailed: true, exception: true, httpStatusCode: 400 },
    'low',
  ],
  ['a call answered 499', { kind: 'client', spanFailed: true, httpStatusCode: 499 }, 'low'],
  ['a call answered 408', { kind: 'client', spanFailed: true, httpStatusCode: 408 }, 'high'],
  ['a call answered 429', { kind: 'client', spanFailed: true, httpStatusCode: 429 }, 'high'],
  ['a call answered 500', { kind: 'client', spanFailed: true, httpStatusCode: 500 }, 'high'],
  ['a call that was not answered', { kind: 'client', spanFailed: true, exception: true }, 'high'],
  [
    'a request answered 404',
    { kind: 'server', localRoot: true, spanFailed: true, httpStatusCode: 404 },
    'low',
  ],
  ['a request answered 429', { kind: 'server', spanFailed: true, httpStatusCode: 429 }, 'low'],
  [
    'a request answered 422 for an exception',
    { kind: 'server', exception: true, httpStatusCode: 422 },
    'low',
  ],
  [
    'a request answered 500',
    { kind: 'server', localRoot: true, spanFailed: true, httpStatusCode: 500 },
    'high',
  ],
  ['a step with a status of a request', { kind: 'internal', spanFailed: true, httpStatusCode: 404 }, 'high'],
  ['what was only reported', {}, 'medium'],
];

for (const [what, facts, wanted] of rows) {
  test(`${what} is ${wanted}`, () => {
    assert.equal(severityOf({ ...quiet, ...facts }), wanted);
  });
}

test('the worse of two is the one further on in the list', () => {
  for (const [i, a] of severities.entries()) {
    for (const [j, b] of severities.entries()) {
      assert.equal(moreSevere(a, b), severities[Math.max(i, j)]);
    }
  }
});
