import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createLog } from '../../src/telemetry/log.ts';
import { readableLog } from '../../src/telemetry/readable-log.ts';

function written(write: (output: { write: (line: string) => void }) => void): string[] {
  const lines: string[] = [];
  write({ write: (line) => lines.push(line) });
  return lines;
}

suite('the log', () => {
  test('is one JSON object a line, with the level by name and the time as RFC 3339', () => {
    const [line = ''] = written((output) =>
      createLog('info', output).info({ receiver: 'slack' }, 'it works'),
    );
    const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual(rest, { level: 'info', receiver: 'slack', msg: 'it works' });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('has nothing below its level', () => {
    assert.deepEqual(
      written((output) => createLog('warn', output).info('not this')),
      [],
    );
  });

  test('is text on a terminal, with details behind it and no colour where none is wanted', () => {
    const [line = ''] = written((output) =>
      createLog('info', readableLog(output, false)).warn({ receiver: 'slack', tries: 3 }, 'it failed'),
    );
    assert.match(line, /^\d\d:\d\d:\d\d WARN it failed receiver=slack tries=3\n$/);
  });

  test('shows the stack of an error on a terminal', () => {
    const lines = written((output) =>
      createLog('info', readableLog(output, true)).error({ err: new Error('boom') }, 'it broke'),
    );
    const text = lines.join('');
    assert.ok(text.startsWith('\u001b[31m'));
    assert.match(text, /ERROR it broke\nError: boom\n {4}at /);
  });
});
