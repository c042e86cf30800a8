import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { readStackTrace, withMessage, withoutMessage } from '../../src/errors/stack/trace.ts';

const calls = '\n    at pay (/app/src/pay.js:10:5)\n    at run (/app/src/run.js:3:1)';
const traceback = 'Traceback (most recent call last):\n  File "pay.py", line 3, in pay\n';

suite('a stack trace', () => {
  const split: Readonly<Record<string, [stack: string, message: string, before: string, after?: string]>> = {
    'of JavaScript': [`Error: card 17${calls}`, 'card 17', 'Error: ', calls],
    'of Python': [`${traceback}ValueError: card 17\n`, 'card 17', `${traceback}ValueError: `, '\n'],
    'of Java': [
      'shop.Refused: card 17\n\tat shop.Pay.pay(Pay.java:3)',
      'card 17',
      'shop.Refused: ',
      '\n\tat shop.Pay.pay(Pay.java:3)',
    ],
    'with a message of several lines': [`Error: a\nb${calls}`, 'a\nb', 'Error: ', calls],
    'with the message only in a cause': [
      `Error: no${calls}\nCaused by: Error: card 17${calls}`,
      'card 17',
      `Error: no${calls}\nCaused by: Error: card 17${calls}`,
    ],
    'without the message': [`Error${calls}`, 'card 17', `Error${calls}`],
    'of an error without a message': [`Error${calls}`, '', `Error${calls}`],
    'that is empty': ['', 'card 17', ''],
  };
  for (const [what, [stack, message, before, after]] of Object.entries(split)) {
    test(`${what} is told apart from its message`, () => {
      assert.deepEqual(withoutMessage(stack, message), { before, after });
    });
  }

  test('and its message make what it was, whatever both are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ':', ' ', '\n', '$&', 'é'), maxLength: 12 });
    const stack = fc
      .tuple(text, text, text)
      .map(([type, message, rest]) => ({ stack: `${type}: ${message}${rest}`, message }));
    fc.assert(
      fc.property(fc.oneof(stack, fc.record({ stack: text, message: text })), (given) => {
        assert.equal(withMessage(withoutMessage(given.stack, given.message), given.message), given.stack);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('has the same frames object, whatever the message', () => {
    const { frames } = readStackTrace(`Error: card 17${calls}`, 'card 17');
    assert.deepEqual(
      frames.map(({ function: name }) => name),
      ['pay', 'run'],
    );
    assert.equal(readStackTrace(`Error: card 18${calls}`, 'card 18').frames, frames);
  });

  test('has no frames of a stack that its message quotes', () => {
    const message = 'remote said\n    at evil (/app/src/evil.js:1:1)\n';
    const { frames } = readStackTrace(`Error: ${message}${calls}`, message);
    assert.deepEqual(
      frames.map(({ function: name }) => name),
      ['pay', 'run'],
    );
  });
});
