import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import type { Frame } from '../../src/errors/error-event.ts';
import { parseStack } from '../../src/errors/stack/parse.ts';
import { anyText, fastestMillis } from './hostile.ts';

function framesOf(stack: string): readonly Frame[] {
  return parseStack(stack).frames;
}

/** `function file:line:column`, with `-` for what is absent and `*` for the app's own. */
function show({ function: name, file, line, column, inApp }: Frame): string {
  return `${name ?? '-'} ${file ?? '-'}${line === undefined ? '' : `:${line}:${column}`}${inApp ? ' *' : ''}`;
}

const lines: readonly (readonly [string, string])[] = [
  ['load (/app/src/x.js:1:2)', 'load /app/src/x.js:1:2 *'],
  ['/app/src/x.js:1:2', '- /app/src/x.js:1:2 *'],
  ['file:///app/src/x.js:1:2', '- file:///app/src/x.js:1:2 *'],
  ['async load (file:///app/src/x.js:1:2)', 'load file:///app/src/x.js:1:2 *'],
  ['async file:///app/src/x.js:1:2', '- file:///app/src/x.js:1:2 *'],
  ['new Shop (/app/src/x.js:1:2)', 'new Shop /app/src/x.js:1:2 *'],
  ['Shop.open (/app/src/x.js:1:2)', 'Shop.open /app/src/x.js:1:2 *'],
  ['Shop.open [as begin] (/app/src/x.js:1:2)', 'Shop.open /app/src/x.js:1:2 *'],
  ['Object.<anonymous> (/app/src/x.js:1:2)', '- /app/src/x.js:1:2 *'],
  ['Object.<anonymous> [as get] (/app/src/x.js:1:2)', 'get /app/src/x.js:1:2 *'],
  ['Shop.<computed> [as open] (/app/src/x.js:1:2)', 'open /app/src/x.js:1:2 *'],
  ['new <anonymous> (/app/src/x.js:1:2)', '- /app/src/x.js:1:2 *'],
  ['<anonymous> (/app/src/x.js:1:2)', '- /app/src/x.js:1:2 *'],
  ['get total (/app/src/x.js:1:2)', 'get total /app/src/x.js:1:2 *'],
  ['#secret (/app/src/x.js:1:2)', '#secret /app/src/x.js:1:2 *'],
  ['[Symbol.iterator] (/app/src/x.js:1:2)', '[Symbol.iterator] /app/src/x.js:1:2 *'],
  ['größe (/app/größe.js:1:2)', 'größe /app/größe.js:1:2 *'],
  // places with spaces, parentheses, colons
  ['load (C:\\shop\\src\\x.js:1:2)', 'load C:\\shop\\src\\x.js:1:2 *'],
  ['C:\\shop\\src\\x.js:1:2', '- C:\\shop\\src\\x.js:1:2 *'],
  ['load (C:\\Program Files (x86)\\x.js:1:2)', 'load C:\\Program Files (x86)\\x.js:1:2 *'],
  ['C:\\Program Files (x86)\\x.js:1:2', '- C:\\Program Files (x86)\\x.js:1:2 *'],
  ['/home/Jo Doe/x.js:1:2', '- /home/Jo Doe/x.js:1:2 *'],
  ['page (/app/src/(group)/page.js:1:2)', 'page /app/src/(group)/page.js:1:2 *'],
  ['load (webpack://shop/./src/x.ts:1:2)', 'load webpack://shop/./src/x.ts:1:2 *'],
  ['load (http://localhost:3000/x.js?v=1:1:2)', 'load http://localhost:3000/x.js?v=1:1:2 *'],
  ['load (src/x.ts:1:2)', 'load src/x.ts:1:2 *'],
  ['[eval]:1:2', '- [eval]:1:2 *'],
  ['evalmachine.<anonymous>:1:2', '- evalmachine.<anonymous>:1:2 *'],
  // bundles in browsers and apps
  [
    'pay (https://cdn.shop.example/react@18/main.3f2a1b9c.js:2:34567)',
    'pay https://cdn.shop.example/react@18/main.3f2a1b9c.js:2:34567 *',
  ],
  ['https://shop.example/main.js:2:34567', '- https://shop.example/main.js:2:34567 *'],
  ['t.pay [as default] (https://shop.example/main.js:1:2)', 't.pay https://shop.example/main.js:1:2 *'],
  ['async e.pay (https://shop.example/main.js:1:2)', 'e.pay https://shop.example/main.js:1:2 *'],
  [
    'pay (webpack-internal:///(app-pages-browser)/./src/x.ts:1:2)',
    'pay webpack-internal:///(app-pages-browser)/./src/x.ts:1:2 *',
  ],
  ['pay (app:///main.js:1:2)', 'pay app:///main.js:1:2 *'],
  [
    'HTMLButtonElement.<anonymous> (blob:https://shop.example/1f-2e:1:2)',
    '- blob:https://shop.example/1f-2e:1:2 *',
  ],
  [
    'next (webpack-internal:///./node_modules/x/y.js:1:2)',
    'next webpack-internal:///./node_modules/x/y.js:1:2',
  ],
  ['wrap (chrome-extension://abcdef/x.js:1:2)', 'wrap chrome-extension://abcdef/x.js:1:2'],
  // Hermes, the engine of React Native
  ['pay (address at index.android.bundle:1:234)', 'pay index.android.bundle:1:234 *'],
  [
    'pay (http://localhost:8081/index.bundle?platform=ios:1:234)',
    'pay http://localhost:8081/index.bundle?platform=ios:1:234 *',
  ],
  ['anonymous (address at index.android.bundle:1:234)', '- index.android.bundle:1:234 *'],
  ['?anon_0_pay (address at index.android.bundle:1:234)', '- index.android.bundle:1:234 *'],
  ['global (address at index.android.bundle:1:234)', '- index.android.bundle:1:234 *'],
  ['apply (native)', 'apply -'],
  [
    'then (address at /home/circle/react-native/InternalBytecode.js:1:234)',
    'then /home/circle/react-native/InternalBytecode.js:1:234',
  ],
  // code made at run time is where it was made
  ['inner (eval at <anonymous> (file:///app/x.js:5:10), <anonymous>:1:26)', 'inner file:///app/x.js:5:10 *'],
  ['eval (eval at load (/app/x.js:5:10), <anonymous>:1:26)', '- /app/x.js:5:10 *'],
  ['eval (eval at a (eval at b (/app/x.js:5:10), <anonymous>:1:3), <anonymous>:1:26)', '- /app/x.js:5:10 *'],
  ['load (<anonymous>:1:26)', 'load -:1:26'],
  // not the app's own
  [
    'Module._compile (node:internal/modules/cjs/loader:1:2)',
    'Module._compile node:internal/modules/cjs/loader:1:2',
  ],
  ['async node:internal/modules/esm/loader:1:2', '- node:internal/modules/esm/loader:1:2'],
  ['next (internal/process/next_tick.js:1:2)', 'next internal/process/next_tick.js:1:2'],
  ['TCP.onread [as oncomplete] (node:net:1:2)', 'TCP.onread node:net:1:2'],
  ['run (ext:core/mod.js:1:2)', 'run ext:core/mod.js:1:2'],
  ['next (/app/node_modules/express/x.js:1:2)', 'next /app/node_modules/express/x.js:1:2'],
  ['next (C:\\app\\node_modules\\express\\x.js:1:2)', 'next C:\\app\\node_modules\\express\\x.js:1:2'],
  ['next (node_modules/express/x.js:1:2)', 'next node_modules/express/x.js:1:2'],
  ['mine (/app/my_node_modules/x.js:1:2)', 'mine /app/my_node_modules/x.js:1:2 *'],
  ['JSON.parse (<anonymous>)', 'JSON.parse -'],
  ['new Promise (<anonymous>)', 'new Promise -'],
  ['async Promise.all (index 0)', 'Promise.all -'],
  ['Array.map (native)', 'Array.map -'],
];

for (const [line, wanted] of lines) {
  test(`reads "at ${line}"`, () => {
    assert.deepEqual(framesOf(`Error: x\n    at ${line}`).map(show), [wanted]);
  });
}

/** Each stack with the functions of its frames. */
const stacks: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'a message of several lines': ['Error: a\nb\n\nc\n    at f (/x.js:1:1)\n    at g (/x.js:2:1)', ['f', 'g']],
  'no message': ['Error\n    at f (/x.js:1:1)', ['f']],
  'no header': ['    at f (/x.js:1:1)\n    at g (/x.js:2:1)', ['f', 'g']],
  'lines that are not indented': ['Error: a\nat f (/x.js:1:1)\nat g (/x.js:2:1)', ['f', 'g']],
  'Windows line ends': ['Error: a\r\n    at f (/x.js:1:1)\r\n    at g (/x.js:2:1)\r\n', ['f', 'g']],
  colours: ['Error: a\n    at f (/x.js:1:1)\n\u001b[90m    at g (node:fs:2:1)\u001b[39m', ['f', 'g']],
  'source lines above, as for an uncaught error': [
    '/x.js:1\nthrow e;\n^\n\nError: a\n    at f (/x.js:1:1)',
    ['f'],
  ],
  'a message that quotes a frame': ['Error: a\n    at quoted (/q.js:1:1)\nb\n    at f (/x.js:1:1)', ['f']],
  'a message with prose that begins with "at"': [
    'Error: a\n    at night:1:2 we sleep\n    at f (/x.js:1:1)',
    ['f'],
  ],
  'a message with a time': ['Error: a\n    at 10:20:30\n    at f (/x.js:1:1)', ['f']],
  'frames of an unknown form between': [
    'Error\n    at f (/x.js:1:1)\n    at wasm://wasm/1f:wasm-function[2]:0x3\n    at g (/x.js:2:1)',
    ['f', 'g'],
  ],
  'frames left out, since the cause has them': [
    'Error: a\n    at f (/x.js:1:1)\n    ... 3 lines matching cause stack trace ...\n    at g (/x.js:2:1)',
    ['f', 'g'],
  ],
  'a cause below': ['Error: a\n    at f (/x.js:1:1)\nCaused by: Error: b\n    at cause (/x.js:2:1)', ['f']],
  'a message that speaks of a cause': ['Error: a\ncaused by: b\n    at f (/x.js:1:1)', ['f']],
  'frames of an event before': [
    'Error\n    at f (/x.js:1:1)\nFrom previous event:\n    at g (/x.js:2:1)',
    ['f'],
  ],
  'an inspected error with a cause': [
    'Error: a\n    at f (/x.js:1:1) {\n  code: 1,\n  [cause]: Error: b\n      at cause (/x.js:2:1)\n}',
    ['f'],
  ],
  'an inspected error in a property': [
    'Error: a\n    at f (/x.js:1:1) {\n  inner: Error: b\n      at inner (/x.js:2:1)\n}',
    ['f'],
  ],
  'an inspected error without frames of its own': [
    '[Error: a] {\n  [cause]: Error: b\n      at cause (/x.js:2:1)\n}',
    [],
  ],
  'a message that quotes an inspected error': [
    'Error: a Error: b\n    at b (/x.js:1:1) {\n  [cause]: Error: c\n      at c (/x.js:2:1)\n}\n    at f (/x.js:3:1)',
    ['f'],
  ],
  'an unfinished line': ['Error: a\n    at f (/x.js:1:1)\n    at g (/x.', ['f']],
};

for (const [what, [stack, wanted]] of Object.entries(stacks)) {
  test(`finds the frames: ${what}`, () => {
    assert.deepEqual(
      framesOf(stack).map((frame) => frame.function),
      wanted,
    );
  });
}

test('reads what this Node writes', () => {
  const error = (function failing() {
    return new Error('a\n    at quoted (/q.js:1:1)\nb', { cause: new TypeError('c') });
  })();
  const stack = error.stack ?? '';
  const frames = framesOf(stack);
  const [first] = frames;
  assert.deepEqual([first?.function, first?.file, first?.inApp], ['failing', import.meta.url, true]);
  assert.equal(frames.length, stack.split('\n').length - 'Error: a, at quoted, b'.split(',').length);
  assert.ok(frames.some((frame) => !frame.inApp));
  for (const printed of [inspect(error), inspect(error, { colors: true })]) {
    const some = framesOf(printed);
    assert.deepEqual([some[0], some.at(-1)], [first, frames.at(-1)]);
  }
});

const unknown: Readonly<Record<string, string>> = {
  nothing: '',
  'a message': 'Error: something happened',
  prose: 'we met\n    at the station (platform 2)\n    at noon\n    at 12:30:45',
};

for (const [what, stack] of Object.entries(unknown)) {
  test(`finds no frames in what it does not know: ${what}`, () => {
    assert.deepEqual(framesOf(stack), []);
  });
}

test('gives the first 100 frames', () => {
  const stack = Array.from({ length: 300 }, (_, i) => `    at f${i} (/x.js:1:1)`).join('\n');
  const frames = framesOf(`Error: x\n${stack}`);
  assert.equal(frames.length, 100);
  assert.deepEqual([frames[0]?.function, frames[99]?.function], ['f0', 'f99']);
});

test('looks at the first 64 KiB', () => {
  const at = (length: number): readonly Frame[] => framesOf(`${'x'.repeat(length)}\n    at f (/x.js:1:1)`);
  assert.equal(at(60 * 1024).length, 1);
  assert.equal(at(64 * 1024).length, 0);
});

test('takes any text', () => {
  const piece = fc.oneof(
    anyText(12),
    fc.constantFrom(
      '\n',
      '    at ',
      'at ',
      ' (',
      ')',
      ':1:2',
      'eval at ',
      '[cause]:',
      ' {',
      '}',
      ' [as ',
      'async ',
      '/x.js',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const { line, column } of framesOf(pieces.join(''))) {
        assert.ok((line === undefined) === (column === undefined));
      }
    }),
    { seed: 20_260_105, numRuns: 300 },
  );
});

const hostile = [
  'at ',
  ' at',
  '\n',
  '\n at a (',
  '\nat f (/x:1:2) {',
  '\nat f (eval at ',
  ':1',
  ' (',
  '1:',
  '(eval at a (',
  '\nat /',
  '[as ',
  '\0',
  '\ud800',
  '\u001b[',
  '\u001b[0;',
  'a',
  '\n[cause]:',
  '\n}',
  '\ncaused by',
  '<anonymous>',
  'node_modules',
  '\nat a.b (x y:1:1)',
];

for (const unit of hostile) {
  test(`reads a megabyte of ${JSON.stringify(unit)} in no time`, () => {
    const text = `Error\n    at ${unit.repeat(Math.ceil(2 ** 20 / unit.length))}`;
    assert.ok(fastestMillis(() => framesOf(text)) < 50);
  });
}
