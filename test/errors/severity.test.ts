import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Severity, severities } from '../../src/errors/error-event.ts';
import { moreSevere, type SeverityFacts, severityOf } from '../../src/errors/severity.ts';

const quiet: SeverityFacts = { kind: 'internal', outcome: 'handled' };

type Row = readonly [what: string, facts: Partial<SeverityFacts>, wanted: Severity];

const rows: readonly Row[] = [
  ['an exception that nobody was left to handle', { outcome: 'unhandled' }, 'critical'],
  [
    'an exception that nobody was left to handle in a call on its way up',
    { kind: 'client', outcome: 'unhandled', httpStatusCode: 503 },
    'critical',
  ],
  [
    'an exception that left a request which was answered 500',
    { kind: 'server', outcome: 'unhandled', httpStatusCode: 500 },
    'critical',
  ],
  [
    'an exception that left a request which was answered 404',
    { kind: 'server', outcome: 'unhandled', httpStatusCode: 404 },
    'low',
  ],
  ['an exception that failed a job', { outcome: 'unhandled', task: 'failed' }, 'high'],
  ['a failed step of which nothing more is known', { outcome: 'open' }, 'high'],
  ['a failed step under a root that ended well', { outcome: 'swallowed' }, 'high'],
  ['an attempt that another made up for', { kind: 'client', outcome: 'recovered' }, 'low'],
  ['a failed step', { outcome: 'failed' }, 'high'],
  ['a failed message', { kind: 'consumer', outcome: 'failed' }, 'high'],
  ['a message that could not be sent', { kind: 'producer', outcome: 'failed' }, 'high'],
  ['a failure of a job', { task: 'failed' }, 'high'],
  [
    'a call answered 404 that failed a job',
    { kind: 'client', outcome: 'failed', httpStatusCode: 404, task: 'failed' },
    'high',
  ],
  ['a failure of an attempt before another', { outcome: 'failed', task: 'to be tried again' }, 'medium'],
  [
    'a call answered 404 in an attempt before another',
    { kind: 'client', outcome: 'failed', httpStatusCode: 404, task: 'to be tried again' },
    'low',
  ],
  ['a failed step of a job that went well', { outcome: 'failed', task: 'well' }, 'high'],
  ['an exception that was handled', {}, 'medium'],
  ['an exception in a request that was answered', { kind: 'server', httpStatusCode: 200 }, 'medium'],
  ['an exception of a call that was answered', { kind: 'client', httpStatusCode: 200 }, 'medium'],
  ['a call answered 404', { kind: 'client', outcome: 'failed', httpStatusCode: 404 }, 'low'],
  [
    'a call answered 400 with an exception',
    { kind: 'client', outcome: 'failed', httpStatusCode: 400 },
    'low',
  ],
  ['a call answered 499', { kind: 'client', outcome: 'failed', httpStatusCode: 499 }, 'low'],
  ['a call answered 408', { kind: 'client', outcome: 'failed', httpStatusCode: 408 }, 'high'],
  ['a call answered 429', { kind: 'client', outcome: 'failed', httpStatusCode: 429 }, 'high'],
  ['a call answered 500', { kind: 'client', outcome: 'failed', httpStatusCode: 500 }, 'high'],
  ['a call that was not answered', { kind: 'client', outcome: 'failed' }, 'high'],
  ['a request answered 404', { kind: 'server', outcome: 'failed', httpStatusCode: 404 }, 'low'],
  ['a request answered 429', { kind: 'server', outcome: 'failed', httpStatusCode: 429 }, 'low'],
  ['a request answered 422 for an exception', { kind: 'server', httpStatusCode: 422 }, 'low'],
  [
    'a request answered 500 for an exception',
    { kind: 'server', outcome: 'failed', httpStatusCode: 500 },
    'high',
  ],
  [
    'a gRPC request answered with an error',
    { kind: 'server', outcome: 'failed', grpcStatusCode: 13 },
    'high',
  ],
  ['a request answered 500', { kind: 'server', outcome: 'failed', httpStatusCode: 500 }, 'high'],
  ['a step with a status of a request', { kind: 'internal', outcome: 'failed', httpStatusCode: 404 }, 'high'],
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
