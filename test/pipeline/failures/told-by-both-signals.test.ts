import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { setUpFailures as setUp, stopAll } from '../../support/failure-pipeline.ts';
import { kind } from '../../support/otlp-builders.ts';

afterEach(stopAll);

interface Exception {
  type: string;
  message: string;
  stack: string;
}

const python = (last: string): string =>
  `Traceback (most recent call last):\n  File "/app/shop/pay.py", line 3, in pay\n    charge(card)\n${last}\n`;
const ofNet = 'Shop.Errors.CardException: refused\n   at Shop.Payments.Pay(Card card)';
const ofPython = python('shop.errors.CardError: refused\nby the bank');
const chained = `${python('shop.db.CardError: locked')}\nDuring handling of the above exception, another exception occurred:\n\n${ofPython}`;
const noFile = "[Errno 2] No such file or directory: '/a'";

/** As an SDK writes one exception into a span event, and into a log record. */
const table: [what: string, ofSpan: Exception, ofLog: Partial<Exception>][] = [
  [
    'by its name without its module, as Python has it',
    { type: 'shop.errors.CardError', message: 'refused\nby the bank', stack: ofPython },
    { type: 'CardError' },
  ],
  [
    'likewise, of a chain',
    { type: 'shop.errors.CardError', message: 'refused\nby the bank', stack: chained },
    { type: 'CardError' },
  ],
  [
    'by its first argument, as Python has it',
    { type: 'KeyError', message: "'price'", stack: python("KeyError: 'price'") },
    { message: 'price' },
  ],
  [
    'by the number of its error',
    { type: 'FileNotFoundError', message: noFile, stack: python(`FileNotFoundError: ${noFile}`) },
    { message: '2' },
  ],
  [
    'by its name without its namespace, as .NET has it',
    { type: 'Shop.Errors.CardException', message: 'refused', stack: ofNet },
    { type: 'CardException' },
  ],
];

suite('an exception that a log record tells of', () => {
  for (const [what, ofSpan, ofLog] of table) {
    for (const isFirst of [true, false]) {
      test(`${what}, ${isFirst ? 'before' : 'after'} its span is one event`, async () => {
        const { send, log, settled, issues } = await setUp();
        const tell = () =>
          log({
            trace: 1,
            span: 2,
            severity: 17,
            timeMillis: 1_767_323_045_010,
            exception: { ...ofSpan, ...ofLog },
          });
        if (isFirst) await tell();
        await send({ id: 2, kind: kind.server, failed: true, exceptions: [ofSpan] });
        if (!isFirst) await tell();
        await settled();
        const found = (await issues()).map(({ type, message, count }) => [type, message, count]);
        assert.deepEqual(found, [[ofSpan.type, ofSpan.message, 1]]);
      });
    }
  }

  test('is called as it says where its stack says nothing of it', async () => {
    const { log, settled, issues } = await setUp();
    const stacks = [
      python('shop.errors.OtherError: refused'),
      'no stack',
      'at CardError: x\n  y',
      python('x.MyCardError: a'),
    ];
    for (const [span, stack] of stacks.entries())
      await log({
        trace: 1,
        span: span + 1,
        severity: 17,
        exception: { type: 'CardError', message: 'refused', stack },
      });
    await settled();
    assert.deepEqual(
      new Set((await issues()).map(({ type, message }) => `${type}: ${message}`)),
      new Set(['CardError: refused']),
    );
  });
});
