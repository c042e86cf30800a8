import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fingerprint } from '../../../src/errors/fingerprint.ts';
import { parseStack } from '../../../src/errors/stack/parse.ts';
import { pythonStack } from '../../../src/errors/stack/python.ts';
import { hostileSuite } from './reader-suite.ts';
import { shownStack } from './shown.ts';

const heading = 'Traceback (most recent call last):';
const cause = '\n\nThe above exception was the direct cause of the following exception:\n\n';
const during = '\n\nDuring handling of the above exception, another exception occurred:\n\n';

const places: Readonly<Record<string, string>> = {
  'File "/app/shop/pay.py", line 10, in pay': 'pay /app/shop/pay.py:10 *',
  'File "pay.py", line 10, in pay': 'pay pay.py:10 *',
  'File "C:\\shop\\pay.py", line 10, in pay': 'pay C:\\shop\\pay.py:10 *',
  'File "/app/my shop/größe.py", line 10, in zähle': 'zähle /app/my shop/größe.py:10 *',
  'File "/app/a", line 1, in b.py", line 10, in pay': 'pay /app/a", line 1, in b.py:10 *',
  // what has no name
  'File "/app/pay.py", line 10, in <module>': '- /app/pay.py:10 *',
  'File "/app/pay.py", line 10, in <lambda>': '- /app/pay.py:10 *',
  'File "/app/pay.py", line 10, in <genexpr>': '- /app/pay.py:10 *',
  'File "/app/pay.py", line 10, in <listcomp>': '- /app/pay.py:10 *',
  // code without a file
  'File "<string>", line 1, in pay': 'pay <string>:1',
  'File "<stdin>", line 1, in <module>': '- <stdin>:1',
  'File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed':
    '_call_with_frames_removed <frozen importlib._bootstrap>:241',
  // dependencies and environments
  'File "/usr/local/lib/python3.12/site-packages/flask/app.py", line 1, in f':
    'f /usr/local/lib/python3.12/site-packages/flask/app.py:1',
  'File "/usr/lib/python3/dist-packages/yaml/x.py", line 1, in f':
    'f /usr/lib/python3/dist-packages/yaml/x.py:1',
  'File "C:\\app\\venv\\Lib\\site-packages\\x.py", line 1, in f':
    'f C:\\app\\venv\\Lib\\site-packages\\x.py:1',
  'File "/app/.venv/bin/gunicorn", line 8, in <module>': '- /app/.venv/bin/gunicorn:8',
  'File "/home/u/.local/share/virtualenvs/a-1f/bin/x", line 8, in f':
    'f /home/u/.local/share/virtualenvs/a-1f/bin/x:8',
  'File "/usr/local/bin/uvicorn", line 8, in <module>': '- /usr/local/bin/uvicorn:8',
  'File "asyncpg/protocol/protocol.pyx", line 374, in query': 'query asyncpg/protocol/protocol.pyx:374',
  'File "/otel-auto-instrumentation-python/wrapt/x.py", line 1, in f':
    'f /otel-auto-instrumentation-python/wrapt/x.py:1',
  'File "/opt/lib/opentelemetry/trace/__init__.py", line 1, in f':
    'f /opt/lib/opentelemetry/trace/__init__.py:1',
  // the standard library
  'File "/usr/local/lib/python3.12/json/decoder.py", line 1, in f':
    'f /usr/local/lib/python3.12/json/decoder.py:1',
  'File "/usr/lib64/python3.9/json/decoder.py", line 1, in f': 'f /usr/lib64/python3.9/json/decoder.py:1',
  'File "/opt/pypy/lib/pypy3.10/json/decoder.py", line 1, in f': 'f /opt/pypy/lib/pypy3.10/json/decoder.py:1',
  'File "C:\\Python311\\Lib\\json\\decoder.py", line 1, in f': 'f C:\\Python311\\Lib\\json\\decoder.py:1',
  // the app's own, though it sounds like those
  'File "/app/lib/pay.py", line 1, in f': 'f /app/lib/pay.py:1 *',
  'File "/app/shop/venves/pay.py", line 1, in f': 'f /app/shop/venves/pay.py:1 *',
  'File "/app/shop/pay.pyx", line 1, in f': 'f /app/shop/pay.pyx:1 *',
};

suite('a line of a traceback', () => {
  for (const [place, wanted] of Object.entries(places)) {
    test(`is read: ${place}`, () => {
      assert.deepEqual(shownStack(`${heading}\n  ${place}\n    go()\nValueError: x`), [wanted]);
    });
  }
});

function call(name: string, line: number): string {
  return `  File "/app/x.py", line ${line}, in ${name}\n    source(${line})\n    ~~~~~~^^^`;
}

function traceback(exception: string, ...names: readonly string[]): string {
  return [heading, ...names.map((name, i) => call(name, i + 1)), exception].join('\n');
}

const tracebacks: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'begins with the failing call': [
    traceback('ValueError: x', 'main', 'pay'),
    ['pay /app/x.py:2 *', 'main /app/x.py:1 *'],
  ],
  'of an exception without a message': [traceback('KeyError', 'pay'), ['pay /app/x.py:1 *']],
  'without an exception, cut off': [
    traceback('', 'main', 'pay').trimEnd(),
    ['pay /app/x.py:2 *', 'main /app/x.py:1 *'],
  ],
  'without a heading': [call('pay', 1), ['pay /app/x.py:1 *']],
  'with Windows line ends': [traceback('KeyError', 'pay').replaceAll('\n', '\r\n'), ['pay /app/x.py:1 *']],
  'of a recursion': [
    `${heading}\n${call('main', 1)}\n${call('rec', 2)}\n  [Previous line repeated 17 more times]\n${call('stop', 3)}\nRecursionError: x`,
    ['stop /app/x.py:3 *', 'rec /app/x.py:2 *', 'main /app/x.py:1 *'],
  ],
  'of a syntax error, with the file that has it': [
    `${heading}\n${call('main', 1)}\n  File "/app/bad.py", line 3\n    def f(: 1\n          ^\nSyntaxError: invalid syntax`,
    ['- /app/bad.py:3 *', 'main /app/x.py:1 *'],
  ],
  'of a message that quotes another': [
    traceback(`ValueError: a\n${traceback('KeyError: b', 'quoted')}`, 'pay'),
    ['pay /app/x.py:1 *'],
  ],
  'with notes below the message': [
    traceback('ValueError: a\na note\n  File "x", line 1, in y', 'pay'),
    ['pay /app/x.py:1 *'],
  ],
  'of a comprehension, as Python 3.12 writes it': [
    `${heading}\n${call('main', 1)}\n${call('pay', 2)}\n${call('<listcomp>', 3)}\nValueError: x`,
    ['pay /app/x.py:3 *', 'main /app/x.py:1 *'],
  ],
  'with a cause': [
    traceback('ValueError: a', 'read') + cause + traceback('shop.Refused: b', 'main', 'pay'),
    ['pay /app/x.py:2 *', 'main /app/x.py:1 *', '<- ValueError: a', 'read /app/x.py:1 *'],
  ],
  'with what it was handling': [
    traceback('ValueError: a', 'read') + during + traceback('KeyError: b', 'pay'),
    ['pay /app/x.py:1 *', '<- ValueError: a', 'read /app/x.py:1 *'],
  ],
  'with a chain, its root cause last': [
    traceback('A: a\nb', 'a') + cause + traceback('B', 'b') + during + traceback('C: c', 'c'),
    ['c /app/x.py:1 *', '<- B: ', 'b /app/x.py:1 *', '<- A: a\nb', 'a /app/x.py:1 *'],
  ],
  'with a cause that was never raised': [
    `KeyError: 'x'${cause}${traceback('ValueError: a', 'pay')}`,
    ['pay /app/x.py:1 *', "<- KeyError: 'x'"],
  ],
  'with the traceback of another process': [
    `multiprocessing.pool.RemoteTraceback: \n"""\n${traceback('ValueError: a', 'remote')}\n"""${cause}${traceback('ValueError: a', 'pay')}`,
    ['pay /app/x.py:1 *', '<- ValueError: a', 'remote /app/x.py:1 *'],
  ],
};

suite('a traceback', () => {
  for (const [what, [stack, wanted]] of Object.entries(tracebacks)) {
    test(what, () => {
      assert.deepEqual(shownStack(stack), wanted);
    });
  }
});

function behindBars(depth: number, text: string): string[] {
  return text.split('\n').map((line) => `${'  '.repeat(depth + 1)}| ${line}`);
}

/** As `traceback.print_exception` writes it, since Python 3.11. */
function group(...members: readonly string[]): string {
  const [first = '', ...own] = behindBars(0, traceback('ExceptionGroup: all (2 sub-exceptions)', 'gather'));
  const inner = members.flatMap((member, i) => [
    `${i === 0 ? '  +-+' : '    +'}---------------- ${i + 1} ----------------`,
    ...behindBars(1, member),
  ]);
  return [first.replace('| ', '+ Exception Group '), ...own, ...inner, `    +${'-'.repeat(36)}`].join('\n');
}

const ofFirst = ['gather /app/x.py:1 *', '<- ValueError: a', 'one /app/x.py:1 *'];

suite('a group of exceptions', () => {
  const one = traceback('ValueError: a', 'one');
  const two = traceback('KeyError: b', 'two');

  test('is caused by the first of its members: how many there are varies', () => {
    assert.deepEqual(shownStack(group(one)), ofFirst);
    assert.deepEqual(shownStack(group(one, two)), ofFirst);
    assert.deepEqual(shownStack(group(one, two, two)), ofFirst);
  });

  test('has the causes of that member below it', () => {
    const chain = traceback('A: a', 'a') + cause + traceback('B: b', 'b');
    assert.deepEqual(shownStack(group(chain, two)), [
      'gather /app/x.py:1 *',
      '<- B: b',
      'b /app/x.py:1 *',
      '<- A: a',
      'a /app/x.py:1 *',
    ]);
  });

  test('that caused another exception stands before its members', () => {
    assert.deepEqual(shownStack(group(one, two) + cause + traceback('TypeError: c', 'pay')), [
      'pay /app/x.py:1 *',
      '<- ExceptionGroup: all (2 sub-exceptions)',
      ...ofFirst,
    ]);
  });

  test('has its own cause behind its members', () => {
    assert.deepEqual(shownStack(`KeyError: 'x'${cause}${group(one, two)}`), [...ofFirst, "<- KeyError: 'x'"]);
  });

  test('may be in another one', () => {
    const inner = [
      'Exception Group Traceback (most recent call last):',
      call('inner', 1),
      'ExceptionGroup: some (2 sub-exceptions)',
    ].join('\n');
    const members = [
      '    +-+---------------- 1 ----------------',
      ...behindBars(2, one),
      '      +---------------- 2 ----------------',
      ...behindBars(2, two),
      `      +${'-'.repeat(36)}`,
    ].join('\n');
    const [begin = '', end = ''] = group(inner, two).split('    +---------------- 2 -');
    assert.deepEqual(shownStack(`${begin}${members}\n    +---------------- 2 -${end}`), [
      'gather /app/x.py:1 *',
      '<- ExceptionGroup: some (2 sub-exceptions)',
      'inner /app/x.py:1 *',
      '<- ValueError: a',
      'one /app/x.py:1 *',
    ]);
  });

  test('is no bar in the source', () => {
    const stack = `${heading}\n  File "/app/x.py", line 1, in pay\n    a\n    | b\nTypeError: x`;
    assert.deepEqual(shownStack(stack), ['pay /app/x.py:1 *']);
  });
});

test('the same failure is the same issue in all versions of Python', () => {
  const old = `${heading}\n  File "/app/x.py", line 3, in pay\n    [f(x) for x in y]\n  File "/app/x.py", line 3, in <listcomp>\n    [f(x) for x in y]\nValueError: a`;
  const now = `${heading}\n  File "/app/x.py", line 3, in pay\n    [f(x) for x in y]\n     ~^^^\nValueError: a`;
  const [first, second] = [old, now].map((stack) =>
    fingerprint({ type: 'ValueError', message: 'a', ...parseStack(stack) }),
  );
  assert.equal(first, second);
});

hostileSuite(pythonStack, [
  heading,
  '  + Exception Group Traceback (most recent call last):\n',
  '  | ',
  '    | ',
  '  +-+---------------- 1 ----------------\n',
  '    +---------------- 2 ----------------\n',
  'File "x", line 1, in f\n',
  'File "',
  '", line 1',
  '", line 1, in ',
  cause,
  `A: a${during}`,
  '"""\n',
  'RemoteTraceback: ',
  'a.b_RemoteTraceback',
  '|',
  'a: ',
]);
