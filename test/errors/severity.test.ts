import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Severity, severities } from '../../src/errors/error-event.ts';
import { moreSevere, type SeverityFacts, severityOf } from '../../src/errors/severity.ts';

const quiet: SeverityFacts = { kind: 'internal', localRoot: false, outcome: 'handled', exception: false };

type Row = readonly [what: string, facts: Partial<SeverityFacts>, wanted: Severity];

const rows: readonly Row[] = [
  ['a failed root', { localRoot: true, outcome: 'failed' }, 'high'],
  ['a failed root with an exception', { localRoot: true, outcome: 'failed', exception: true }, 'critical'],
  [
    'a failed message at the root',
    { kind: 'consumer', localRoot: true, outcome: 'failed', exception: true },
    'critical',
  ],
  [
    'a failed request with an exception',
    { kind: 'server', localRoot: true, outcome: 'failed', exception: true },
    'high',
  ],
  ['a call at the root', { kind: 'client', localRoot: true, outcome: 'failed', exception: true }, 'high'],
  [
    'an exception that left the root',
    {
      kind: 'server',
      localRoot: true,
      outcome: 'failed',
      exception: true,
      escaped: true,
      httpStatusCode: 500,
    },
    'critical',
  ],
  [
    'an exception that left a span below the root',
    { outcome: 'failed', exception: true, escaped: true },
    'high',
  ],
  ['a root with an exception that was handled', { localRoot: true, exception: true }, 'medium'],
  ['a failed step of which nothing more is known', { outcome: 'open', exception: true }, 'high'],
  ['a failed step under a root that ended well', { outcome: 'swallowed' }, 'high'],
  ['an attempt that another made up for', { kind: 'client', outcome: 'recovered', exception: true }, 'low'],
  ['a failed step', { outcome: 'failed' }, 'high'],
  ['a failed message', { kind: 'consumer', outcome: 'failed', exception: true }, 'high'],
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
  ['a call answered 404', { kind: 'client', outcome: 'failed', httpStatusCode: 404 }, 'low'],
  [
    'a call answered 400 with an exception',
    { kind: 'client', localRoot: true, outcome: 'failed', exception: true, httpStatusCode: 400 },
    'low',
  ],
  ['a call answered 499', { kind: 'client', outcome: 'failed', httpStatusCode: 499 }, 'low'],
  ['a call answered 408', { kind: 'client', outcome: 'failed', httpStatusCode: 408 }, 'high'],
  ['a call answered 429', { kind: 'client', outcome: 'failed', httpStatusCode: 429 }, 'high'],
  ['a call answered 500', { kind: 'client', outcome: 'failed', httpStatusCode: 500 }, 'high'],
  ['a call that was not answered', { kind: 'client', outcome: 'failed', exception: true }, 'high'],
  [
    'a request answered 404',
    { kind: 'server', localRoot: true, outcome: 'failed', httpStatusCode: 404 },
    'low',
  ],
  ['a request answered 429', { kind: 'server', outcome: 'failed', httpStatusCode: 429 }, 'low'],
  [
    'a request answered 422 for an exception',
    { kind: 'server', exception: true, httpStatusCode: 422 },
    'low',
  ],
  [
    'a request answered 500 for an exception',
    { kind: 'server', localRoot: true, outcome: 'failed', exception: true, httpStatusCode: 500 },
    'high',
  ],
  [
    'a gRPC request answered with an error',
    { kind: 'server', localRoot: true, outcome: 'failed', exception: true, grpcStatusCode: 13 },
    'high',
  ],
  [
    'a request answered 500',
    { kind: 'server', localRoot: true, outcome: 'failed', httpStatusCode: 500 },
    'high',
  ],
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
