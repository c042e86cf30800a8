import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { longest } from '../../../src/errors/failure-details.ts';
import { logFailures } from '../../../src/otlp/log-scanner.ts';
import { RecentLogs } from '../../../src/pipeline/failures/recent-logs.ts';
import { readBeyond } from '../../../src/redact/redactor.ts';
import { type LogSpec, logsRequestBytes } from '../../support/log-builders.ts';

function note(recent: RecentLogs, records: readonly LogSpec[]): void {
  const bytes = logsRequestBytes(records);
  for (const _ of logFailures(bytes, (record, traceAt) => recent.note(bytes, record, traceAt))) continue;
}

const hex = (trace: number): string => trace.toString(16).padStart(32, '0');
const bodies = (recent: RecentLogs, trace: number): string[] =>
  recent.of(hex(trace)).map(({ message }) => message);

suite('log records of late', () => {
  test('are found by their trace, with what was logged and how bad it is', () => {
    const recent = new RecentLogs();
    note(recent, [
      { trace: 1, severity: 9, body: 'one' },
      { trace: 2, severity: 9, body: 'two' },
      { trace: 1, severity: 13, body: 'three' },
      { severity: 9, body: 'in no trace', trace: 0 },
    ]);
    assert.deepEqual(
      recent.of(hex(1)).map(({ message, level }) => `${level} ${message}`),
      ['info one', 'warning three'],
    );
    assert.deepEqual(bodies(recent, 3), []);
    assert.deepEqual(recent.of('none'), []);
    assert.deepEqual(recent.of(''), []);
  });

  test('are the last sixteen of a trace', () => {
    const recent = new RecentLogs();
    note(
      recent,
      Array.from({ length: 40 }, (_, i) => ({ trace: 1, severity: 9, body: `${i}` })),
    );
    assert.deepEqual(
      bodies(recent, 1),
      Array.from({ length: 16 }, (_, i) => `${i + 24}`),
    );
  });

  test('that are long are cut, and those that are very long are not kept', () => {
    const recent = new RecentLogs();
    note(recent, [
      { trace: 1, severity: 9, body: 'x'.repeat(3000) },
      { trace: 1, severity: 9, body: 'y'.repeat(5000) },
    ]);
    assert.deepEqual(bodies(recent, 1), ['x'.repeat(longest.breadcrumb + readBeyond)]);
  });

  test('give way to later ones, the oldest first, and each is whole or gone', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3900 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 60 }), (lengths, rounds) => {
        const recent = new RecentLogs();
        let last = 0;
        for (let round = 0; round < rounds; round++) {
          note(
            recent,
            lengths.map((length) => ({ trace: ++last, severity: 9, body: `${last} ${'z'.repeat(length)}` })),
          );
        }
        // Whatever is there stands for itself, and what is newer than one that is there is there as well.
        let isThere = false;
        for (let trace = 1; trace <= last; trace++) {
          const [message] = bodies(recent, trace);
          if (isThere) assert.ok(message !== undefined, `${trace} of ${last}`);
          if (message === undefined) continue;
          isThere = true;
          assert.ok(message.startsWith(`${trace} z`));
        }
        assert.ok(isThere);
      }),
      { seed: 1, numRuns: 40 },
    );
  });
});
