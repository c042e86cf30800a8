import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extractLogError } from '../../src/errors/extract-log.ts';
import { fingerprintV2 } from '../../src/errors/fingerprint/former/v2/fingerprint.ts';
import { readStackTrace } from '../../src/errors/stack/trace.ts';
import { logFailures } from '../../src/otlp/log-scanner.ts';
import { LogView } from '../../src/otlp/log-view.ts';
import { type LogSpec, logsRequestBytes } from '../support/log-builders.ts';

function formerNames(record: LogSpec): readonly string[] {
  const view = new LogView(logsRequestBytes([record]));
  const [range] = [...logFailures(view.bytes)];
  const origin = { service: 'shop', version: '', environment: '', instance: '', pod: '', recent: () => [] };
  return extractLogError(view.moveTo(range!), origin, 1, () => 1)!.failure.formerFingerprints();
}

const traceback = `Traceback (most recent call last):\n  File "/app/pay.py", line 3, in pay\n    x()\nshop.CardError: refused`;

test('a failure that is read better now is known by what version 2 made of it: a traceback below a message', () => {
  const body = `payment failed\n${traceback}`;
  const was = fingerprintV2({ type: 'ERROR', message: body, frames: [], causes: [] });
  assert.equal(formerNames({ severity: 17, body })[0], was);
});

test('likewise an exception that was called by its name alone', () => {
  const exception = { type: 'CardError', message: 'refused', stack: traceback };
  const was = fingerprintV2({
    type: 'CardError',
    message: 'refused',
    ...readStackTrace(traceback, 'refused'),
  });
  assert.equal(formerNames({ severity: 17, exception })[0], was);
});
