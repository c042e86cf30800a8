import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { countLogRecords } from '../../src/otlp/count-items.ts';
import { breakerChangeLogs, logFailures } from '../../src/otlp/log-scanner.ts';
import { LogView } from '../../src/otlp/log-view.ts';
import { type LogSpec, logsRequestBytes } from '../support/log-builders.ts';

function failuresIn(bytes: Uint8Array): LogView[] {
  return [...logFailures(new LogView(bytes).bytes)].map((range) => new LogView(bytes).moveTo(range));
}

function bodiesOf(records: readonly LogSpec[]): string[] {
  return failuresIn(logsRequestBytes(records)).map(({ body }) => body);
}

suite('of log records', () => {
  test('those of level ERROR and above are failures', () => {
    const records = Array.from({ length: 25 }, (_, severity) => ({ severity, body: `${severity}` }));
    assert.deepEqual(bodiesOf(records), ['17', '18', '19', '20', '21', '22', '23', '24']);
  });

  test('without a number the level is what its text says', () => {
    const levels = [
      'ERROR',
      'error',
      'Err',
      'SEVERE',
      'fatal',
      'Critical',
      'CRIT',
      'ALERT',
      'EMERG',
      'panic',
      'ERROR3',
    ];
    const others = ['WARN', 'Information', 'debug', 'notice', 'errors', 'no error', '0', 'E'.repeat(99)];
    const records = [...levels, ...others].map((severityText) => ({ severityText, body: severityText }));
    assert.deepEqual(bodiesOf(records), levels);
    assert.deepEqual(bodiesOf([{ severity: 9, severityText: 'ERROR' }]), [], 'a number counts more');
    const [error, fatal] = failuresIn(
      logsRequestBytes([{ severityText: 'Error' }, { severityText: 'critical' }]),
    );
    assert.deepEqual([error?.severityNumber, fatal?.severityNumber], [17, 21]);
  });

  test('those with an exception are, whatever their level', () => {
    const table: [LogSpec, boolean][] = [
      [{ severity: 9, exception: { type: 'TypeError' } }, true],
      [{ severity: 13, exception: { message: 'it broke' } }, true],
      [{ exception: { stack: 'Error\n    at f (/a.js:1:1)' } }, true],
      [{ severity: 5, eventName: 'exception' }, true],
      [{ eventName: 'http.client.request.exception' }, true],
      [{ severity: 9, eventName: 'exceptional' }, false],
      [{ severity: 9, eventName: 'myexception' }, false],
      [{ severity: 9, eventName: '.exception' }, false],
      [{ severity: 9, eventName: 'app.crash' }, true],
      [{ severity: 9, eventName: 'crash' }, true],
      [{ severity: 9, eventName: 'app.crashed' }, false],
      [{ severity: 9, eventName: 'ash' }, false],
      [
        {
          severity: 9,
          attributes: { 'exception.escaped': true, 'exception.typ': 'x', 'x.exception.type': 'y' },
        },
        false,
      ],
      [{ severity: 9, body: 'exception.type' }, false],
      [{}, false],
    ];
    for (const [record, isFailure] of table)
      assert.equal(failuresIn(logsRequestBytes([record])).length, isFailure ? 1 : 0, JSON.stringify(record));
  });

  test('the fields are read as they were sent', () => {
    const bytes = logsRequestBytes(
      [
        {
          trace: 7,
          span: 9,
          severity: 17,
          severityText: 'Error',
          eventName: 'payment.failed',
          body: 'Größe überschritten',
          attributes: { 'order.id': 17, 'user.id': 'u1' },
        },
      ],
      { 'service.name': 'billing' },
    );
    const [record] = failuresIn(bytes);
    assert.ok(record);
    assert.deepEqual(
      [record.severityNumber, record.severityText, record.eventName, record.body, record.scopeName],
      [17, 'Error', 'payment.failed', 'Größe überschritten', 'shop.orders'],
    );
    assert.deepEqual([record.traceId, record.spanId], ['7'.padStart(32, '0'), '9'.padStart(16, '0')]);
    assert.deepEqual(Object.fromEntries(record.attributes()), { 'order.id': 17, 'user.id': 'u1' });
    assert.equal(record.timeMillis, 1_767_323_045_500);
    assert.equal(record.resourceAttribute(new TextEncoder().encode('service.name')), 'billing');
  });

  test('what is missing is empty, and ids of zeros or of another length are none', () => {
    const [bare] = failuresIn(logsRequestBytes([{ severity: 17, timeMillis: 0, trace: 0, span: 0 }]));
    assert.ok(bare);
    assert.deepEqual(
      [
        bare.severityText,
        bare.eventName,
        bare.body,
        bare.traceId,
        bare.spanId,
        bare.timeMillis,
        bare.idOffsets,
      ],
      ['', '', '', '', '', 0, undefined],
    );
    const [observed] = failuresIn(logsRequestBytes([{ severity: 17, timeMillis: 0, observedMillis: 1234 }]));
    assert.equal(observed?.timeMillis, 1234);
  });

  test('a body that is no text is shown as JSON', () => {
    const body = { kvlistValue: { values: [{ key: 'a', value: { intValue: '1' } }] } };
    const [record] = failuresIn(logsRequestBytes([{ severity: 17, body }]));
    assert.equal(record?.body, '{"a":1}');
  });

  test('those that are named as a change of a circuit breaker are found, and whether there are any', () => {
    const name = 'circuit_breaker.state_change';
    const table: [LogSpec, boolean][] = [
      [{ eventName: name }, true],
      [{ eventName: name, severity: 21, exception: { type: 'E' } }, true],
      [{ attributes: { 'event.name': name } }, true],
      [{ attributes: { a: 1, 'event.name': name, b: name } }, true],
      [{ attributes: { 'event.name': 'other', b: name } }, false],
      [{ attributes: { 'event.name': 7 } }, false],
      [{ attributes: { 'event.names': name } }, false],
      [{ eventName: `${name}d` }, false],
      [{ eventName: `app.${name}` }, false],
      [{ body: name }, false],
      [{}, false],
    ];
    for (const [record, isChange] of table) {
      const bytes = new LogView(logsRequestBytes([{ eventName: 'x' }, record, { body: 'y' }])).bytes;
      const seen: boolean[] = [];
      for (const _ of logFailures(bytes, (_record, _traceAt, is) => seen.push(is)));
      assert.deepEqual(seen, [false, isChange, false], JSON.stringify(record));
      const found = [...breakerChangeLogs(bytes)];
      assert.equal(found.length, isChange ? 1 : 0, JSON.stringify(record));
      for (const range of found)
        assert.equal(new LogView(bytes).moveTo(range).eventName, record.eventName ?? '');
    }
  });

  test('whatever passes the check can be scanned and read', () => {
    const request = logsRequestBytes(
      Array.from({ length: 5 }, (_, i) => ({
        severity: 15 + i,
        trace: i,
        span: i,
        body: `b${i}`,
        exception: { type: 'E' },
        attributes: { 'event.name': 'circuit_breaker.state_change' },
      })),
    );
    const damage = fc.array(fc.tuple(fc.nat(request.length - 1), fc.nat(255)), { maxLength: 6 });
    let passed = 0;
    fc.assert(
      fc.property(damage, (edits) => {
        const bytes = Uint8Array.from(request);
        for (const [at, byte] of edits) bytes[at] = byte;
        let count: number;
        try {
          count = countLogRecords(bytes);
        } catch {
          return;
        }
        passed++;
        const found = failuresIn(bytes);
        assert.ok(found.length <= count && [...breakerChangeLogs(bytes)].length <= count);
        for (const record of found) {
          const { body, severityNumber, severityText, eventName, traceId, spanId, timeMillis, scopeName } =
            record;
          JSON.stringify([
            body,
            severityNumber,
            severityText,
            eventName,
            traceId,
            spanId,
            timeMillis,
            scopeName,
          ]);
          record.attributes();
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
    assert.ok(passed > 300, `${passed}`);
  });
});
