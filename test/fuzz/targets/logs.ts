import { countLogRecords } from '../../../src/otlp/count-items.ts';
import { logFailures } from '../../../src/otlp/log-scanner.ts';
import { LogView } from '../../../src/otlp/log-view.ts';
import { logsRequest } from '../../support/otlp-reference.ts';
import { expectedLogs, type SeenLog } from '../../support/seen-logs.ts';
import { agreeOn } from '../agree.ts';
import { makeMessage } from '../make-message.ts';
import type { Random } from '../random.ts';
import { refusalOf } from '../refusal.ts';
import { surrounded, surroundings } from '../surrounded.ts';
import { same, type Target, type Verdict } from '../target.ts';

export const logs: Target = {
  name: 'logs',
  make: (random) => makeMessage('logs', random),
  check,
};

function check(input: Uint8Array, random: Random): Verdict {
  const bytes = surrounded(input, random.one(surroundings));
  const counted = refusalOf(() => countLogRecords(bytes));
  const agreed = agreeOn(logsRequest, input, counted.refused);
  if (agreed === undefined) return 'refused';
  const expected = expectedLogs(agreed.object);
  same('log records', counted.result, expected.length);
  // Of a field that comes twice one place reads any and another the last: no sender writes two.
  if (agreed.again.size > 0) return 'taken';
  const failures = expected.filter(({ isFailure }) => isFailure).map(({ shown }) => shown);
  same('failures', seenFailures(bytes), failures);
  same('the same whatever is around it', seenFailures(surrounded(input, random.one(surroundings))), failures);
  return 'taken';
}

function seenFailures(bytes: Uint8Array): SeenLog[] {
  const view = new LogView(bytes);
  return [...logFailures(view.bytes)].map((range) => {
    view.moveTo(range);
    const { timeMillis, severityNumber, severityText, eventName, body, traceId, spanId, scopeName } = view;
    const attributes = Object.fromEntries(view.attributes());
    return {
      timeMillis,
      severityNumber,
      severityText,
      eventName,
      body,
      traceId,
      spanId,
      scopeName,
      attributes,
    };
  });
}
